/** The end of a run as text: the verdict first, then what happened, then what to do next. */
import { ExitCode } from '../base/errors.ts';
import { formatDurationNs } from '../base/units.ts';
import { parseEndpoint } from '../engine/socket/handshake.ts';
import type { RunResult } from '../fleet/result.ts';
import { agentsSection } from './agents.ts';
import { cleanLines, cleanText, hideCredentials } from './clean.ts';
import { spreadText } from './header.ts';
import { commandsSection, ledgerSection } from './ledger.ts';
import { ends, type Look, paint, wrap } from './look.ts';
import { notes } from './notes.ts';
import { formatBytes, formatMs } from './numbers.ts';
import type { Outcome } from './outcome.ts';
import type { Summary } from './summary.ts';
import {
  callsSection,
  connectsSection,
  latencySection,
  phasesSection,
  rampSection,
} from './tables.ts';
import { thresholdsSection } from './thresholds.ts';
import { findingLines, trustText } from './verdict.ts';

/** `exported`, `ledger` and `out` name the files of their flags, where given. */
export interface TextOptions {
  readonly look: Look;
  readonly exported?: string;
  readonly ledger?: string;
  readonly out?: string;
  /** The HTML page of the run. */
  readonly page?: string;
}

export function summaryText(
  result: RunResult,
  summary: Summary,
  outcome: Outcome,
  options: TextOptions,
): string {
  const { look } = options;
  const sections = [
    headline(result, summary, outcome, look),
    thresholdsSection(summary.thresholds, look),
    stackOf(result),
    callsSection(summary, look),
    latencySection(summary, look),
    phasesSection(summary, look),
    rampSection(summary.ramp, summary.chargers.planned, look),
    connectsSection(summary, look, parseEndpoint(result.targetUrl).credentials !== null),
    ledgerSection(summary, look),
    commandsSection(summary, look),
    listSection('NOTES', notes(result, summary), look),
    listSection('EVENTS', eventLines(summary), look),
    agentsSection(summary.agents, look),
    generatorLines(result, summary, look),
    nextLines(result, outcome, options),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${text.join('\n\n')}\n`;
}

const COLORS = [
  [/^ {2}VALID/, 'green'],
  [/^ {2}(FAILED|INVALID)/, 'red'],
  [/^ {2}(INTERRUPTED|DEGRADED)/, 'yellow'],
] as const;

function headline(result: RunResult, summary: Summary, outcome: Outcome, look: Look): string[] {
  return [
    ...verdictLines(result, outcome, look),
    ...wrap(stagesText(result, summary), look.width, '    '),
    ...(summary.target.kind === 'embedded'
      ? wrap('target: the embedded test double of ocpp-load, not a real system', look.width, '    ')
      : []),
  ];
}

type Judged = Pick<RunResult, 'verdict' | 'thresholds'>;

/** The verdict and all that speaks against the run. */
export function verdictLines(result: Judged, outcome: Outcome, look: Look): string[] {
  const [, ...others] = outcome.causes;
  const right = outcome.exitCode === ExitCode.ok ? '' : `exit ${outcome.exitCode}`;
  const [line, ...rest] = ends(`  ${verdictText(result, outcome)}`, right, look.width);
  const [, color] = COLORS.find(([word]) => word.test(line)) ?? [];
  const colored = line.replace(/[A-Z]+/, (word) => (color ? paint(look, color, word) : word));
  return [
    colored.trimEnd(),
    ...rest,
    ...findingLines(result.verdict, look),
    ...others.flatMap((cause) => wrap(`also: ${cause}`, look.width, '    ', '      ')),
  ];
}

/** The verdict first: on the generator, where nothing else is to be said. */
export function verdictText({ verdict, thresholds }: Judged, outcome: Outcome): string {
  const [first] = outcome.causes;
  if (outcome.verdict === 'INVALID') return first;
  if (outcome.verdict !== 'PASSED') return `${outcome.verdict}  ${first}`;
  const passed = thresholds.length > 0 ? 'all thresholds passed, ' : '';
  return `${verdict.trust} run, ${passed}${first}`;
}

function stagesText({ plan, ending }: RunResult, { run }: Summary): string {
  const length = (seconds: number) => formatDurationNs(seconds * 1e9);
  const stages = [
    run.rampS > 0 ? `${length(run.rampS)} ramp` : '',
    run.warmupS > 0 ? `${length(run.warmupS)} warm-up` : '',
    `${length(run.steadyS)} steady${ending === 'completed' ? '' : ofPlanned(plan.stages.steadyNs)}`,
    run.drainS > 0 ? `${length(run.drainS)} drain` : '',
  ];
  return `${stages.filter(Boolean).join(' + ')}, seed ${run.seed}`;
}

const ofPlanned = (steadyNs: number) => ` (of ${formatDurationNs(steadyNs)} planned)`;

/** For a scenario or a worker that threw: where. */
function stackOf({ error }: RunResult): string[] {
  if (!error?.stack) return [];
  const stack = cleanLines(hideCredentials(error.stack));
  return stack
    .split('\n')
    .slice(0, 6)
    .map((line) => `    ${line.trim()}`);
}

function listSection(title: string, items: readonly string[], look: Look): string[] {
  if (items.length === 0) return [];
  const lines = items.flatMap((item) => wrap(item, look.width, '    ', '      '));
  return [paint(look, 'bold', `  ${title}`), ...lines];
}

const SHOWN_EVENTS = 12;

function eventLines({ events }: Summary): string[] {
  const lines = events
    .slice(0, SHOWN_EVENTS)
    .map(({ atS, text }) => `${atS.toFixed(1)}s  ${cleanText(text)}`);
  const hidden = events.length - lines.length;
  return hidden > 0 ? [...lines, `... and ${hidden} more`] : lines;
}

/** Below these, start-up and the base of the process hide what a call or a charger costs. */
const TELLING_CALLS = 1000;
const TELLING_CHARGERS = 100;

function generatorLines(result: RunResult, summary: Summary, look: Look): string[] {
  const { generator, calls, chargers, steady } = summary;
  const tooSmall = calls.sent < TELLING_CALLS || chargers.peakConnected < TELLING_CHARGERS;
  const { processes } = result.generator;
  const parts = [
    ...(processes > 1 ? [spreadText(result.generator)] : []),
    calls.sent > 0 ? `${formatMs(generator.cpuUsPerCall)} us CPU a call` : 'no calls sent',
    `${formatBytes(generator.rssPerChargerBytes)} a charger`,
    latenessText(generator, steady),
    `loop delay p99 ${formatMs(generator.loopDelayMs.p99)} ms`,
  ];
  const small = tooSmall ? ' (too small a run to judge costs by)' : '';
  const text = `${parts.join(', ')}${small}: ${trustText(result)}`;
  const [first, ...rest] = wrap(text, look.width, '  GENERATOR   ', ' '.repeat(14));
  return [first.replace('GENERATOR', paint(look, 'bold', 'GENERATOR')), ...rest];
}

/** Of the steady stage, if there was one: the burst that begins a drain is nobody's load. */
function latenessText(generator: Summary['generator'], steady: Summary['steady']): string {
  if (steady.calls.sent === 0) return `late sends p99 ${formatMs(generator.latenessMs.p99)} ms`;
  return `late sends p99 ${formatMs(steady.latenessMs.p99)} ms (steady stage)`;
}

function nextLines(result: RunResult, outcome: Outcome, options: TextOptions): string[] {
  const { plan } = result;
  const name = cleanText(plan.name);
  const steps = [
    options.exported === undefined
      ? '--summary-export run.json keeps these figures as JSON'
      : `these figures are in ${cleanText(options.exported)}`,
    ...(options.out === undefined
      ? []
      : [`\`ocpp-load report ${cleanText(options.out)}${cutFlags(result)}\` looks into a part`]),
    ...(options.page === undefined ? [] : [`open ${cleanText(options.page)} in a browser`]),
    ...(options.ledger === undefined
      ? []
      : [`\`ocpp-load reconcile ${cleanText(options.ledger)} export.csv\` compares the ledger`]),
    outcome.exitCode === ExitCode.ok
      ? `\`ocpp-load inspect ${name}\` shows the load that was planned`
      : `--seed ${plan.seed} repeats this load`,
  ];
  return wrap(`next: ${steps.join(', ')}`, options.look.width, '  ', '        ');
}

/** The first half of the steady stage, in whole seconds; '' where it is too short for that. */
function cutFlags({ rampS, warmupS, steadyS }: RunResult): string {
  const fromS = Math.ceil(rampS + warmupS);
  const toS = Math.floor(rampS + warmupS + steadyS / 2);
  const time = (seconds: number) => formatDurationNs(seconds * 1e9);
  return toS > fromS ? ` --from ${time(fromS)} --to ${time(toS)}` : '';
}
