/** What a run did lately: for a view of a run under way that has little room. */
import { ACTIONS } from '../ocpp/actions.ts';
import type { Interval } from '../series/interval.ts';
import { addDelta, type Delta, subtractDelta } from '../snapshot/delta.ts';
import type { CallCounter } from '../snapshot/layout.ts';
import { callCounts, disconnects, emptySnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { latencyReader, type Point, pointMaker, type RunShape } from './point.ts';

export interface Lately {
  /** By rising time, at most `KEPT_POINTS`. */
  readonly points: readonly Point[];
  /** Of `all`, then of each action that was ever sent. */
  readonly rows: readonly LatelyRow[];
  /** What the rows look at, seconds. */
  readonly overS: number;
  /** Of the whole run, as the last that follows. */
  readonly fates: Readonly<Record<CallCounter, number>>;
  readonly disconnects: number;
}

export interface LatelyRow {
  readonly action: string;
  /** A second. */
  readonly sent: number;
  /** Of the whole run. */
  readonly failed: number;
  /** ms; null: nothing ended. */
  readonly service: Percentiles | null;
  readonly response: Percentiles | null;
}

export const KEPT_POINTS = 60;
/** A second alone is too short for a percentile of what few chargers send. */
const ROWS_OVER = 10;

export const NOTHING_LATELY: Lately = Object.freeze({
  points: [],
  rows: [],
  overS: 0,
  fates: callCounts(emptySnapshot(1), 'whole'),
  disconnects: 0,
});

/** Takes the intervals of a run in their order. */
export function latelyMaker(shape: RunShape): (interval: Interval) => Lately {
  const pointOf = pointMaker(shape);
  const total = emptySnapshot(shape.fleetCount);
  const recent = emptySnapshot(shape.fleetCount);
  let points: readonly Point[] = [];
  let intervals: readonly Interval[] = [];
  return (interval) => {
    points = [...points, pointOf(interval)].slice(-KEPT_POINTS);
    addDelta(total, countersOf(interval.delta));
    addDelta(recent, countersOf(interval.delta));
    if (intervals.length === ROWS_OVER) subtractDelta(recent, countersOf(intervals[0].delta));
    intervals = [...intervals, interval].slice(-ROWS_OVER);
    return {
      points,
      ...rowsOf(intervals, recent, total),
      fates: callCounts(total, 'whole'),
      disconnects: Object.values(disconnects(total)).reduce((sum, n) => sum + n, 0),
    };
  };
}

/** Dense histograms would have to be searched for what is in them. */
const countersOf = (delta: Delta): Delta => ({ ...delta, histograms: [] });

function rowsOf(
  intervals: readonly Interval[],
  recent: Snapshot,
  total: Snapshot,
): Pick<Lately, 'rows' | 'overS'> {
  const overS = Math.max(1e-3, intervals[intervals.length - 1].toS - intervals[0].fromS);
  const histograms = intervals.flatMap(({ delta }) => delta.histograms);
  const latency = latencyReader(histograms);
  const row = (action?: number): LatelyRow => {
    const { callError, timedOut, lost, invalidReply } = callCounts(total, 'whole', action);
    return {
      action: action === undefined ? 'all' : ACTIONS[action],
      sent: callCounts(recent, 'whole', action).sent / overS,
      failed: callError + timedOut + lost + invalidReply,
      service: percentilesOf(latency('service', action)),
      response: percentilesOf(latency('response', action)),
    };
  };
  const used = [...ACTIONS.keys()].filter((each) => callCounts(total, 'whole', each).sent > 0);
  return { overS, rows: [row(), ...used.map((action) => row(action))] };
}
