import { describe, expect, test } from 'vitest';
import {
  type ChangePointOptions,
  findChangePoints,
  type Moments,
  tTestP,
} from '../../../src/compare/stats/change-points.ts';
import { NILE, TIGERBEETLE } from './series.ts';

const indexes = (series: readonly number[], options: ChangePointOptions) =>
  findChangePoints(series, options).map(({ index }) => index);

describe('series with known change points', () => {
  test("two levels (test_single_series of Apache Otava's tests/analysis_test.py)", () => {
    const high = [1.02, 0.95, 0.99, 1, 1.12, 1, 1.01, 0.98, 1.01, 0.96];
    const low = [0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49];
    const series = [...high, ...low];
    expect(indexes(series, { window: 10, maxP: 0.0001 })).toEqual([10]);
    const longer = [...series, 0.47, 0.48, 0.45, 0.01, 0.1, 0.22];
    expect(indexes(longer, { window: 5, maxP: 0.0001, testP: otavaP })).toEqual([10, 23]);
  });

  test('three levels (test_ttest of its tests/change_point_divisive_test.py)', () => {
    const series = [
      ...[0.3, 2.4, 1.5, -0.9, -0.5, 99.7, 98.3, 99.1],
      ...[149, 149.7, 149.5, 149.1, 148.8, 150],
    ];
    expect(indexes(series, { maxP: 0.001 })).toEqual([5, 8]);
  });

  test('a sudden and a slow one (Hunter, tests/series_test.py)', () => {
    const one = [1.02, 0.95, 0.99, 1, 1.12, 0.9, 0.5, 0.51, 0.48, 0.48, 0.55];
    const two = [2.02, 2.03, 2.01, 2.04, 1.82, 1.85, 1.79, 1.81, 1.8, 1.76, 1.78];
    expect(indexes(one, { maxP: 0.001 })).toEqual([6]);
    expect(indexes(two, { maxP: 0.001 })).toEqual([4]);
    expect(indexes(two, { maxP: 0.001, minChange: 0.2 })).toEqual([]);
  });

  test('the Nile at Aswan fell in 1899 (Cobb 1978)', () => {
    expect(indexes(NILE, { window: 100 }).map((i) => 1871 + i)).toEqual([1899]);
  });
});

/** Otava divides by n where Student divides by n - 1. */
const otavaP = (a: Moments, b: Moments) => {
  const squares = ({ count, squares }: Moments) => (squares * (count - 1)) / count;
  return tTestP({ ...a, squares: squares(a) }, { ...b, squares: squares(b) });
};

/**
 * The answers of Apache Otava in tests/tigerbeetle_test.py, each with a window of 30. When it drops
 * a change point it does not test the one before it again, whose stretch has become longer; the
 * points of the last column stay there for that alone (found by doing the same).
 */
describe('the benchmark of TigerBeetle', () => {
  test.each<[number, number, number[], number[]]>([
    [0.01, 0.05, [15, 71], []],
    [0.05, 0.05, [15, 71], []],
    [0.1, 0.05, [10, 11, 15, 71, 363], [363]],
    [0.2, 0.05, [10, 11, 15, 71], []],
    [0.01, 0, [15, 26, 61, 71, 95, 117, 131, 142, 148, 165, 169, 192, 212, 260], [26]],
    [0.001, 0, [15, 61, 71, 95, 117, 131, 142, 148, 192, 212, 260], [260]],
    [0.0001, 0, [71, 95, 117, 131, 142, 148, 192, 212], []],
    [0.00001, 0, [71, 95, 131, 192, 212], []],
  ])('p up to %d, changes from %d on', (maxP, minChange, otava, untested) => {
    expect(indexes(TIGERBEETLE, { window: 30, maxP, minChange, testP: otavaP })).toEqual(
      otava.filter((index) => !untested.includes(index)),
    );
  });

  test("Student's own test finds some of them, the two large ones among them", () => {
    const own = indexes(TIGERBEETLE, { window: 30 });
    const otava = [15, 61, 71, 95, 117, 131, 142, 148, 192, 212, 260];
    expect(otava).toEqual(expect.arrayContaining(own));
    expect(own).toEqual(expect.arrayContaining([15, 71]));
  });
});

describe('what is told of a change', () => {
  test('the means on both sides, and p', () => {
    const [change] = findChangePoints([10, 11, 9, 10, 10, 20, 21, 19, 20, 20]);
    expect(change).toMatchObject({ index: 5, meanBefore: 10, meanAfter: 20 });
    expect(change.p).toBeLessThan(1e-6);
  });

  test('R 4.2.2: t.test(..., var.equal = TRUE)', () => {
    const moments = (values: number[]) => {
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      return {
        count: values.length,
        mean,
        squares: values.reduce((s, x) => s + (x - mean) ** 2, 0),
      };
    };
    const p = tTestP(moments([1.02, 0.95, 0.99, 1, 1.12]), moments([0.8, 0.82, 0.85, 0.79, 0.77]));
    expect(p).toBeCloseTo(0.000157918063015667, 12);
  });
});

test.each([[[]], [[1]], [[1, 2]], [[3, 3, 3, 3, 3, 3, 3, 3]]])('%j has none', (series) => {
  expect(findChangePoints(series)).toEqual([]);
});
