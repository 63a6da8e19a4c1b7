/** Hodges and Lehmann's estimate of a shift, with the confidence interval of the rank test. */
import { normalCdf } from './normal.ts';
import { medianOfSorted } from './ranks.ts';

export interface ShiftEstimate {
  readonly shift: number;
  readonly low: number;
  readonly high: number;
  /** What the interval really covers, at least: few values cannot cover 95 %. */
  readonly confidence: number;
}

/** Of pairs: the median of all means of two differences (Walsh averages). At least one. */
export function shiftOfPairs(differences: readonly number[], confidence = 0.95): ShiftEstimate {
  const walsh = differences.flatMap((x, i) => differences.slice(i).map((y) => (x + y) / 2));
  return estimate(walsh, signedRankTail(differences.length), confidence);
}

/** Of two samples: the median of all differences `a - b`. At least one each. */
export function shiftOfSamples(
  a: readonly number[],
  b: readonly number[],
  confidence = 0.95,
): ShiftEstimate {
  const differences = a.flatMap((x) => b.map((y) => x - y));
  return estimate(differences, mannWhitneyTail(a.length, b.length), confidence);
}

/**
 * The interval leaves out as many values at each end as the statistic allows: it is below `cut`
 * with a probability of (1 - confidence) / 2 at most.
 */
function estimate(values: number[], tail: TailOf, confidence: number): ShiftEstimate {
  values.sort((x, y) => x - y);
  const half = (1 - confidence) / 2;
  let cut = 0;
  while (cut + 1 <= (values.length - 1) / 2 && tail(cut) <= half) cut++;
  const outside = cut === 0 ? tail(0) : tail(cut - 1);
  return {
    shift: medianOfSorted(values),
    low: values[Math.max(0, cut - 1)],
    high: values[values.length - Math.max(1, cut)],
    confidence: Math.max(0, 1 - 2 * outside),
  };
}

/** P(statistic <= k). */
type TailOf = (k: number) => number;

/** From here on the normal approximation is good to three digits. */
const EXACT_BELOW = 50;

function signedRankTail(n: number): TailOf {
  if (n >= EXACT_BELOW) {
    return normalTail((n * (n + 1)) / 4, (n * (n + 1) * (2 * n + 1)) / 24);
  }
  let chances = [1];
  for (let rank = 1; rank <= n; rank++) {
    const next = new Array<number>(chances.length + rank).fill(0);
    for (const [sum, chance] of chances.entries()) {
      next[sum] += chance / 2;
      next[sum + rank] += chance / 2;
    }
    chances = next;
  }
  return tailOf(chances);
}

function mannWhitneyTail(m: number, n: number): TailOf {
  if (m >= EXACT_BELOW || n >= EXACT_BELOW) {
    return normalTail((m * n) / 2, (m * n * (m + n + 1)) / 12);
  }
  // chances[i][u] with i of the first sample among those dealt so far, one value at a time from
  // the lowest: one of the first sample lies above all those of the second that came before it.
  let row: number[][] = Array.from({ length: m + 1 }, (_, i) => (i === 0 ? [1] : []));
  for (let dealt = 1; dealt <= m + n; dealt++) {
    row = row.map((_, i) => {
      const others = dealt - i;
      if (others < 0 || others > n) return [];
      const sums = new Array<number>(m * n + 1).fill(0);
      if (others > 0) for (const [u, ways] of row[i].entries()) sums[u] += ways;
      if (i > 0) for (const [u, ways] of row[i - 1].entries()) if (ways) sums[u + others] += ways;
      return sums;
    });
  }
  const total = row[m].reduce((sum, ways) => sum + ways, 0);
  return tailOf(row[m].map((ways) => ways / total));
}

function tailOf(chances: readonly number[]): TailOf {
  let sum = 0;
  const cumulative = chances.map((chance) => (sum += chance));
  return (k) => cumulative[Math.min(k, cumulative.length - 1)];
}

const normalTail =
  (mean: number, variance: number): TailOf =>
  (k) =>
    normalCdf((k + 0.5 - mean) / Math.sqrt(variance));
