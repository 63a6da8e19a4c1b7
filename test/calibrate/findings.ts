/** From a trial to findings: what ocpp-load reported beside what the witnesses saw; pure. */
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { hdrValueUs } from '../../src/snapshot/hdr.ts';
import { callHistogram, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import {
  callCounts,
  callLatency,
  runLatency,
  type Snapshot,
  stageLatency,
} from '../../src/snapshot/snapshot.ts';
import {
  answeredCount,
  type CallLog,
  matchLogs,
  responseTimesMs,
  serviceTimesMs,
} from './call-log.ts';
import {
  type Case,
  LIMIT_P50_MS,
  LIMIT_SHARE,
  type Load,
  type Stall,
  stallShareAbove,
} from './cases.ts';
import { meanOf, percentileOf, shareAbove } from './quantile.ts';
import { ACTION, type Trial } from './trial.ts';

export type Latency = 'service' | 'response';
export type Witness = 'target' | 'wire';

/** Milliseconds, but for shares. */
export interface Figure {
  /** null: there is none. */
  readonly theory: number | null;
  readonly truth: number;
  readonly ours: number;
  /** Of the difference; null: for information. */
  readonly limit: number | null;
  readonly isOver: boolean;
}

export interface Row {
  readonly case: string;
  readonly load: string;
  readonly target: string;
  readonly callsPerS: number;
  readonly samples: number;
  readonly latency: Latency;
  readonly witness: Witness;
  readonly p50: Figure;
  readonly p99: Figure;
  readonly max: Figure;
}

/** How far our percentiles are from those of the wire, and the wire from what was applied, ms. */
export interface WireRow {
  readonly case: string;
  readonly load: string;
  readonly pairs: number;
  readonly oursLessWire: Readonly<Record<'p50' | 'p90' | 'p99' | 'p999' | 'max' | 'mean', number>>;
  /** CALL by CALL: what the target's socket and event loop add to the delay that it applied. */
  readonly wireLessTarget: Readonly<Record<'p50' | 'p99' | 'max', number>>;
}

export interface StallRow {
  readonly load: string;
  /** The longest response time; less than the stall is over. */
  readonly longest: Figure;
  /** Shares of CALLs that took longer than half of a stall. */
  readonly response: Figure;
  readonly service: Figure;
}

export interface Findings {
  readonly rows: readonly Row[];
  readonly wire: WireRow | null;
  readonly stall: StallRow | null;
  readonly generator: GeneratorFigures;
  /** Sums that do not agree: then nothing else counts. */
  readonly problems: readonly string[];
}

/** What ocpp-load says of itself; it explains what is over. */
export interface GeneratorFigures {
  /** 1 is a processor, all through the steady stage. */
  readonly cpuShare: number;
  readonly lateP99Ms: number;
  /** Of the whole run: how late its event loop woke up. */
  readonly loopDelayP99Ms: number;
  readonly trust: string;
}

export interface Setting {
  readonly case: Case;
  readonly load: Load;
  readonly callsPerS: number;
}

const HEARTBEAT = ActionIndexOf[ACTION];
const LATENCIES: readonly Latency[] = ['service', 'response'];

export function findingsOf(setting: Setting, trial: Trial): Findings {
  const { truth, wire, snapshot } = trial;
  const { intervalMs } = setting.case;
  const rows = steadyRows(trial);
  const seen: Readonly<Record<Witness, Seen | null>> = {
    target: seenBy(truth, rows, intervalMs),
    wire: wire === null ? null : seenBy(wire.log, onWire(truth, wire.log, rows), intervalMs),
  };
  const witnesses = (['target', 'wire'] as const).filter((witness) => seen[witness] !== null);
  return {
    rows: LATENCIES.flatMap((latency) =>
      witnesses.map((witness) =>
        rowOf(setting, snapshot, { latency, witness, seen: seen[witness] as Seen }),
      ),
    ),
    wire: seen.wire && wireRowOf(setting, snapshot, seen.target as Seen, seen.wire),
    stall: setting.case.stall && stallRowOf(setting, snapshot, seen.target as Seen),
    generator: generatorFigures(trial),
    problems: problemsOf(trial),
  };
}

function generatorFigures({ snapshot, cpuShare, trust }: Trial): GeneratorFigures {
  const late = stageLatency(snapshot, 'lateness', 'steady');
  const delay = runLatency(snapshot, 'loopDelay');
  const [lateP99Ms, loopDelayP99Ms] = [late, delay].map((h) => h.getValueAtPercentile(99) / 1000);
  return { cpuShare, lateP99Ms, loopDelayP99Ms, trust };
}

/** Times of the steady stage's CALLs, ms: rising, and for service times also row by row. */
interface Seen {
  readonly service: Float64Array;
  readonly response: Float64Array;
  readonly byRow: Float64Array;
}

function seenBy(log: CallLog, rows: Int32Array, intervalMs: number): Seen {
  const service = serviceTimesMs(log);
  const response = responseTimesMs(log, intervalMs * 1e6);
  const byRow = Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : service[row]));
  const known = rows.filter((row) => row >= 0 && !Number.isNaN(service[row]));
  return {
    byRow,
    service: Float64Array.from(known, (row) => service[row]).sort(),
    response: Float64Array.from(known, (row) => response[row]).sort(),
  };
}

/**
 * The rows of the target's log that ocpp-load counts to its steady stage: as many as it sent, from
 * the first that was read in that stage. CALLs under way at its edges may be its neighbours.
 */
