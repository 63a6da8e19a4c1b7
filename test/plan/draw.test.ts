import { expect, test } from 'vitest';
import { streamSeed } from '../../src/base/random.ts';
import { drawFrom } from '../../src/plan/draw.ts';

/** Mean, least and greatest of many draws from one seed. */
function draws(row: readonly number[]) {
  const states = new Uint32Array([streamSeed(1, 2)]);
  const distributions = Float64Array.from([9, 9, 9, ...row]);
  const all = Array.from({ length: 20_000 }, () => drawFrom(distributions, 1, states, 0));
  const sorted = all.toSorted((a, b) => a - b);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return { mean, median: sorted[10_000], least: sorted[0], greatest: sorted[19_999] };
}

test('constant', () => {
  expect(draws([0, 5, 0])).toMatchObject({ least: 5, greatest: 5 });
  // Of a session that a command began: until a command ends it.
  const forEver = Number.POSITIVE_INFINITY;
  expect(draws([0, forEver, 0])).toMatchObject({ least: forEver, greatest: forEver });
});

test('exponential: the mean', () => {
  expect(draws([1, 100, 0]).mean).toBeCloseTo(100, -1);
});

test('uniform: the ends', () => {
  const { least, greatest, mean } = draws([2, 10, 20]);
  expect(least).toBeGreaterThan(10);
  expect(greatest).toBeLessThan(20);
  expect(mean).toBeCloseTo(15, 0);
});

test('lognormal: the median', () => {
  expect(draws([3, 100, 0.5]).median / 100).toBeCloseTo(1, 1);
});

test('normal: the mean, cut at zero', () => {
  expect(draws([4, 100, 10]).mean).toBeCloseTo(100, 0);
  expect(draws([4, 1, 10]).least).toBe(0);
});
