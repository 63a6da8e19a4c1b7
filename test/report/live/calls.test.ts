import { expect, test } from 'vitest';
import { callLines } from '../../../src/report/live/calls.ts';
import { lately } from './fixtures.ts';

const plain = (width: number) => ({ width, color: false });

test('columns are left out by the width alone: response times, then failures', () => {
  const head = (width: number) => callLines(lately(), plain(width), 20)[1].replace(/ +/g, ' ');
  expect(head(79)).toBe(' last 10 s sent/s p50 p99 p50 p99 failed');
  expect(head(59)).toBe(' last 10 s sent/s p50 p99 failed');
  expect(head(39)).toBe(' last 10 s sent/s p50 p99');
});

test('every line of figures is as long as its head', () => {
  for (const width of [39, 59, 79, 119]) {
    const [, head, ...rows] = callLines(lately(), plain(width), 20);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head.length]));
  }
});

test('low: all of them together stays, the last line counts what is hidden', () => {
  const lines = callLines(lately(), plain(79), 5);
  expect(lines).toHaveLength(5);
  expect(lines[2]).toMatch(/^ {4}all /);
  expect(lines[4]).toBe('    and 5 more');
  expect(callLines(lately(), plain(79), 3).slice(2)).toEqual(['    and 7 more']);
  expect(callLines(lately(), plain(79), 2)).toEqual([]);
});

test('a figure too wide for its column keeps a space', () => {
  const [all] = lately().rows;
  const wide = { ...all, sent: 123_456_789, failed: 123_456_789 };
  const line = callLines(lately({ rows: [wide] }), plain(119), 9)[2];
  expect(line).toMatch(/ 123 456 789 .* 123 456 789$/);
});

test('only failures are coloured', () => {
  const lines = callLines(lately(), { width: 79, color: true }, 20);
  const red = lines.filter((line) => line.includes('\u001b[31m2\u001b[0m'));
  expect(red.map((line) => line.trim().split(' ')[0])).toEqual(['all', 'Authorize']);
  expect(lines.join('').split('\u001b[31m')).toHaveLength(3);
});
