import { describe, expect, test } from 'vitest';
import { streamSeed } from '../../../src/base/random.ts';
import { draw } from '../../../src/engine/charger/draw.ts';
import { DistributionKind, type Program } from '../../../src/plan/plan.ts';

const { constant, exponential, uniform, lognormal, normal } = DistributionKind;
const ROWS = [
  [constant, 42, 0],
  [exponential, 30e9, 0],
  [uniform, 7000, 11_000],
  [lognormal, 45e9, 0.5],
  [normal, 100, 15],
  [normal, 10, 20],
];
const program: Program = {
  ops: new Int32Array(0),
  distributions: Float64Array.from(ROWS.flat()),
  repeatDepth: 0,
};
const DRAWS = 40_000;

function draws(row: number, seed = 1): number[] {
  const states = Uint32Array.from([0, streamSeed(seed, row)]);
  return Array.from({ length: DRAWS }, () => draw(program, row, states, 1));
}
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const share = (values: readonly number[], test: (x: number) => boolean) =>
  values.filter(test).length / values.length;
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[DRAWS / 2];
/** Within 2 %: five standard errors and more for every row above. */
const near = (value: number, expected: number) =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(0.02);

describe('the distributions', () => {
  test('constant', () => {
    const states = Uint32Array.from([5]);
    expect(draw(program, 0, states, 0)).toBe(42);
    expect(states[0]).toBe(5);
  });

  test('exponential: its mean, and the share beyond it', () => {
    const values = draws(1);
    near(mean(values), 30e9);
    near(
      share(values, (x) => x > 30e9),
      Math.exp(-1),
    );
  });

  test('uniform: its mean, its quarters and its ends', () => {
    const values = draws(2);
    near(mean(values), 9000);
    near(
      share(values, (x) => x < 8000),
      0.25,
    );
    expect(values.every((x) => x > 7000 && x < 11_000)).toBe(true);
  });

  test('lognormal: its median and its mean', () => {
    const values = draws(3);
    near(median(values), 45e9);
    near(mean(values), 45e9 * Math.exp(0.5 ** 2 / 2));
  });

  test('normal: its mean and deviation', () => {
    const values = draws(4);
    near(mean(values), 100);
    near(Math.sqrt(mean(values.map((x) => (x - 100) ** 2))), 15);
  });

  test('normal: cut at 0', () => {
    const values = draws(5);
    expect(Math.min(...values)).toBe(0);
    // Half a deviation below the mean: 30.85 % of a normal.
    near(
      share(values, (x) => x === 0),
      0.3085,
    );
  });
});

test('a stream draws the same again, and only its own state moves', () => {
  for (let row = 1; row < ROWS.length; row++) {
    expect(draws(row)).toEqual(draws(row));
    expect(draws(row, 2)).not.toEqual(draws(row));
    const states = Uint32Array.from([7, 8, 9]);
    draw(program, row, states, 1);
    expect([states[0], states[2]]).toEqual([7, 9]);
    expect(states[1]).not.toBe(8);
  }
});
