import { expect, test } from 'vitest';
import {
  blockLengthFor,
  movingBlockBootstrap,
  quantile,
} from '../../../src/compare/stats/bootstrap.ts';

const SERIES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

// Mean and variance of the bootstrapped mean are known (Kuensch 1989): those of the means of all
// blocks, the variance over the number of blocks. NumPy 2.4.6 of the means of x[i:i+l]:
// l = 1: 4.333333333333333, 0.49074074074074076; l = 3: 4.2666666666666675, 0.33777777777777773
test.each([
  [1, 4.333333333333333, 0.49074074074074076],
  [3, 4.2666666666666675, 0.33777777777777773],
])('blocks of %d: mean and variance of the mean', (blockLength, center, variance) => {
  const draws = 20_000;
  const means = movingBlockBootstrap(SERIES, mean, { blockLength, draws, seed: 1 });
  const found = mean(means);
  const spread = mean(means.map((x) => (x - found) ** 2));
  expect(Math.abs(found - center)).toBeLessThan(5 * Math.sqrt(variance / draws));
  // The relative standard error of a variance is about the root of 2 over the draws.
  expect(Math.abs(spread / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / draws));
});

test('a block as long as the series is the series', () => {
  const options = { blockLength: 99, draws: 3, seed: 1 };
  const asNumber = (values: readonly number[]) => Number(values.join(''));
  expect(new Set(movingBlockBootstrap(SERIES, asNumber, options))).toEqual(
    new Set([Number(SERIES.join(''))]),
  );
});

test('the same seed gives the same', () => {
  const draw = (seed: number) =>
    movingBlockBootstrap(SERIES, mean, { blockLength: 2, draws: 5, seed });
  expect(draw(4)).toEqual(draw(4));
  expect(draw(4)).not.toEqual(draw(5));
});

test('blocks grow with the cube root', () => {
  expect([1, 8, 9, 27, 100].map(blockLengthFor)).toEqual([1, 2, 3, 3, 5]);
});

test('R 4.2.2: quantile(c(3, 1, 4, 1, 5, 9, 2, 6), c(0, 0.025, 0.1, 0.5, 0.9, 1))', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const found = [0, 0.025, 0.1, 0.5, 0.9, 1].map((share) => quantile(values, share));
  for (const [i, value] of [1, 1, 1, 3.5, 6.9, 9].entries())
    expect(found[i]).toBeCloseTo(value, 12);
});
