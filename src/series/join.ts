/** Intervals made longer: sums stay exact, time gets coarser. */
import type { HealthSample } from '../health/sample.ts';
import { joinDeltas } from '../snapshot/delta.ts';
import type { Interval } from './interval.ts';

/** `b` follows `a`. */
export function joinIntervals(a: Interval, b: Interval): Interval {
  return { ...b, fromS: a.fromS, delta: joinDeltas(a.delta, b.delta), health: joinHealth(a, b) };
}

/** Whether `next` belongs to the same `stepS` seconds of the same stage as `last`. */
export const joinsInto = (last: Interval, next: Interval, stepS: number): boolean =>
  stepS > 1 &&
  last.stage === next.stage &&
  Math.floor(last.index / stepS) === Math.floor(next.index / stepS);

/** Shares are means over time, sums are sums, extremes extremes; the memory used is the later. */
function joinHealth(one: Interval, other: Interval): HealthSample | null {
  const [a, b] = [one.health, other.health];
  if (a === null || b === null) return b ?? a;
  const lengths = [one.toS - one.fromS, other.toS - other.fromS];
  const share = lengths[0] / Math.max(lengths[0] + lengths[1], 1e-9);
  const mean = (x: number, y: number) => x * share + y * (1 - share);
  const sum = (x: number, y: number) => x + y;
  return {
    utilisation: each(a.utilisation, b.utilisation, mean),
    gcMaxMs: each(a.gcMaxMs, b.gcMaxMs, Math.max),
    gcTotalMs: each(a.gcTotalMs, b.gcTotalMs, sum),
    cpuMs: a.cpuMs + b.cpuMs,
    rssBytes: b.rssBytes,
    clockStepMs: a.clockStepMs + b.clockStepMs,
    stealShare: known(a.stealShare, b.stealShare, mean),
    throttledMs: known(a.throttledMs, b.throttledMs, sum),
    listenDrops: known(a.listenDrops, b.listenDrops, sum),
    retransmits: known(a.retransmits, b.retransmits, sum),
    segmentsSent: known(a.segmentsSent, b.segmentsSent, sum),
    availableMemoryBytes: known(a.availableMemoryBytes, b.availableMemoryBytes, Math.min),
  };
}

type Combine = (a: number, b: number) => number;

const each = (a: readonly number[], b: readonly number[], combine: Combine) =>
  b.map((value, worker) => (worker < a.length ? combine(a[worker], value) : value));

const known = (a: number | null, b: number | null, combine: Combine) =>
  a === null || b === null ? (b ?? a) : combine(a, b);

/** A run in at most about `most` intervals, however long it takes. */
export interface CoarseSeries {
  add(interval: Interval): void;
  intervals(): readonly Interval[];
}

/** Begins with what it is given, and joins twice as many whenever there are more than `most`. */
export function coarseSeries(most: number): CoarseSeries {
  let stepS = 1;
  let kept: Interval[] = [];
  const put = (interval: Interval) => {
    const last = kept.at(-1);
    if (last === undefined || !joinsInto(last, interval, stepS)) kept.push(interval);
    else kept[kept.length - 1] = joinIntervals(last, interval);
  };
  return {
    add(interval) {
      put(interval);
      if (kept.length <= most) return;
      stepS *= 2;
      const before = kept;
      kept = [];
      for (const each of before) put(each);
    },
    intervals: () => kept,
  };
}
