import { expect, test } from 'vitest';
import { hdrIndex } from '../../src/snapshot/hdr.ts';
import { heatOf } from '../../src/view/heat.ts';
import { heatFromMs } from '../../src/view/heat-scale.ts';

const ofMs = (...values: number[]) => ({
  histogram: 0,
  slots: Uint32Array.from(values, (ms) => hdrIndex(ms * 1000)),
  counts: Float64Array.from(values, () => 1),
});

test('a latency is in the bucket whose edges enclose it', () => {
  for (const ms of [0.11, 1, 2.5, 47, 333, 59_000]) {
    const [bucket] = heatOf([ofMs(ms)]);
    // A slot of the histogram is a thousandth wide.
    expect(heatFromMs(bucket)).toBeLessThanOrEqual(ms);
    expect(heatFromMs(bucket + 1)).toBeGreaterThan(ms * 0.998);
  }
});

test('counts are added up by bucket, and buckets rise', () => {
  const heat = heatOf([ofMs(1, 80), ofMs(1)]);
  expect(heat).toHaveLength(4);
  expect(heat[0]).toBeLessThan(heat[2]);
  expect([heat[1], heat[3]]).toEqual([2, 1]);
});

test('what is faster than the first bucket is in it', () => {
  expect(heatOf([ofMs(0.001, 0.1)])).toEqual([0, 2]);
});
