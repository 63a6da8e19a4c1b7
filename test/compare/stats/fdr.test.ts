import { expect, test } from 'vitest';
import { benjaminiHochberg } from '../../../src/compare/stats/fdr.ts';

/** Benjamini and Hochberg 1995, section 3: fifteen p of a trial of thrombolysis. */
const TRIAL = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
  0.6528, 0.759, 1,
];
/** R 4.2.2: p.adjust(..., "BH") */
const ADJUSTED = [
  0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571429, 0.0638571428571429, 0.0645, 0.0765,
  0.486, 0.5811818181818181, 0.714875, 0.7532307692307693, 0.8132142857142857, 1,
];

test('the example of the paper: four are rejected at 0.05', () => {
  const adjusted = benjaminiHochberg(TRIAL);
  expect(adjusted.filter((q) => q <= 0.05)).toHaveLength(4);
  for (const [i, q] of adjusted.entries()) expect(q).toBeCloseTo(ADJUSTED[i], 12);
});

test('the order does not matter', () => {
  const backwards = benjaminiHochberg([...TRIAL].reverse()).reverse();
  expect(backwards).toEqual(benjaminiHochberg(TRIAL));
});

test('none', () => {
  expect(benjaminiHochberg([])).toEqual([]);
});
