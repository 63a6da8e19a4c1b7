/** The tables of the summary: calls, latencies, phases, connects. */
import type { LatencySummary } from '../snapshot/hdr.ts';
import type { CallCounter, ConnectFailure, Disconnect } from '../snapshot/layout.ts';
import type { Moments, RampSummary } from '../view/ramp.ts';
import { DISCONNECT_EXPLANATIONS, type Explanation, explainConnect } from './explain.ts';
import { type Look, paint, table, wrap } from './look.ts';
import { formatCount, formatMs, formatRate } from './numbers.ts';
import type { CallSummary, Summary } from './summary.ts';

/** Shown always, so that a zero is seen to be zero. */
const MAIN_COLUMNS: readonly [CallCounter, string][] = [
  ['answered', 'answered'],
  ['callError', 'error'],
  ['timedOut', 'timeout'],
  ['lost', 'lost'],
];
/** Shown where one of them is not zero. */
const EXTRA_COLUMNS: readonly [CallCounter, string][] = [
  ['inFlight', 'in flight'],
  ['unsent', 'unsent'],
  ['dropped', 'dropped'],
  ['refused', 'refused'],
  ['invalidReply', 'invalid'],
  ['unknown', 'unknown'],
];

/** The table, and whether its sums agree. */
export function callsSection(summary: Summary, look: Look): string[] {
  const lines = callsTable(summary, look);
  return anyDue(summary.calls) ? [...lines, ...sumLines(summary.sums, look)] : lines;
}

const anyDue = ({ sent, unsent, dropped }: CallSummary) => sent + unsent + dropped > 0;

/** What the table of CALLs shows: a summary, or a part of one. */
type Calls = Pick<Summary, 'calls' | 'actions'> & {
  readonly steady: Pick<Summary['steady'], 'durationS' | 'calls' | 'actions'>;
};

export function callsTable({ calls, actions, steady }: Calls, look: Look): string[] {
  if (!anyDue(calls)) return [title('CALLS', look), '    none was sent'];
  const columns = [...MAIN_COLUMNS, ...EXTRA_COLUMNS.filter(([name]) => calls[name] > 0)];
  const perS = (counts: CallSummary | undefined) =>
    formatRate(steady.durationS > 0 ? (counts?.sent ?? 0) / steady.durationS : 0);
  const row = (name: string, counts: CallSummary, steadyCounts: CallSummary | undefined) => [
    name,
    formatCount(counts.sent),
    perS(steadyCounts),
    ...columns.map(([column]) => formatCount(counts[column])),
  ];
  const blocks = table(
    ['CALLS', 'sent', 'steady/s', ...columns.map(([, head]) => head)],
    [
      ...Object.entries(actions).map(([name, counts]) => row(name, counts, steady.actions[name])),
      row('total', calls, steady.calls),
    ],
    { width: look.width, togetherFrom: 3 + MAIN_COLUMNS.length },
  );
  return join(blocks, look);
}

function sumLines(sums: Summary['sums'], look: Look): string[] {
  if (sums.agree) return ['    = sums agree: every CALL sent has exactly one fate'];
  const lines = sums.broken.flatMap((text) => wrap(text, look.width, '      ', '        '));
  return [`    ${paint(look, 'red', 'SUMS DO NOT AGREE')}`, ...lines];
}

export function latencySection({ actions, calls, steady }: Calls, look: Look): string[] {
  const row = (name: string, { serviceMs, responseMs }: CallSummary) => [
    name,
    ...figures(serviceMs, ['p50', 'p95', 'p99', 'p999', 'max']),
    ...figures(responseMs, ['p99', 'max']),
  ];
  const rows = Object.entries(actions).map(([name, counts]) => row(name, counts));
  if (rows.length === 0) return [];
  if (rows.length > 1) rows.push(row('all', calls));
  if (steady.calls.sent > 0) rows.push(row('all, steady stage', steady.calls));
  const head = ['service: p50', 'p95', 'p99', 'p99.9', 'max', 'response: p99', 'max'];
  return join(table(['LATENCY ms', ...head], rows, { width: look.width, togetherFrom: 6 }), look);
}

const PHASE_NAMES = {
  connect: 'tcp connect',
  tls: 'tls handshake',
  upgrade: 'upgrade',
  boot: 'boot accepted',
  ready: 'planned to upgraded',
} as const;

