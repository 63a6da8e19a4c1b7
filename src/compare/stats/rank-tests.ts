/** Tests by rank, one-sided: a single wild run weighs no more than its rank. */
import { normalCdf } from './normal.ts';
import { choose, MAX_CASES, relabelP, signFlipP } from './permute.ts';
import { midRanks, signedRanks, tieSizes } from './ranks.ts';

/** Wilcoxon's signed-rank test: P(so many large positive differences) if they were symmetric. */
export function signedRankP(differences: readonly number[], seed: number): number {
  return signFlipP(signedRanks(differences), seed);
}

/** Pairs (a, b) with a > b; equal ones count a half. */
export function mannWhitneyU(a: readonly number[], b: readonly number[]): number {
  const ranks = midRanks([...a, ...b]).slice(0, a.length);
  return ranks.reduce((sum, rank) => sum + rank, 0) - (a.length * (a.length + 1)) / 2;
}

/**
 * P(U so large) if `a` and `b` were of one distribution: exact, also with ties, while all deals can
 * be gone through, else by the normal approximation. Small: `a` tends to be above `b`.
 */
export function mannWhitneyP(a: readonly number[], b: readonly number[]): number {
  const deals = choose(a.length + b.length, a.length);
  return deals <= MAX_CASES ? mannWhitneyExactP(a, b) : mannWhitneyNormalP(a, b);
}

export function mannWhitneyExactP(a: readonly number[], b: readonly number[]): number {
  const ranks = midRanks([...a, ...b]);
  return relabelP(ranks.slice(0, a.length), ranks.slice(a.length), 0);
}

/** With corrections for continuity and ties. */
export function mannWhitneyNormalP(a: readonly number[], b: readonly number[]): number {
  const [m, n] = [a.length, b.length];
  const ties = tieSizes([...a, ...b]).reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  if (variance <= 0) return 1;
  return 1 - normalCdf((mannWhitneyU(a, b) - (m * n) / 2 - 0.5) / Math.sqrt(variance));
}
