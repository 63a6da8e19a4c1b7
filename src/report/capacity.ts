/** A capacity search as text: the answer first, then how it was found and what it suggests. */
import { ExitCode } from '../base/errors.ts';
import type { CapacityQuestion, CapacityResult, ProbeResult } from '../capacity/result.ts';
import { type Answer, lowestFailed, tells } from '../capacity/search.ts';
import { type Interval, type UslFit, type UslModel, uslThroughput } from '../capacity/usl.ts';
import { cleanText } from './clean.ts';
import { bar } from './live/bars.ts';
import { ends, type Look, type Paint, paint, table, wrap } from './look.ts';
import { formatCount, formatMs, formatRate, plural } from './numbers.ts';

export function capacityExit({ end }: CapacityResult): ExitCode {
  if (end === null) return ExitCode.interrupted;
  return end === 'limit' ? ExitCode.ok : ExitCode.noCapacity;
}

const ONE_FLEET = {
  chargers: 'one that grows; below a load that failed a new one begins',
  rate: 'one, to which cars come faster',
} as const;

interface Asked {
  readonly description: string;
  /** Why each load has a run of its own; null: it has not. */
  readonly alone: string | null;
  /** What a load is held for until one fails, and for the answer. */
  readonly approachS: number;
  readonly answerS: number;
  /** About, at most. */
  readonly takesS: number;
}

/** What is about to be asked. */
export function capacityHeader(
  question: CapacityQuestion,
  { description, alone, approachS, answerS, takesS }: Asked,
  look: Look,
): string {
  const { scenario, target, slo, warmupS, holdS, search, seed, vary } = question;
  const double = ": figures describe ocpp-load's own test double";
  const unit = vary === 'chargers' ? 'chargers' : 'cars/h';
  const range = `${formatCount(search.from)} to ${formatCount(search.to)} ${unit}`;
  const others = ` (${approachS} s until a load fails, ${answerS} s for the answer)`;
  const within = `within ${percent(search.precision)} of the limit`;
  const facts: [string, string][] = [
    ['target', target === 'embedded' ? `embedded central system${double}` : cleanText(target)],
    ...slo.map((text): [string, string] => ['SLO', cleanText(text)]),
    ['search', `${range} (--from, --to), ${within}, ${search.mostProbes} probes at most`],
    ['fleet', alone === null ? ONE_FLEET[vary] : `a run of its own for each load: ${alone}`],
    ['probe', `warm-up ${warmupS} s, hold ${holdS} s${others}`],
    ['takes', `about ${takesText(takesS)} at most, longer where a target needs time to calm down`],
    ['seed', `${seed}  (repeat with --seed ${seed})`],
  ];
  const title = `Capacity of ${cleanText(scenario)}   ${cleanText(description)}`;
  return [
    '',
    ...wrap(title, look.width, '  ', '    ').map((line) => paint(look, 'bold', line)),
    ...facts.flatMap(([name, text]) =>
      wrap(text, look.width, `  ${name.padEnd(10)}`, ' '.repeat(12)),
    ),
    '',
    '',
  ].join('\n');
}

const takesText = (seconds: number) =>
  seconds < 90 ? `${Math.ceil(seconds / 10) * 10} s` : `${Math.ceil(seconds / 60)} min`;

const OUTCOMES: Readonly<Record<Answer, readonly [word: string, color: Paint]>> = {
  held: ['held', 'green'],
  failed: ['FAILED', 'red'],
  generator: ['no answer', 'yellow'],
  unclear: ['no answer', 'yellow'],
};

/** Of a probe that has just ended. */
export function probeLine(probe: ProbeResult, question: CapacityQuestion): string {
  const { answer, cause, callsPerS, p99Ms, isConfirmation, heldS } = probe;
  const figures = `${formatRate(callsPerS)} CALLs/s, p99 ${msText(p99Ms)}`;
  const again = isConfirmation ? `, again for ${Math.round(heldS)} s` : '';
  const why = cause === null ? '' : `: ${cleanText(cause)}`;
  return `${loadOf(probe, question)}${again}   ${figures}   ${OUTCOMES[answer][0]}${why}`;
}