export function phasesSection({ phases }: Pick<Summary, 'phases'>, look: Look): string[] {
  const rows = (Object.keys(PHASE_NAMES) as (keyof typeof PHASE_NAMES)[])
    .filter((name) => phases[name].count > 0)
    .map((name) => [
      PHASE_NAMES[name],
      formatCount(phases[name].count),
      ...figures(phases[name], ['p50', 'p95', 'p99', 'max']),
    ]);
  if (rows.length === 0) return [];
  return join(table(['PHASES ms', 'count', 'p50', 'p95', 'p99', 'max'], rows, look), look);
}

/** A table of two rows; nothing when nobody came. */
export function rampSection(ramp: RampSummary, planned: number, look: Look): string[] {
  if (ramp.upgraded.count === 0) return [];
  const seconds = (s: number | null) => (s === null ? '-' : formatMs(s));
  const row = (name: string, { p50S, p90S, p99S, p100S, perS }: Moments) => [
    name,
    ...[p50S, p90S, p99S, p100S].map(seconds),
    formatCount(Math.round(perS)),
  ];
  const rows = [row('upgraded', ramp.upgraded), row('booted', ramp.booted)];
  const heads = ['RAMP s', '50 %', '90 %', '99 %', '100 %', 'chargers/s'];
  return [...join(table(heads, rows, look), look), ...never(ramp.booted, planned, look)];
}

function never({ count }: Moments, planned: number, look: Look): string[] {
  if (count >= planned) return [];
  const says = `- is never: ${formatCount(count)} of ${formatCount(planned)} chargers booted`;
  return wrap(says, look.width, '    ', '      ');
}

/** `urlHasCredentials`: of the target; the summary does not show them. */
export function connectsSection(summary: Summary, look: Look, urlHasCredentials = false): string[] {
  const { connects, chargers } = summary;
  const explain = (name: string) => {
    const detail = summary.events.find(({ text }) => text.includes(`(${name})`))?.text ?? '';
    return explainConnect(name as ConnectFailure, { detail, urlHasCredentials });
  };
  const failed = Object.values(connects.failed).reduce((sum, n) => sum + n, 0);
  const parts = [
    `${formatCount(connects.attempted)} attempted`,
    `${formatCount(connects.upgraded)} upgraded`,
    `${formatCount(failed)} failed`,
    ...(connects.abandoned > 0 ? [`${formatCount(connects.abandoned)} abandoned at the end`] : []),
    ...(connects.unknown > 0 ? [`${formatCount(connects.unknown)} unknown`] : []),
    `at most ${formatCount(chargers.peakConnected)} of ${formatCount(chargers.planned)} at once`,
  ];
  const [first, ...rest] = wrap(parts.join(', '), look.width, '  CONNECTS    ', ' '.repeat(14));
  return [
    first.replace('CONNECTS', paint(look, 'bold', 'CONNECTS')),
    ...rest,
    ...reasons(connects.failed, explain, look),
    ...disconnectLines(summary, look),
  ];
}

function disconnectLines(summary: Summary, look: Look): string[] {
  const lines = reasons(
    summary.disconnects,
    (name) => DISCONNECT_EXPLANATIONS[name as Disconnect],
    look,
  );
  return lines.length === 0 ? [] : ['    connections that ended before the run did:', ...lines];
}

/** `n  what it means` and below it `-> what to do`, the most frequent first. */
function reasons(
  counts: Readonly<Record<string, number>>,
  explain: (reason: string) => Explanation,
  look: Look,
): string[] {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const width = Math.max(0, ...entries.map(([, n]) => formatCount(n).length));
  const hang = ' '.repeat(width + 8);
  return entries.flatMap(([reason, n]) => {
    const { text, hint } = explain(reason);
    const head = `      ${formatCount(n).padStart(width)}  `;
    const lines = wrap(text, look.width, head, hang);
    return hint ? [...lines, ...wrap(`-> ${hint}`, look.width, hang, `${hang}   `)] : lines;
  });
}

/** `-` where nothing was recorded. */
export function figures(
  latency: LatencySummary,
  names: readonly (keyof LatencySummary)[],
): string[] {
  return names.map((name) => (latency.count === 0 ? '-' : formatMs(latency[name])));
}

const title = (text: string, look: Look) => paint(look, 'bold', `  ${text}`);

/** The lines of a table, with its heads in bold. */
export function join(blocks: readonly (readonly string[])[], look: Look): string[] {
  return blocks.flatMap(([head, ...rows]) => [
    head.replace(/\S+(?: \S+)*/, (name) => paint(look, 'bold', name)),
    ...rows,
  ]);
}
