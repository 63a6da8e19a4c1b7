import { expect, test } from 'vitest';
import { median, midRanks, signedRanks, tieSizes } from '../../../src/compare/stats/ranks.ts';

test('equal values share the mean of their ranks', () => {
  // scipy.stats.rankdata([0, 2, 3, 2]) of its documentation.
  expect(midRanks([0, 2, 3, 2])).toEqual([1, 2.5, 4, 2.5]);
  expect(midRanks([])).toEqual([]);
});

test('zeros take ranks and carry no weight', () => {
  expect(signedRanks([0, -2, 3, 2])).toEqual([0, -2.5, 4, 2.5]);
});

test('sizes of ties', () => {
  expect(tieSizes([1, 2, 2, 3, 3, 3]).sort()).toEqual([2, 3]);
});

test('the median of an even number is the mean of the middle two', () => {
  expect(median([4, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
