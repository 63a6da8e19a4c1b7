/**
 * Change points of a series: E-divisive (Matteson and James 2014) within windows, with Student's
 * t-test in place of permutations, and a strong pass that drops what a weak one found (Fleming et
 * al., "Hunter", ICPE 2023; today Apache Otava).
 */
import { studentTwoSidedP } from './normal.ts';

export interface ChangePoint {
  /** Of the first value after the change. */
  readonly index: number;
  readonly p: number;
  /** Of the stretches before and after it, to the next change point or the end. */
  readonly meanBefore: number;
  readonly meanAfter: number;
}

export interface ChangePointOptions {
  /** Values a window has: what changed slowly is not seen in one too short. Default 50. */
  readonly window?: number;
  /** Default 0.001. */
  readonly maxP?: number;
  /** The smallest relative change, either way. Default 0. */
  readonly minChange?: number;
  /** p of the difference of two stretches. Default `tTestP`. */
  readonly testP?: TestP;
}

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squares of the differences to the mean. */
  readonly squares: number;
}

type TestP = (before: Moments, after: Moments) => number;

/** The first pass takes ten times the limit, so that two changes near each other are both seen. */
const WEAK_FACTOR = 10;

export function findChangePoints(
  series: readonly number[],
  { window = 50, maxP = 0.001, minChange = 0, testP = tTestP }: ChangePointOptions = {},
): ChangePoint[] {
  const weak = splitByWindows(series, window, { maxP: weakLimit(maxP), testP });
  return merge(weak, series, { maxP, minChange, testP });
}

type Pass = Required<Omit<ChangePointOptions, 'window'>>;

/** As Otava has it: ten times, twice from 0.05 on. */
const weakLimit = (maxP: number) => (maxP < 0.05 ? maxP * WEAK_FACTOR : Math.min(1, 2 * maxP));

/** Indexes found in windows that overlap by half, each from the last change point on. */
function splitByWindows(
  series: readonly number[],
  window: number,
  pass: Pick<Pass, 'maxP' | 'testP'>,
): number[] {
  const step = Math.floor(window / 2);
  const found = new Set<number>();
  for (let start = 0; start < series.length; ) {
    const inside = divide(series.slice(start, start + window), pass).map((i) => i + start);
    for (const index of inside) found.add(index);
    start = Math.max(inside.at(-1) ?? 0, start + step);
  }
  return [...found].sort((a, b) => a - b);
}

/** Splits the stretch with the most unlike halves, until the next split is not significant. */
function divide(
  series: readonly number[],
  { maxP, testP }: Pick<Pass, 'maxP' | 'testP'>,
): number[] {
  const splits: number[] = [];
  for (;;) {
    const ends = [0, ...splits, series.length];
    const stretches = ends.slice(1).map((to, i) => [ends[i], to] as const);
    const candidates = stretches.flatMap(([from, to]) => {
      const best = bestSplit(series.slice(from, to));
      return best === null ? [] : [{ index: from + best.index, energy: best.energy }];
    });
    if (candidates.length === 0) return splits;
    const best = candidates.reduce((a, b) => (b.energy > a.energy ? b : a));
    if (changeAt(series, splits, best.index, testP).p > maxP) return splits;
    splits.push(best.index);
    splits.sort((a, b) => a - b);
  }
}

/** Where two parts that follow each other are least alike; null: there is no place for two. */
function bestSplit(values: readonly number[]): { index: number; energy: number } | null {
  const n = values.length;
  let best: { index: number; energy: number } | null = null;
  // Sums of distances: among the first part, between the two, among the second.
  let withinFirst = 0;
  for (let split = 1; split < n; split++) {
    for (let i = 0; i < split - 1; i++) withinFirst += Math.abs(values[split - 1] - values[i]);
    let [between, withinSecond] = [0, 0];
    for (let end = split + 1; end <= n; end++) {
      const added = values[end - 1];
      for (let i = 0; i < split; i++) between += Math.abs(added - values[i]);
      for (let i = split; i < end - 1; i++) withinSecond += Math.abs(added - values[i]);
      const energy = energyOf(split, end - split, between, withinFirst, withinSecond);
      if (best === null || energy > best.energy) best = { index: split, energy };
    }
  }
  return best;
}

/** Q of Matteson and James, with an exponent of 1. */
function energyOf(m: number, n: number, between: number, first: number, second: number): number {
  const part = (size: number, sum: number) => (size < 2 ? 0 : (2 * sum) / (size * (size - 1)));
  const divergence = (2 * between) / (m * n) - part(m, first) - part(n, second);
  return ((m * n) / (m + n)) * divergence;
}

/** Student's t-test of the stretches on both sides of `index`, up to the other splits. */
function changeAt(
  series: readonly number[],
  splits: readonly number[],
  index: number,
  testP: TestP,
): ChangePoint {
  const from = splits.filter((split) => split < index).at(-1) ?? 0;
  const to = splits.find((split) => split > index) ?? series.length;
  const before = momentsOf(series.slice(from, index));
  const after = momentsOf(series.slice(index, to));
  return {
    index,
    p: testP(before, after),
    meanBefore: before.mean,
    meanAfter: after.mean,
  };
}

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: values.length, mean, squares };
}

/** Two-sided, of equal variances. 1 with fewer than three values: there is no spread to go by. */
export function tTestP(a: Moments, b: Moments): number {
  const df = a.count + b.count - 2;
  if (df < 1 || a.mean === b.mean) return 1;
  const variance = ((a.squares + b.squares) / df) * (1 / a.count + 1 / b.count);
  return studentTwoSidedP((b.mean - a.mean) / Math.sqrt(variance), df);
}

/** Drops the weakest until all are significant, then the smallest until all are large enough. */
function merge(
  weak: readonly number[],
  series: readonly number[],
  { maxP, minChange, testP }: Pass,
): ChangePoint[] {
  let splits = [...weak];
  for (;;) {
    const points = splits.map((index) => changeAt(series, splits, index, testP));
    const weakest = points.reduce((a, b) => (b.p > a.p ? b : a), points[0]);
    if (points.length === 0) return points;
    let dropped = weakest;
    if (weakest.p < maxP) {
      dropped = points.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a));
      if (sizeOf(dropped) > minChange) return points;
    }
    splits = splits.filter((index) => index !== dropped.index);
  }
}

/** Relative to the smaller of the two means, so that halving and doubling are of one size. */
function sizeOf({ meanBefore, meanAfter }: ChangePoint): number {
  const [small, large] = [Math.abs(meanBefore), Math.abs(meanAfter)].sort((a, b) => a - b);
  const change = Math.abs(meanAfter - meanBefore);
  return change === 0 ? 0 : change / (small || large);
}
