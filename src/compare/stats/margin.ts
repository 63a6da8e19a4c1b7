/** Is a shift above a margin, or below it? Two one-sided tests, and an estimate of the shift. */
import { blockLengthFor, movingBlockBootstrap, quantile } from './bootstrap.ts';
import { type ShiftEstimate, shiftOfPairs, shiftOfSamples } from './hodges-lehmann.ts';
import { mannWhitneyP, signedRankP } from './rank-tests.ts';

export interface MarginTest extends ShiftEstimate {
  /** p of "the shift is at the margin or below it": small, then it is above. */
  readonly aboveP: number;
  /** p of "the shift is at the margin or above it": small, then it is below. */
  readonly belowP: number;
}

/** The i-th of `after` belongs to the i-th of `before`. Exact by all signs (Wilcoxon). */
export function testPairs(
  before: readonly number[],
  after: readonly number[],
  margin: number,
  seed: number,
): MarginTest {
  const differences = after.map((value, i) => value - before[i]);
  const beyond = differences.map((difference) => difference - margin);
  const short = beyond.map((difference) => -difference);
  return {
    ...shiftOfPairs(differences),
    aboveP: signedRankP(beyond, seed),
    belowP: signedRankP(short, seed),
  };
}

/** Mann and Whitney's test of `after` against `before` shifted by the margin. */
export function testSamples(
  before: readonly number[],
  after: readonly number[],
  margin: number,
): MarginTest {
  const limits = before.map((value) => value + margin);
  return {
    ...shiftOfSamples(after, before),
    aboveP: mannWhitneyP(after, limits),
    belowP: mannWhitneyP(limits, after),
  };
}

const DRAWS = 4_999;

/**
 * Of two series in time order, whose neighbours may be alike: a p is the larger of Mann and
 * Whitney's and of the moving-block bootstrap's of the difference of means, whose interval it is.
 */
export function testSeries(
  before: readonly number[],
  after: readonly number[],
  margin: number,
  seed: number,
): MarginTest {
  const ranked = testSamples(before, after, margin);
  const meansOf = (series: readonly number[], stream: number) =>
    movingBlockBootstrap(series, mean, {
      ...{ blockLength: blockLengthFor(series.length), draws: DRAWS, seed: seed + stream },
    });
  const [from, to] = [meansOf(before, 0), meansOf(after, 1)];
  const shifts = to.map((value, i) => value - from[i]);
  const share = (count: number) => (count + 1) / (DRAWS + 1);
  return {
    ...{ shift: ranked.shift, confidence: 0.95 },
    ...{ low: quantile(shifts, 0.025), high: quantile(shifts, 0.975) },
    aboveP: Math.max(ranked.aboveP, share(shifts.filter((shift) => shift <= margin).length)),
    belowP: Math.max(ranked.belowP, share(shifts.filter((shift) => shift >= margin).length)),
  };
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
