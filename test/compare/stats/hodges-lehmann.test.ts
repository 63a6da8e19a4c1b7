import { describe, expect, test } from 'vitest';
import { shiftOfPairs, shiftOfSamples } from '../../../src/compare/stats/hodges-lehmann.ts';
import { DEPRESSION, PERMEABILITY, SIXTY } from './samples.ts';

// Every answer: R 4.2.2, wilcox.test(..., conf.int = TRUE).
describe('pairs', () => {
  test('Hollander and Wolfe 1973, p. 29', () => {
    const { shift, low, high, confidence } = shiftOfPairs(DEPRESSION);
    expect(shift).toBeCloseTo(0.46, 12);
    expect(low).toBeCloseTo(0.01, 12);
    expect(high).toBeCloseTo(0.786, 12);
    expect(confidence).toBeGreaterThanOrEqual(0.95);
  });

  test("Darwin's maize, with ties among the means", () => {
    const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    expect(shiftOfPairs(maize)).toMatchObject({ shift: 25, low: 4, high: 41.5 });
  });

  test('three pairs cover 75 % at most, and say so', () => {
    const { shift, ...interval } = shiftOfPairs([0.31, 0.12, 0.44]);
    expect(shift).toBeCloseTo(0.295, 12);
    expect(interval).toEqual({ low: 0.12, high: 0.44, confidence: 0.75 });
  });
});

describe('samples', () => {
  test('Hollander and Wolfe 1973, p. 69', () => {
    const { shift, low, high } = shiftOfSamples(PERMEABILITY.atTerm, PERMEABILITY.early);
    expect(shift).toBeCloseTo(0.305, 12);
    expect(low).toBeCloseTo(-0.15, 12);
    expect(high).toBeCloseTo(0.76, 12);
  });

  test('from 50 on by the normal approximation, as R to the distance of two differences', () => {
    const { shift, low, high } = shiftOfSamples(SIXTY.y, SIXTY.x);
    expect(Math.abs(shift - 0.264746579998222)).toBeLessThan(0.001);
    expect(Math.abs(low - -0.0870370280553853)).toBeLessThan(0.002);
    expect(Math.abs(high - 0.6104292101858758)).toBeLessThan(0.002);
  });

  test('one value each: nothing is covered', () => {
    expect(shiftOfSamples([3], [1])).toEqual({ shift: 2, low: 2, high: 2, confidence: 0 });
  });
});
