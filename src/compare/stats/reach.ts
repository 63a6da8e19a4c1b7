/** How small a p so many runs can give at all: with fewer, no difference can be significant. */
import { choose } from './permute.ts';

export const smallestPairedP = (pairs: number): number => 2 ** -pairs;

export const smallestP = (a: number, b: number): number => 1 / choose(a + b, a);

const MOST = 64;

/** Pairs, or runs on each side, that can give a p of `p`. */
export function runsNeeded(paired: boolean, p: number): number {
  for (let n = 1; n < MOST; n++) {
    if ((paired ? smallestPairedP(n) : smallestP(n, n)) <= p) return n;
  }
  return MOST;
}
