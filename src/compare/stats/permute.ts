/**
 * Permutation tests of a sum, one-sided: how often is it as large as it was, when chance alone
 * dealt signs or labels? Exact as long as all cases can be gone through, else drawn from a seed.
 */
import { drawUniform, streamSeed } from '../../base/random.ts';

/** Cases that are gone through one by one. */
export const MAX_CASES = 2 ** 20;
/** Draws above that; an estimate of p = 0.01 then has a standard error of 0.0003. */
export const DRAWS = 100_000;

/** Sums that are equal on paper may differ in their last bits. */
const TOLERANCE = 1e-9;

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const graceOf = (values: readonly number[]) =>
  TOLERANCE * values.reduce((sum, value) => sum + Math.abs(value), 0);

/** P(sum of the scores >= the observed one) when the sign of each is a toss. For pairs. */
export function signFlipP(scores: readonly number[], seed: number): number {
  const n = scores.length;
  const atLeast = sumOf(scores) - graceOf(scores);
  if (2 ** n > MAX_CASES) return drawnFlips(scores, atLeast, seed);
  // Gray code: from one case to the next a single sign turns.
  const signs = new Int8Array(n).fill(1);
  let sum = sumOf(scores);
  let hits = 0;
  for (let step = 1; step <= 2 ** n; step++) {
    if (sum >= atLeast) hits++;
    const turned = 31 - Math.clz32(step & -step);
    if (turned >= n) break;
    signs[turned] = -signs[turned];
    sum += 2 * signs[turned] * scores[turned];
  }
  return hits / 2 ** n;
}

function drawnFlips(scores: readonly number[], atLeast: number, seed: number): number {
  const stream = new Uint32Array([streamSeed(seed, 0)]);
  let hits = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    let sum = 0;
    for (const score of scores) sum += drawUniform(stream, 0) < 0.5 ? score : -score;
    if (sum >= atLeast) hits++;
  }
  // The observed case is one of the draws, so p is never 0 (Phipson and Smyth 2010).
  return (hits + 1) / (DRAWS + 1);
}

/** P(sum of `a` >= the observed one) when chance deals all scores to `a` and `b`. */
export function relabelP(a: readonly number[], b: readonly number[], seed: number): number {
  const all = [...a, ...b];
  const atLeast = sumOf(a) - graceOf(all);
  const cases = choose(all.length, a.length);
  if (cases > MAX_CASES) return drawnLabels(all, a.length, atLeast, seed);
  return countDeals(all, 0, a.length, atLeast) / cases;
}

/** Ways to take `left` of the scores from `from` on whose sum is at least `atLeast`. */
function countDeals(all: readonly number[], from: number, left: number, atLeast: number): number {
  if (left === 0) return atLeast <= 0 ? 1 : 0;
  let count = 0;
  for (let i = from; i <= all.length - left; i++) {
    count += countDeals(all, i + 1, left - 1, atLeast - all[i]);
  }
  return count;
}

function drawnLabels(all: readonly number[], size: number, atLeast: number, seed: number): number {
  const stream = new Uint32Array([streamSeed(seed, 0)]);
  const deck = [...all];
  let hits = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const pick = i + Math.floor(drawUniform(stream, 0) * (deck.length - i));
      [deck[i], deck[pick]] = [deck[pick], deck[i]];
      sum += deck[i];
    }
    if (sum >= atLeast) hits++;
  }
  return (hits + 1) / (DRAWS + 1);
}

/** Binomial coefficient. */
export function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - i + 1)) / i;
  return Math.round(ways);
}
