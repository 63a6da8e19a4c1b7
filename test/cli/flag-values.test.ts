import { describe, expect, test } from 'vitest';
import {
  collect,
  countOf,
  levelOf,
  momentOf,
  secondsOf,
  shareOf,
} from '../../src/cli/flag-values.ts';
import { mistakeOf } from '../scenario/fixture.ts';

test.each([
  ['5%', 0.05],
  ['0.05', 0.05],
  [' 0.1 % ', 0.001],
  ['0', 0],
])('a share: %s', (text, value) => {
  expect(shareOf('--margin', text)).toBeCloseTo(value, 12);
});

test.each([
  ['0.01', 0.01],
  ['.5', 0.5],
])('a level: %s', (text, value) => {
  expect(levelOf('--alpha', text)).toBe(value);
});

test('a number and a duration', () => {
  expect(countOf('--pairs', '12', 2, 1000)).toBe(12);
  expect(secondsOf('--block', '1m30s')).toBe(90);
  expect(momentOf('--from', ' 0s')).toBe(0);
});

describe('what is none names flag and value', () => {
  test.each([
    [() => shareOf('--margin', '100%'), "--margin cannot be '100%'"],
    [() => shareOf('--margin', '-5%'), "--margin cannot be '-5%'"],
    [() => shareOf('--margin', ''), "--margin cannot be ''"],
    [() => levelOf('--alpha', '0'), "--alpha cannot be '0'"],
    [() => levelOf('--alpha', '5%'), "--alpha cannot be '5%'"],
    [() => countOf('--pairs', '1', 2, 1000), 'from 2 to 1000'],
    [() => countOf('--pairs', '2.5', 2, 1000), "--pairs cannot be '2.5'"],
    [() => secondsOf('--block', '30'), "--block cannot be '30'"],
    [() => momentOf('--from', '5'), "--from cannot be '5'"],
    [() => secondsOf('--block', '0s'), "--block cannot be '0s'"],
  ])('%#', (read, words) => {
    expect(mistakeOf(read)).toContain(words);
  });
});

test('a repeated flag', () => {
  expect(collect('b', collect('a'))).toEqual(['a', 'b']);
});
