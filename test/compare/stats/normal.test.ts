import { expect, test } from 'vitest';
import { normalCdf, studentTwoSidedP } from '../../../src/compare/stats/normal.ts';

test.each([
  // R 4.2.2: pnorm(c(-8, -3, -1.96, 0, 0.5, 2.5))
  [-8, 6.22096057427178e-16],
  [-3, 1.34989803163009e-3],
  [-1.96, 2.49978951482204e-2],
  [0, 0.5],
  [0.5, 6.91462461274013e-1],
  [2.5, 9.93790334674224e-1],
])('the normal distribution at %d', (z, p) => {
  expect(normalCdf(z) / p).toBeCloseTo(1, 12);
});

test.each([
  // R 4.2.2: 2 * pt(-c(0.5, 2.1, 4.7, 12), c(1, 7, 18, 60))
  [0.5, 1, 7.04832764699134e-1],
  [2.1, 7, 7.38711962129226e-2],
  [4.7, 18, 1.78450363037373e-4],
  [12, 60, 1.37863226418177e-17],
])('Student, t = %d with %d degrees of freedom', (t, df, p) => {
  expect(studentTwoSidedP(t, df) / p).toBeCloseTo(1, 9);
  expect(studentTwoSidedP(-t, df)).toBe(studentTwoSidedP(t, df));
});