function steadyRows({ truth, snapshot, steadyNs: [fromNs] }: Trial): Int32Array {
  const { sent } = callCounts(snapshot, 'steady', HEARTBEAT);
  let first = 0;
  while (first < truth.count && truth.callNs[first] < fromNs) first++;
  first = Math.max(0, Math.min(first, truth.count - sent));
  const length = Math.min(sent, truth.count - first);
  return Int32Array.from({ length }, (_, i) => first + i);
}

function onWire(truth: CallLog, wire: CallLog, rows: Int32Array): Int32Array {
  const matches = matchLogs(truth, wire);
  return rows.map((row) => matches[row]);
}

const oursMs = (snapshot: Snapshot, latency: Latency, percentile: number) =>
  callLatency(snapshot, latency, 'steady', HEARTBEAT).getValueAtPercentile(percentile) / 1000;

type Judged = Pick<Figure, 'truth' | 'ours' | 'limit'> & Partial<Figure>;

function figure({ truth, ours, limit, theory = null }: Judged): Figure {
  return {
    theory,
    truth,
    ours,
    limit,
    isOver: limit !== null && !(Math.abs(ours - truth) <= limit),
  };
}

function rowOf(
  { case: { name, theory }, load, callsPerS }: Setting,
  snapshot: Snapshot,
  { latency, witness, seen }: { latency: Latency; witness: Witness; seen: Seen },
): Row {
  const at = (percentile: number, limitMs: number | null, name?: 'p50' | 'p99') => {
    const truth = percentileOf(seen[latency], percentile);
    const limit = limitMs === null ? null : Math.max(limitMs, LIMIT_SHARE * truth);
    const ours = oursMs(snapshot, latency, percentile);
    return figure({ truth, ours, limit, theory: name && (theory[latency]?.[name] ?? null) });
  };
  return {
    ...{ case: name, load: load.name, target: load.target, callsPerS, latency, witness },
    samples: seen[latency].length,
    p50: at(50, LIMIT_P50_MS, 'p50'),
    p99: at(99, load.limitP99Ms, 'p99'),
    max: at(100, null),
  };
}

function wireRowOf(
  { case: { name }, load }: Setting,
  snapshot: Snapshot,
  target: Seen,
  wire: Seen,
): WireRow {
  const less = (percentile: number) =>
    oursMs(snapshot, 'service', percentile) - percentileOf(wire.service, percentile);
  const added = wire.byRow.map((ms, i) => ms - target.byRow[i]);
  const sorted = added.filter((ms) => !Number.isNaN(ms)).sort();
  const meanMs = callLatency(snapshot, 'service', 'steady', HEARTBEAT).mean / 1000;
  return {
    ...{ case: name, load: load.name, pairs: sorted.length },
    oursLessWire: {
      ...{ p50: less(50), p90: less(90), p99: less(99), p999: less(99.9), max: less(100) },
      mean: meanMs - meanOf(wire.service),
    },
    wireLessTarget: {
      p50: percentileOf(sorted, 50),
      p99: percentileOf(sorted, 99),
      max: percentileOf(sorted, 100),
    },
  };
}

function stallRowOf({ case: { stall }, load }: Setting, snapshot: Snapshot, seen: Seen): StallRow {
  const { forMs } = stall as Stall;
  const halfMs = forMs / 2;
  const theory = stallShareAbove(stall as Stall, halfMs);
  const longest = figure({
    ...{ theory: forMs, truth: percentileOf(seen.response, 100) },
    ...{ ours: oursMs(snapshot, 'response', 100), limit: LIMIT_SHARE * forMs },
  });
  const share = (latency: Latency, isJudged: boolean) => {
    const truth = shareAbove(seen[latency], halfMs);
    const limit = isJudged ? LIMIT_SHARE * truth : null;
    const ours = oursShareAbove(snapshot, latency, halfMs);
    return figure({ truth, ours, limit, theory: isJudged ? theory : null });
  };
  return {
    load: load.name,
    longest: { ...longest, isOver: longest.ours < forMs - LIMIT_SHARE * forMs },
    response: share('response', true),
    service: share('service', false),
  };
}

function oursShareAbove(snapshot: Snapshot, latency: Latency, limitMs: number): number {
  const slots = snapshot.histograms[callHistogram(STAGE_STEADY, HEARTBEAT, latency)];
  if (slots === null) return 0;
  let above = 0;
  let total = 0;
  slots.forEach((count, slot) => {
    total += count;
    if (hdrValueUs(slot) > limitMs * 1000) above += count;
  });
  return above / total;
}

/** Every witness must have seen every CALL, and each its answer. */
function problemsOf({ snapshot, truth, wire, capture }: Trial): string[] {
  const { sent, answered, dropped } = callCounts(snapshot, 'whole', HEARTBEAT);
  const problems: string[] = [];
  const agree = (what: string, n: number, expected: number) => {
    if (n !== expected) problems.push(`${what}: ${n} of ${expected}`);
  };
  agree('CALLs answered', answered, sent);
  agree('CALLs that the target read', truth.count, sent);
  agree('CALLs that the target answered', answeredCount(truth), sent);
  if (dropped > 0) problems.push(`CALLs left out: ${dropped}, so response times have no truth`);
  if (wire === null) return problems;
  if (capture?.dropped !== 0) problems.push(`packets not captured: ${capture?.dropped}`);
  agree('CALLs on the wire', wire.log.count, sent);
  agree('answers on the wire', answeredCount(wire.log), sent);
  agree('CALLs of both the target and the wire', matched(truth, wire.log), truth.count);
  return problems;
}

const matched = (truth: CallLog, wire: CallLog) =>
  matchLogs(truth, wire).filter((row) => row >= 0).length;
