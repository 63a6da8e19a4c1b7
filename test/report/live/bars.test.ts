import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bar, sparkline } from '../../../src/report/live/bars.ts';

test('a bar is full only when all is done', () => {
  const of = (share: number) => bar(10, [[share, '█']]);
  expect([0, 0.09, 0.5, 0.999, 1, 2].map(of)).toEqual([
    '░'.repeat(10),
    '░'.repeat(10),
    '█████░░░░░',
    '█████████░',
    '█'.repeat(10),
    '█'.repeat(10),
  ]);
});

test('shares follow each other', () => {
  expect(
    bar(10, [
      [0.3, '█'],
      [0.2, '▒'],
    ]),
  ).toBe('███▒▒░░░░░');
});

test('a bar is as wide as it should be, whatever the shares', () => {
  const share = fc.double({ min: -1, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.nat(80), share, share, (width, a, b) => {
      expect(
        bar(width, [
          [a, '█'],
          [b, '▒'],
        ]),
      ).toHaveLength(width);
    }),
  );
});

test('a sparkline goes from nothing to the highest of what it shows', () => {
  expect(sparkline([0, 1, 4, 8, 2], 5)).toBe('▁▁▄█▂');
  expect(sparkline([99, 1, 2], 2)).toBe('▄█');
});

test('a sparkline has the last value at its right end, and gaps', () => {
  expect(sparkline([1, null, 2], 5)).toBe('  ▄ █');
  expect(sparkline([null, null], 4)).toBe('    ');
  expect(sparkline([0, 0], 2)).toBe('▁▁');
  expect(sparkline([], 3)).toBe('   ');
});
