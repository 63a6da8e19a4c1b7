/** What `ocpp-load report` prints: the run in two lines, what was cut, its tables. */
import { ExitCode } from '../base/errors.ts';
import { WHERE_LABELS, type Where } from '../result/select.ts';
import { cleanText } from './clean.ts';
import { ends, type Look, paint, wrap } from './look.ts';
import { formatClock, formatCount } from './numbers.ts';
import type { PartSummary } from './part.ts';
import { callsTable, latencySection, phasesSection } from './tables.ts';
import { thresholdsSection } from './thresholds.ts';

export function partText(part: PartSummary, look: Look): string {
  const sections = [
    headLines(part, look),
    cutLines(part, look),
    callsTable(part, look),
    latencySection(part, look),
    phasesSection(part, look),
    thresholdsSection(part.run?.thresholds ?? [], look, 'THRESHOLDS of the whole run'),
    eventLines(part, look),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${text.join('\n\n')}\n`;
}

function headLines(part: PartSummary, look: Look): string[] {
  const { scenario, chargerCount, seed, startedAt, target, parts, run } = part;
  // Each part has its own: whoever repeats a merged run needs those of all.
  const merged = parts > 1 ? `merged from ${parts} parts; of the first: ` : '';
  const facts = `${formatCount(chargerCount)} chargers, ${merged}seed ${seed}, ${startedAt}`;
  const title = wrap(`${cleanText(scenario.name)}   ${facts}`, look.width, '  ', '    ');
  const aim =
    target.kind === 'embedded'
      ? 'the embedded test double of ocpp-load, not a real system'
      : target.url;
  return [
    ...title.map((line) => paint(look, 'bold', line)),
    ...wrap(`target: ${cleanText(aim)}`, look.width, '    ', '      '),
    ...(run === null ? ['    killed before its end: no verdict'] : outcomeLines(run, look)),
  ];
}

/** How a run ended that was cut short, as the first word on it. */
const CUT_SHORT: Readonly<Record<string, string>> = {
  interrupted: 'INTERRUPTED',
  aborted: 'ABORTED',
  killed: 'KILLED',
};

function outcomeLines(
  { ending, verdict, causes, exitCode }: NonNullable<PartSummary['run']>,
  look: Look,
): string[] {
  const [first = '', ...others] = causes.map((cause) => cleanText(cause));
  const cutShort = CUT_SHORT[ending];
  const sound = exitCode === ExitCode.ok || exitCode === ExitCode.invalid;
  const lead = cutShort ?? (sound ? `the run was ${verdict.trust}` : 'FAILED');
  const known = cutShort === undefined ? 'the generator was' : 'the generator, as far as is known:';
  const generator = cutShort === undefined && sound ? [] : [`${known} ${verdict.trust}`];
  const findings = verdict.findings.map(({ level, text }) => `${level}: ${cleanText(text)}`);
  return [
    ...ends(`    ${lead}: ${first}`, `exit ${exitCode}`, look.width, '      '),
    ...[...others, ...generator, ...findings].flatMap((text) =>
      wrap(text, look.width, '      ', '        '),
    ),
  ];
}

function cutLines({ cut }: PartSummary, look: Look): string[] {
  if (cut.whole) return [`  ${paint(look, 'bold', 'WHOLE RUN')}   ${clockText(cut)}`];
  const edges = 'CALLs at its edges may be sent in it and answered outside';
  const text = `${lengthText(cut)}${whereText(cut.where)}; ${edges}`;
  const [first, ...rest] = wrap(text, look.width, '  CUT         ', ' '.repeat(14));
  return [first.replace('CUT', paint(look, 'bold', 'CUT')), ...rest];
}

const clockText = ({ fromS, toS }: PartSummary['cut']) =>
  `${formatClock(fromS)} to ${formatClock(toS)}`;

/** Intervals end some milliseconds late: that is no other time than the one asked for. */
const SLACK_S = 0.06;

function lengthText(cut: PartSummary['cut']): string {
  const { fromS, toS, asked } = cut;
  const moved = Math.max(Math.abs(fromS - asked.fromS), Math.abs(toS - asked.toS));
  if (moved <= SLACK_S) return clockText(cut);
  return `${fromS.toFixed(1)} s to ${toS.toFixed(1)} s: whole seconds are kept`;
}

function whereText(where: Where): string {
  const labels = WHERE_LABELS.flatMap((label) =>
    (where[label] ?? []).map((value) => `${label}=${cleanText(value)}`),
  );
  return labels.length === 0 ? '' : `, ${labels.join(', ')}`;
}

const SHOWN_EVENTS = 12;

function eventLines({ run }: PartSummary, look: Look): string[] {
  const events = run?.events ?? [];
  if (events.length === 0) return [];
  const hidden = events.length - SHOWN_EVENTS;
  return [
    paint(look, 'bold', '  EVENTS of the whole run'),
    ...events
      .slice(0, SHOWN_EVENTS)
      .flatMap(({ atS, text }) =>
        wrap(`${atS.toFixed(1)}s  ${cleanText(text)}`, look.width, '    ', '      '),
      ),
    ...(hidden > 0 ? [`    ... and ${hidden} more`] : []),
  ];
}
