import { describe, expect, test } from 'vitest';
import {
  mannWhitneyExactP,
  mannWhitneyNormalP,
  mannWhitneyP,
  mannWhitneyU,
  signedRankP,
} from '../../../src/compare/stats/rank-tests.ts';
import { DEPRESSION, PERMEABILITY, SIXTY } from './samples.ts';

describe('Mann and Whitney', () => {
  const { atTerm, early } = PERMEABILITY;

  test('Hollander and Wolfe 1973, p. 69 (and R 4.2.2: wilcox.test): W = 35, p = 0.1272', () => {
    expect(mannWhitneyU(atTerm, early)).toBe(35);
    expect(mannWhitneyP(atTerm, early)).toBeCloseTo(0.127206127206127, 14);
  });

  test('R 4.2.2: wilcox.test(..., exact = FALSE)', () => {
    expect(mannWhitneyNormalP(atTerm, early)).toBeCloseTo(0.122311802563492, 12);
    expect(mannWhitneyNormalP(SIXTY.y, SIXTY.x)).toBeCloseTo(0.0708190943061388, 12);
  });

  test('too many deals to go through: the approximation', () => {
    expect(mannWhitneyP(SIXTY.y, SIXTY.x)).toBe(mannWhitneyNormalP(SIXTY.y, SIXTY.x));
  });

  const tied = { x: [1, 2, 2, 3, 5, 5, 7], y: [2, 3, 3, 4, 5, 6, 8, 9] };

  test('ties, exact. scipy 1.17.1: permutation_test of mannwhitneyu, independent, greater', () => {
    expect(mannWhitneyU(tied.y, tied.x)).toBe(38);
    expect(mannWhitneyExactP(tied.y, tied.x)).toBeCloseTo(0.1407925407925408, 14);
  });

  test('ties, approximate. R 4.2.2: wilcox.test(y, x, "greater", exact = FALSE)', () => {
    expect(mannWhitneyNormalP(tied.y, tied.x)).toBeCloseTo(0.133201648614689, 12);
  });

  test('values that are all equal say nothing', () => {
    expect(mannWhitneyNormalP([1, 1], [1, 1])).toBe(1);
    expect(mannWhitneyExactP([1, 1], [1, 1])).toBe(1);
  });
});

describe('Wilcoxon', () => {
  test('Hollander and Wolfe 1973, p. 29 (and R 4.2.2: wilcox.test, paired): p = 0.01953', () => {
    expect(signedRankP(DEPRESSION, 0)).toBeCloseTo(0.01953125, 14);
  });

  test('ties and zeros. scipy 1.17.1: permutation_test of rankdata(|d|) * sign(d), samples', () => {
    expect(signedRankP([1, -1, 2, 0, 3, 3, -2, 4, 5, 0], 0)).toBeCloseTo(0.05078125, 14);
  });
});
