import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyHdr } from '../../src/snapshot/hdr.ts';
import { meanOf, percentileOf, shareAbove } from './quantile.ts';

test('percentiles are those of an HDR histogram', () => {
  const values = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1 });
  const percentiles = fc.constantFrom(0, 50, 90, 99, 99.9, 100);
  fc.assert(
    fc.property(values, percentiles, (list, percentile) => {
      const histogram = emptyHdr();
      for (const value of list) histogram.recordValue(value);
      const sorted = Float64Array.from(list).sort();
      expect(percentileOf(sorted, percentile)).toBe(histogram.getValueAtPercentile(percentile));
    }),
  );
});

test('shares above a limit, and means', () => {
  const sorted = Float64Array.from([1, 2, 2, 3]);
  expect([0, 1, 2, 2.5, 3].map((limit) => shareAbove(sorted, limit))).toEqual([
    1, 0.75, 0.25, 0.25, 0,
  ]);
  expect(meanOf(sorted)).toBe(2);
});

test('nothing has no percentile', () => {
  expect(percentileOf(new Float64Array(0), 50)).toBeNaN();
});
