/** Looks at a run's thresholds while it runs, second by second, and at its end. */
import type { RunShape } from '../metrics/metric.ts';
import { addDelta } from '../snapshot/delta.ts';
import { emptySnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { type Gauged, gaugedBy, holds, isWorse, measure } from './measure.ts';
import type { Threshold, ThresholdResult } from './types.ts';
import { emptyWindow, type Slice, slide, type Window } from './window.ts';

/** An interval of the run, as far as it matters here. */
export interface Second extends Slice {
  readonly stage: string;
  /** The drain had begun when it was read: an interval of the steady stage may end in it. */
  readonly drains: boolean;
}

export interface Evaluator {
  /**
   * Takes the next interval of the run.
   * @returns the threshold because of which the run is to end, once.
   */
  add(second: Second): ThresholdResult | null;
  /** In their order, when all intervals were taken; `steadyS` is how long that stage was. */
  results(steadyS: number): ThresholdResult[];
}

export interface EvaluatorOptions extends RunShape {
  readonly thresholds: readonly Threshold[];
  /** When the steady stage begins, seconds since the start of the run. */
  readonly steadyFromS: number;
}

/** What was found out about one threshold so far. */
interface Found extends Gauged {
  readonly window: Window | null;
  /** Of windows the worst, of a gauge the last; else nothing before the end. */
  measured: number | null;
  atS: number | null;
  aborted: boolean;
}

interface State {
  readonly options: EvaluatorOptions;
  readonly total: Snapshot;
  readonly windows: ReadonlyMap<number, Window>;
  readonly found: readonly Found[];
  endS: number;
  aborts: boolean;
}

export function thresholdEvaluator(options: EvaluatorOptions): Evaluator {
  const fleetCount = options.fleets.length;
  const lengths = options.thresholds.flatMap(({ windowNs }) => windowNs ?? []);
  const windows = new Map(lengths.map((ns) => [ns, emptyWindow(ns / 1e9, fleetCount)]));
  const found = options.thresholds.map((threshold): Found => {
    const window = (threshold.windowNs && windows.get(threshold.windowNs)) || null;
    const nothing = { measured: null, atS: null, aborted: false };
    return { ...gaugedBy(threshold, options), window, ...nothing };
  });
  const total = emptySnapshot(fleetCount);
  const state: State = { options, total, windows, found, endS: 0, aborts: false };
  return {
    add: (second) => (found.length === 0 ? null : add(state, second)),
    results: (steadyS) => found.map((each) => resultOf(each, state, steadyS)),
  };
}

function add(state: State, second: Second): ThresholdResult | null {
  const { total, found } = state;
  addDelta(total, second.delta);
  state.endS = second.toS;
  const steady = second.stage === 'steady';
  const full = new Set<Window>();
  if (steady) {
    for (const window of state.windows.values()) if (slide(window, second)) full.add(window);
  }
  let failed: ThresholdResult | null = null;
  for (const each of found) {
    look(each, total, second, { steady, full });
    if (state.aborts || failed !== null || second.drains) continue;
    failed = abortOf(each, state, second);
  }
  state.aborts ||= failed !== null;
  return failed;
}

/** Keeps what only shows while the run runs: windows, and gauges at the end of their stage. */
function look(
  each: Found,
  total: Snapshot,
  { toS, drains }: Second,
  { steady, full }: { steady: boolean; full: ReadonlySet<Window> },
): void {
  const { threshold, metric, part, window, aborted } = each;
  const isGauge = metric.type === 'gauge';
  // What a drain has begun to do to a gauge is no figure of the stage before it.
  const inStage = steady && !(isGauge && drains);
  if (aborted) return;
  if (window === null) {
    if (isGauge && (inStage || part.scope === 'whole')) each.measured = measure(each, total, 0);
    return;
  }
  if (!inStage || !full.has(window)) return;
  const measured = measure(each, isGauge ? total : window.snapshot, window.seconds);
  if (measured === null) return;
  if (each.measured !== null && !isWorse(threshold, measured, each.measured)) return;
  each.measured = measured;
  each.atS = toS;
}

/** Where nothing was measured yet, nothing failed yet. */
function abortOf(each: Found, { total, options }: State, { toS }: Second): ThresholdResult | null {
  const { threshold, metric, part, window } = each;
  if (!threshold.abortOnFail) return null;
  const sinceS = part.scope === 'steady' || window ? options.steadyFromS : 0;
  if (toS <= sinceS || toS - sinceS < threshold.delayAbortEvalNs / 1e9) return null;
  const live = window === null && metric.type !== 'gauge';
  const measured = live ? measure(each, total, toS - sinceS) : each.measured;
  if (measured === null || holds(threshold, measured)) return null;
  each.measured = measured;
  each.atS = toS;
  each.aborted = true;
  return { threshold, passed: false, measured, atS: toS, aborted: true };
}

function resultOf(each: Found, state: State, steadyS: number): ThresholdResult {
  const { threshold, metric, part, window, atS, aborted } = each;
  const known = window !== null || metric.type === 'gauge' || aborted;
  const seconds = part.scope === 'steady' ? steadyS : state.endS;
  const measured = known ? each.measured : measure(each, state.total, seconds);
  const passed = !aborted && holds(threshold, measured);
  return { threshold, passed, measured, atS, aborted };
}
