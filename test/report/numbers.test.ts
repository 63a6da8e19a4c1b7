import { expect, test } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatMs,
  formatRate,
  plural,
} from '../../src/report/numbers.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1 000'],
  [1_234_567, '1 234 567'],
])('a count of %d is %s', (n, text) => expect(formatCount(n)).toBe(text));

test.each([
  [0, '0'],
  [0.042, '0.04'],
  [0.994, '0.99'],
  [0.999, '1.0'],
  [11.24, '11.2'],
  [99.96, '100'],
  [30_000.4, '30 000'],
])('%d ms is %s', (ms, text) => expect(formatMs(ms)).toBe(text));

test.each([
  [0, '0'],
  [0.08, '0.08'],
  [367.62, '367.6'],
  [999.96, '1 000'],
  [21_000, '21 000'],
])('%d a second is %s', (perS, text) => expect(formatRate(perS)).toBe(text));

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [6900, '6.9 kB'],
  [9999, '10 kB'],
  [999_600, '1.0 MB'],
  [52e6, '52 MB'],
  [2.25e9, '2.3 GB'],
  [-1500, '-1.5 kB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, '0m00s'],
  [20.9, '0m20s'],
  [140, '2m20s'],
  [3723, '1h02m03s'],
])('%d s on a clock is %s', (seconds, text) => expect(formatClock(seconds)).toBe(text));

test('plurals', () => {
  expect(plural(1, 'fleet')).toBe('1 fleet');
  expect(plural(5000, 'charger')).toBe('5 000 chargers');
});
