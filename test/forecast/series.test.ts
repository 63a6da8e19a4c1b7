import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldOf, meanOf, peakMinute, peakOf } from '../../src/forecast/series.ts';

const all = (values: Float64Array) => [{ fromS: 0, toS: values.length }];
const of = (...values: number[]) => Float64Array.from(values);

test('means and peaks look at their seconds only', () => {
  const values = of(9, 1, 2, 8, 3, 9);
  const ranges = [
    { fromS: 1, toS: 3 },
    { fromS: 4, toS: 5 },
  ];
  expect(meanOf(values, ranges)).toBe(2);
  expect(peakOf(values, ranges)).toEqual({ perS: 3, atS: 4 });
  expect(peakOf(values, all(values))).toEqual({ perS: 9, atS: 0 });
  expect(meanOf(values, [])).toBe(null);
  expect(peakOf(values, [])).toBe(null);
});

test('the busiest minute is that of all which begin somewhere', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 }), { minLength: 60, maxLength: 200 }), (numbers) => {
      const values = Float64Array.from(numbers);
      const means = Array.from({ length: values.length - 59 }, (_, from) => {
        return values.subarray(from, from + 60).reduce((a, b) => a + b, 0) / 60;
      });
      const most = Math.max(...means);
      expect(peakMinute(values, all(values))).toEqual({ perS: most, atS: means.indexOf(most) });
    }),
  );
});

test('a minute is not put together from two pieces', () => {
  const values = new Float64Array(100).fill(1);
  const ranges = [
    { fromS: 0, toS: 50 },
    { fromS: 60, toS: 100 },
  ];
  expect(peakMinute(values, ranges)).toBe(null);
});

describe('a pattern', () => {
  const day = (at: (second: number) => number) =>
    Float64Array.from({ length: 3600 }, (_, s) => at(s));

  test('of what comes at one second of the minute', () => {
    const values = day((s) => (s % 60 === 17 ? 600 : 0));
    const pattern = foldOf(values, all(values), 60);
    expect(pattern).toMatchObject({ ratio: 60, busiest: 17 });
    expect(pattern?.ratio).toBeGreaterThan(pattern?.chance ?? 0);
  });

  test('of even numbers is 1, also where the pieces are no whole minutes', () => {
    const values = day(() => 5);
    const ranges = [
      { fromS: 7, toS: 1000 },
      { fromS: 1033, toS: 3599 },
    ];
    expect(foldOf(values, ranges, 60)?.ratio).toBeCloseTo(1);
  });

  test('is not told of nothing, nor of few periods', () => {
    expect(
      foldOf(
        day(() => 0),
        [{ fromS: 0, toS: 3600 }],
        60,
      ),
    ).toBe(null);
    expect(
      foldOf(
        day(() => 5),
        [{ fromS: 0, toS: 3599 }],
        900,
      ),
    ).toBe(null);
    expect(
      foldOf(
        day(() => 5),
        [],
        60,
      ),
    ).toBe(null);
  });
});