export function capacityText(result: CapacityResult, look: Look): string {
  const exit = capacityExit(result);
  const [word, color, gist] = gistOf(result);
  const right = exit === ExitCode.ok ? '' : `exit ${exit}`;
  const [first, ...rest] = headline(`  ${word}  ${gist}`, right, look);
  const sections = [
    [first.replace(word, paint(look, color, word)).trimEnd(), ...rest],
    edges(result, look),
    probeTable(result, look),
    chart(result, look),
    scalability(result, look),
    notes(result).flatMap((note) => wrap(`note: ${cleanText(note)}`, look.width, '  ', '        ')),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${texts.join('\n\n')}\n`;
}

function headline(left: string, right: string, look: Look): string[] {
  return right === '' ? wrap(left, look.width, '  ', '    ') : ends(left, right, look.width);
}

type Gist = readonly [word: string, color: Paint, text: string];

function gistOf(result: CapacityResult): Gist {
  const { end, held, failed, question } = result;
  const low = held && loadOf(held, question);
  const high = failed && loadOf(failed, question);
  switch (end) {
    case 'limit':
      return ['LIMIT', 'green', `${low} hold every SLO, ${high} do not`];
    case 'atLeast':
      return ['NO LIMIT', 'yellow', `${low} hold every SLO, the top of the range (--to)`];
    case 'generatorLimit': {
      const held = low === null ? 'nothing is known of the target' : `the target holds ${low}`;
      return ['GENERATOR LIMIT', 'yellow', `at ${high}: ${held}`];
    }
    case 'unclear': {
      const held = low === null ? '' : `${low} hold, `;
      return ['NO ANSWER', 'yellow', `${held}at ${high} nothing could be told`];
    }
    case 'none':
      if (isUnreachable(failed)) {
        return ['NOTHING HOLDS', 'red', `no charger could connect, of ${high} at the lowest load`];
      }
      return ['NOTHING HOLDS', 'red', `not even ${high} hold every SLO, the lowest load (--from)`];
    case 'flips':
      return ['NO ANSWER', 'yellow', `loads fail and hold in turn from ${high} on`];
    case 'notRecovered':
      return ['NO ANSWER', 'red', `the target did not come back after it collapsed at ${high}`];
    case 'outOfProbes':
      return ['NO ANSWER', 'yellow', `${between(result)}, and the probes have run out`];
    case null:
      return ['INTERRUPTED', 'yellow', `${between(result)} so far`];
  }
}

/** The highest load that held, the lowest that really failed, and what could not be told below. */
function between({ held, failed, probes, question }: CapacityResult): string {
  const failing = lowestFailed(probes);
  const text = (load: number) => loadOf({ load }, question);
  const known = [
    ...(held === null ? [] : [`${text(held.load)} hold`]),
    ...(failing === null ? [] : [`${text(failing)} fail`]),
    ...(failed === null || failed.answer === 'failed'
      ? []
      : [`${text(failed.load)} could not be told`]),
  ];
  return known.length === 0 ? 'nothing is known' : known.join(', ');
}

const EDGES: Readonly<Record<Answer, string>> = {
  ...{ held: 'held', failed: 'failed', generator: 'generator', unclear: 'unclear' },
};

/** The two loads that the answer lies between. */
function edges({ held, failed, isConfirmed, question }: CapacityResult, look: Look): string[] {
  const lines: [string, string][] = [];
  if (held !== null) {
    const { callsPerS, p99Ms, heldS } = held;
    const sure = isConfirmed ? `confirmed over ${Math.round(heldS)} s` : 'not confirmed';
    const figures = `${formatRate(callsPerS)} CALLs/s, p99 ${msText(p99Ms)}, ${sure}`;
    lines.push(['held', `${loadOf(held, question)}: ${figures}`]);
  }
  if (failed !== null) {
    const name = EDGES[failed.answer];
    lines.push([name, `${loadOf(failed, question)}: ${cleanText(failed.cause ?? '')}`]);
  }
  return lines.flatMap(([name, text]) =>
    wrap(text, look.width, `    ${name.padEnd(11)}`, ' '.repeat(15)),
  );
}

function probeTable({ probes, vary }: CapacityResult, look: Look): string[] {
  if (probes.length === 0) return [];
  const head = [
    'PROBES',
    unitOf(vary),
    'CALLs/s',
    'p99 ms',
    'failed',
    'held s',
    'verdict',
    'outcome',
  ];
  const rows = probes.map((probe, i) => [
    String(i + 1),
    formatCount(probe.load),
    formatRate(probe.callsPerS),
    probe.p99Ms === null ? '-' : formatMs(probe.p99Ms),
    percent(probe.failedShare),
    formatCount(probe.heldS),
    probe.trust,
    `${OUTCOMES[probe.answer][0]}${probe.isConfirmation ? ' again' : ''}`,
  ]);
  return table(head, rows, look).flatMap(([first, ...rest]) => [
    paint(look, 'bold', first),
    ...rest,
  ]);
}

const WIDEST_BAR = 50;

/** What was answered, by load; where the target bends, the bars do. */
function chart({ probes, vary }: CapacityResult, look: Look): string[] {
  const loads = [...new Set(probes.map(({ load }) => load))].sort((a, b) => a - b);
  const last = loads.flatMap((load) => probes.findLast((probe) => probe.load === load) ?? []);
  if (last.length < 2) return [];
  const most = Math.max(...last.map(({ answeredPerS }) => answeredPerS), Number.MIN_VALUE);
  const rates = last.map(({ answeredPerS }) => formatRate(answeredPerS));
  const wide = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const names = last.map(({ load }) => formatCount(load));
  const [nameWidth, rateWidth] = [wide(names), wide(rates)];
  const room = Math.min(WIDEST_BAR, look.width - nameWidth - rateWidth - 20);
  const lines = last.map(({ answer, answeredPerS }, i) => {
    const [word, color] = OUTCOMES[answer];
    const picture = bar(Math.max(1, room), [[answeredPerS / most, '█']]);
    const figures = `${names[i].padStart(nameWidth)}  ${picture}  ${rates[i].padStart(rateWidth)}`;
    return `    ${figures}  ${paint(look, color, word)}`;
  });
  const title = `  ANSWERED  CALLs/s by ${unitOf(vary)}`;
  return [paint(look, 'bold', title), ...lines];
}

/** The law's parameters with their intervals, or why it has nothing to say. */
function scalability({ usl, probes, vary }: CapacityResult, look: Look): string[] {
  if (probes.length === 0) return [];
  const title = paint(look, 'bold', '  SCALABILITY  Universal Scalability Law, 95 % intervals');
  const say = (text: string) => [title, ...wrap(text, look.width, '    ')];
  if (usl === null) return say('not told: it takes three loads at least');
  if (usl.doubt !== null) return say(`not told: ${usl.doubt}`);
  const { model, intervals } = usl;
  const away = percent(furthestFrom(model, probes));
  const rows: [string, string][] = [
    [
      'contention',
      `${small(model.sigma)}  ${intervalText(intervals.sigma, small)}: ` +
        'share of the work that is done one at a time',
    ],
    [
      'coherency',
      `${small(model.kappa)}  ${intervalText(intervals.kappa, small)}: ` +
        `what each of the ${unitOf(vary)} costs every other`,
    ],
    ['peak', peakText(usl, unitOf(vary))],
    ['fit', `the curve is within ${away} of the throughput measured at every load`],
  ];
  return [
    title,
    ...rows.flatMap(([name, text]) =>
      wrap(text, look.width, `    ${name.padEnd(11)}`, ' '.repeat(15)),
    ),
  ];
}

/** The largest distance of a probe from the curve, as a share of the curve. */
function furthestFrom(model: UslModel, probes: readonly ProbeResult[]): number {
  const distances = probes
    .filter(({ answer }) => tells(answer))
    .map(({ load, answeredPerS }) => Math.abs(answeredPerS / uslThroughput(model, load) - 1));
  return Math.max(0, ...distances);
}

function peakText({ model, intervals }: UslFit, unit: string): string {
  const peak = model.kappa > 0 ? Math.sqrt(Math.max(0, 1 - model.sigma) / model.kappa) : Infinity;
  const at = Number.isFinite(peak)
    ? `throughput is highest at ${formatCount(peak)} ${unit}`
    : 'none';
  return `${at}  ${intervalText(intervals.peak, formatCount)}`;
}

const intervalText = ([low, high]: Interval, format: (value: number) => string) =>
  `[${edgeText(low, format)}, ${edgeText(high, format)}]`;

const edgeText = (value: number, format: (value: number) => string) =>
  Number.isFinite(value) ? format(value) : 'no end';

const small = (value: number) => (value === 0 ? '0' : value.toPrecision(2));

function notes({ notes, failed, end, question }: CapacityResult): string[] {
  return [...notes, ...adviceOf(end, failed), ...doubleNote(question)];
}

function adviceOf(end: CapacityResult['end'], failed: ProbeResult | null): string[] {
  if (end === 'atLeast') return ['raise --to to find the limit'];
  if (end === 'none' && isUnreachable(failed)) {
    return ['nothing is known of its capacity: is the target up? `ocpp-load doctor` looks at it'];
  }
  if (end === 'none') return ['lower --from, or look at a run: `ocpp-load run` shows how it fares'];
  if (end === null) return ['--out keeps a search, --resume goes on with it'];
  if (end === 'flips') return ['a longer --hold leaves less to chance'];
  if (end === 'generatorLimit' && failed !== null) {
    return [
      'more workers, more machines or a quieter one would reach further; where the limits are ' +
        'too tight for this one, the scenario sets others (docs/verdict.md, generator.limits)',
    ];
  }
  return [];
}

/** Whether not one charger came through: that says nothing of loads. */
const isUnreachable = (failed: ProbeResult | null) =>
  failed !== null && failed.connected === 0 && failed.booted === 0;

const doubleNote = ({ target }: CapacityQuestion) =>
  target === 'embedded' ? ["the target was ocpp-load's own test double, on this machine"] : [];

const unitOf = (vary: CapacityResult['vary']) => (vary === 'chargers' ? 'chargers' : 'cars/h');

function loadOf({ load }: Pick<ProbeResult, 'load'>, { vary }: CapacityQuestion): string {
  return vary === 'chargers' ? plural(load, 'charger') : `${formatCount(load)} cars/h`;
}

const msText = (ms: number | null) => (ms === null ? '-' : `${formatMs(ms)} ms`);

/** Two digits, and never 0 % of what is not 0. */
function percent(share: number): string {
  if (share === 0) return '0 %';
  return `${Number((share * 100).toPrecision(2))} %`;
}
