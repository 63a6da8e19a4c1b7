import { describe, expect, test } from 'vitest';
import { testPairs, testSamples, testSeries } from '../../../src/compare/stats/margin.ts';
import { DEPRESSION, PERMEABILITY } from './samples.ts';

const zeros = DEPRESSION.map(() => 0);

describe('a margin moves the question', () => {
  test('pairs: at a margin of 0 it is the plain test (R 4.2.2: p = 0.01953)', () => {
    const { shift, aboveP, belowP } = testPairs(zeros, DEPRESSION, 0, 1);
    expect(aboveP).toBeCloseTo(0.01953125, 14);
    expect(shift).toBeCloseTo(0.46, 12);
    // Both count the case that was seen.
    expect(belowP).toBeGreaterThan(1 - aboveP);
  });

  test('pairs, R 4.2.2: wilcox.test(d, mu = 0.3, "greater") and (d, mu = 1.2, "less")', () => {
    expect(testPairs(zeros, DEPRESSION, 0.3, 1).aboveP).toBeCloseTo(0.28515625, 12);
    expect(testPairs(zeros, DEPRESSION, 1.2, 1).belowP).toBeCloseTo(0.001953125, 12);
  });

  test('samples, R 4.2.2: the same of (a, b), mu = 0.213 and 0.991', () => {
    const { atTerm, early } = PERMEABILITY;
    expect(testSamples(early, atTerm, 0.213).aboveP).toBeCloseTo(0.297036297036297, 12);
    expect(testSamples(early, atTerm, 0.991).belowP).toBeCloseTo(0.00632700632700633, 12);
  });
});

describe('series', () => {
  /** Each value twice: half as many independent ones as it seems. */
  const twice = (values: readonly number[]) => values.flatMap((value) => [value, value]);
  const noise = [0.3, -0.2, 0.1, -0.4, 0.2, 0, -0.1, 0.4, -0.3, 0.05];

  test('neighbours that are alike: the bootstrap doubts what the ranks believe', () => {
    const before = twice(noise);
    const after = before.map((value) => value + 0.2);
    const blocks = testSeries(before, after, 0, 1);
    const ranks = testSamples(before, after, 0);
    expect(blocks.aboveP).toBeGreaterThanOrEqual(ranks.aboveP);
    expect(blocks.shift).toBeCloseTo(0.2, 12);
    expect(blocks.low).toBeLessThan(0.2);
    expect(blocks.high).toBeGreaterThan(0.2);
  });

  test('a large shift is seen, and the other side excluded', () => {
    const { aboveP, belowP } = testSeries(
      noise,
      noise.map((value) => value + 2),
      0.5,
      1,
    );
    expect(aboveP).toBeLessThan(0.001);
    expect(belowP).toBe(1);
  });
});
