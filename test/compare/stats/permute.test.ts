import { describe, expect, test } from 'vitest';
import { choose, DRAWS, relabelP, signFlipP } from '../../../src/compare/stats/permute.ts';

/** Darwin's maize, crossed less self-fertilised, eighths of an inch (The Design of Experiments). */
const MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe('signs', () => {
  test('Fisher 1935, section 21: 863 of 32 768 cases are as large or larger', () => {
    expect(signFlipP(MAIZE, 0) * 32_768).toBeCloseTo(863, 9);
  });

  test('a case is counted though its sum differs in the last bits', () => {
    expect(signFlipP([0.1, 0.2, 0.3], 0)).toBe(1 / 8);
    expect(signFlipP([0.1, 0.2, -0.3], 0)).toBe(5 / 8);
  });

  test('more values than can be gone through: drawn, the same of the same seed', () => {
    // 22 values: scipy.stats.permutation_test would need 4 194 304 cases, too. Half of them are
    // Darwin's, whose sum the others, tiny, leave as it is.
    const scores = [...MAIZE, ...[1, -1, 1, -1, 1, -1, 1].map((sign) => sign * 1e-6)];
    const p = signFlipP(scores, 7);
    expect(p).toBe(signFlipP(scores, 7));
    expect(p).not.toBe(signFlipP(scores, 8));
    expect(Math.abs(p - 863 / 32_768)).toBeLessThan(5 * Math.sqrt(0.026 / DRAWS));
  });
});

describe('labels', () => {
  test('scipy 1.17.1: permutation_test of sums, independent, greater', () => {
    expect(relabelP([2, 3, 3, 4, 5, 6, 8, 9], [1, 2, 2, 3, 5, 5, 7], 0)).toBeCloseTo(
      0.15275835275835276,
      14,
    );
  });

  test('the smallest p is one of all deals', () => {
    expect(relabelP([5, 6, 7], [1, 2, 3], 0)).toBe(1 / 20);
    expect(relabelP([1, 2, 3], [5, 6, 7], 0)).toBe(1);
  });

  test('more deals than can be gone through: drawn', () => {
    const a = Array.from({ length: 20 }, (_, i) => i);
    const p = relabelP(a, a, 3);
    expect(p).toBe(relabelP(a, a, 3));
    // Symmetric around one half, and the case of the same sum counts.
    expect(p).toBeGreaterThan(0.49);
    expect(p).toBeLessThan(0.53);
  });
});

test('R 4.2.2: choose(c(10, 24, 40), c(5, 12, 20))', () => {
  expect([choose(10, 5), choose(24, 12), choose(40, 20)]).toEqual([252, 2704156, 137846528820]);
});
