import { expect, test } from 'vitest';
import { cellsOf } from '../../src/page/cells.ts';
import { point } from './points.ts';

test('a cell for each bucket that has answers, by how many a second', () => {
  const cells = cellsOf([
    point(1, { heat: [0, 10, 4, 1000] }),
    point(3, { fromS: 1, toS: 3, heat: [8, 200] }),
  ]);
  expect(cells.map(({ fromS, toS, perS }) => [fromS, toS, perS])).toEqual([
    [0, 1, 10],
    [0, 1, 1000],
    [1, 3, 100],
  ]);
  const [first, second, third] = cells;
  expect([first.fromMs, second.fromMs, third.fromMs]).toEqual([0.1, 0.2, 0.4]);
  expect(third.toMs).toBeCloseTo(0.4 * 2 ** 0.25);
  expect(cells.map(({ weight }) => Number(weight.toFixed(6)))).toEqual([0, 1, 0.5]);
});

test('where all are alike they are all dark, and nothing has no cells', () => {
  expect(cellsOf([point(1, { heat: [3, 7] })])[0].weight).toBe(1);
  expect(cellsOf([point(1)])).toEqual([]);
});
