import { expect, test } from 'vitest';
import { runsNeeded, smallestP, smallestPairedP } from '../../../src/compare/stats/reach.ts';

test('critical values that tables give as "none" below these numbers of runs', () => {
  // Wilcoxon's table, one-sided (Siegel 1956, G): 5 % from 5 on, 1 % from 7, 0.5 % from 8.
  expect([0.05, 0.01, 0.005].map((p) => runsNeeded(true, p))).toEqual([5, 7, 8]);
  // Mann and Whitney's, equal samples (the same, K): 5 % from 3 on, 2.5 % from 4, 1 % from 5.
  expect([0.05, 0.025, 0.01].map((p) => runsNeeded(false, p))).toEqual([3, 4, 5]);
});

test('the smallest p of a design', () => {
  expect(smallestPairedP(10)).toBe(1 / 1024);
  expect(smallestP(3, 5)).toBe(1 / 56);
});
