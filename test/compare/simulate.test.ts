/** Few of what `npm run power` does many of: the promises of docs/compare.md in small. */
import { describe, expect, test } from 'vitest';
import { BLOCKS, simulate } from './simulate.ts';

test('there are blocks of real runs to draw from', () => {
  expect(BLOCKS.length).toBeGreaterThanOrEqual(30);
});

describe('of 100 comparisons', () => {
  test.each([3, 5, 8, 10, 12])('of the same with %d pairs: at most 1 false alarm', (pairs) => {
    const { regression } = simulate({ pairs, shift: 1, simulations: 100, seed: pairs });
    expect(regression).toBeLessThanOrEqual(1);
  });

  test('with 15 % more time, 10 pairs: at least 95 regressions', () => {
    const { regression } = simulate({ pairs: 10, shift: 1.15, simulations: 100, seed: 1 });
    expect(regression).toBeGreaterThanOrEqual(95);
  });

  test('with 15 % more time: no pairs say that there is no regression', () => {
    const { noRegression } = simulate({ pairs: 10, shift: 1.15, simulations: 100, seed: 2 });
    expect(noRegression).toBe(0);
  });

  test('with 3 pairs none is found, whatever the shift: they cannot reach it', () => {
    const { inconclusive } = simulate({ pairs: 3, shift: 3, simulations: 100, seed: 3 });
    expect(inconclusive).toBe(100);
  });
});
