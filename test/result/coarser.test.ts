import { expect, test } from 'vitest';
import { COARSEST_S, nextStepS } from '../../src/result/coarser.ts';

test.each([
  ['fits', 1, 900, 1000, 1],
  ['does not fit', 1, 1100, 1000, 2],
  ['fits twice over', 4, 400, 1000, 2],
  ['fits, but not twice over', 4, 600, 1000, 4],
  ['is as coarse as it gets', COARSEST_S, 1100, 1000, COARSEST_S],
  ['has used up its room', 2, 10, -5, 4],
])('what %s: %i s at %i of %i B/s becomes %i s', (_name, stepS, bytes, allowed, next) => {
  expect(nextStepS(stepS, bytes, allowed)).toBe(next);
});
