import { describe, expect, test } from 'vitest';
import {
  formatShare,
  formatTick,
  formatTime,
  formatValue,
  percentileTick,
  span,
  words,
} from '../../src/page/format.ts';

test.each([
  [null, 'ms', '-'],
  [undefined, '/s', '-'],
  [Number.NaN, 'count', '-'],
  [0.256, 'ms', '0.26 ms'],
  [1234.5, 'ms', '1 235 ms'],
  [20_000, '/s', '20 000 /s'],
  [1_000_000, 'count', '1 000 000'],
  [0.312, 'share', '31 %'],
  [1.5, 'processors', '1.50'],
] as const)('a value of %s %s is %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

test.each([
  [0, '0'],
  [0.0004, '0.040'],
  [0.0312, '3.1'],
  [0.0996, '10'],
  [1, '100'],
])('a share of %s is %s %%', (share, text) => expect(formatShare(share)).toBe(text));

describe('ticks', () => {
  test.each([
    [0.25, 'ms', '0.25'],
    [0.1 + 0.2, 'ms', '0.3'],
    [2000, 'ms', '2000'],
    [12_500, 'count', '12.5k'],
    [1_500_000, 'count', '1.5M'],
    [0.05, 'share', '5 %'],
  ] as const)('%s %s: %s', (value, unit, text) => expect(formatTick(value, unit)).toBe(text));

  test.each([
    [0, '0'],
    [20, '20s'],
    [60, '1m'],
    [80, '1m20s'],
    [3600, '1h'],
    [3900, '1h05m'],
    [3903, '1h05m03s'],
    [86_400, '24h'],
  ])('%s s: %s', (seconds, text) => expect(formatTime(seconds)).toBe(text));

  test.each([
    [1, '0 %'],
    [10, '90 %'],
    [1000, '99.9 %'],
    [1e7, '99.99999 %'],
  ])('one in %s: %s', (onceIn, text) => expect(percentileTick(onceIn)).toBe(text));
});

test.each([
  ['closedByTarget', 'closed by target'],
  ['http503', 'http 503'],
  ['lost', 'lost'],
])('%s is told as %s', (name, text) => expect(words(name)).toBe(text));

test('a stretch of time, or a moment', () => {
  expect(span(41, 90)).toBe('0m41s to 1m30s');
  expect(span(41.2, 41.8)).toBe('at 0m41s');
});
