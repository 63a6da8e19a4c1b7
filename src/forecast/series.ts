/** Means, peaks and patterns of numbers a second, over some of its seconds. */

/** Seconds from `fromS` to before `toS`. */
export interface Range {
  readonly fromS: number;
  readonly toS: number;
}

export interface Peak {
  readonly perS: number;
  /** Where it begins, seconds since the start. */
  readonly atS: number;
}

/** How numbers fall into a period of the clock. */
export interface Pattern {
  /** The busiest second of the period against its mean; 1: all are alike. */
  readonly ratio: number;
  /** From 0. */
  readonly busiest: number;
  /** What chance alone may make of even numbers: a ratio up to this says nothing. */
  readonly chance: number;
  /** The mean of each second of the period. */
  readonly means: Float64Array;
}

/** null: there are no such seconds. */
export function meanOf(values: Float64Array, ranges: readonly Range[]): number | null {
  let [sum, count] = [0, 0];
  for (const { fromS, toS } of ranges) {
    for (let second = fromS; second < toS; second++) sum += values[second];
    count += toS - fromS;
  }
  return count === 0 ? null : sum / count;
}

/** The highest second, the first of several. */
export function peakOf(values: Float64Array, ranges: readonly Range[]): Peak | null {
  let peak: Peak | null = null;
  for (const { fromS, toS } of ranges) {
    for (let second = fromS; second < toS; second++) {
      if (peak === null || values[second] > peak.perS) peak = { perS: values[second], atS: second };
    }
  }
  return peak;
}

const MINUTE_S = 60;

/** The mean of the busiest 60 seconds in a row, wherever they begin; null: nowhere are so many. */
export function peakMinute(values: Float64Array, ranges: readonly Range[]): Peak | null {
  let peak: Peak | null = null;
  for (const { fromS, toS } of ranges) {
    let sum = 0;
    for (let second = fromS; second < toS; second++) {
      sum += values[second];
      const first = second - MINUTE_S + 1;
      if (first < fromS) continue;
      if (peak === null || sum / MINUTE_S > peak.perS) {
        peak = { perS: sum / MINUTE_S, atS: first };
      }
      sum -= values[first];
    }
  }
  return peak;
}

/** So many standard deviations: hardly ever reached by one of 900 seconds that are alike. */
const RARE = 4;
/** A period that is seen less often says more of chance than of the clock. */
const FEWEST_PERIODS = 4;

/** null: nothing happens, or not for some periods. */
export function foldOf(
  values: Float64Array,
  ranges: readonly Range[],
  periodS: number,
): Pattern | null {
  const sums = new Float64Array(periodS);
  const counts = new Float64Array(periodS);
  for (const { fromS, toS } of ranges) {
    for (let second = fromS; second < toS; second++) {
      sums[second % periodS] += values[second];
      counts[second % periodS]++;
    }
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  if (total === 0 || counts.some((count) => count < FEWEST_PERIODS)) return null;
  const means = sums.map((sum, i) => sum / counts[i]);
  const mean = means.reduce((sum, value) => sum + value, 0) / periodS;
  const busiest = means.indexOf(Math.max(...means));
  const chance = 1 + RARE / Math.sqrt(total / periodS);
  return { ratio: means[busiest] / mean, busiest, chance, means };
}
