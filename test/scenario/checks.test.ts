import { expect, test } from 'vitest';
import {
  type Check,
  duration,
  durationDistribution,
  durationOrZero,
  durationUpTo,
  objectOf,
  oneOf,
  powerDistributionUpTo,
  rate,
  share,
  whole,
} from '../../src/scenario/checks.ts';
import type { Mistakes } from '../../src/scenario/mistakes.ts';

function run(check: Check, value: unknown): string {
  const mistakes: Mistakes = [];
  check(mistakes, 'x.y', value);
  return mistakes.map(({ message, hint }) => `${message}\n${hint}`).join('\n');
}

const power = powerDistributionUpTo(33_000);

test.each<[string, Check, unknown]>([
  ['a duration', duration, '1m30s'],
  ['zero where it may be', durationOrZero, '0s'],
  ['a rate', rate, '600/min'],
  ['a share', share, 0.5],
  ['a distribution', durationDistribution, { uniform: ['1s', '1m'] }],
  ['a lognormal', durationDistribution, { lognormal: { median: '1s', sigma: 0.5 } }],
  ['a normal', power, { normal: { mean: '7kW', sd: '500W' } }],
])('%s passes', (_, check, value) => {
  expect(run(check, value)).toBe('');
});

test.each<[Check, unknown, string]>([
  [duration, 30, "the unit is missing: '30ms', '30s', '30m' or '30h'?"],
  [duration, '30', "the unit is missing: '30ms', '30s', '30m' or '30h'?"],
  [duration, '30 sec', "did you mean '30s'?"],
  [duration, '5minutes', "did you mean '5m'?"],
  [duration, 'soon', "such as '500ms'"],
  [duration, '0s', 'above zero'],
  [duration, '3000h', "at most '2400h'"],
  [durationUpTo('1s'), '2s', "at most '1s'"],
  [rate, 20, "the unit is missing: '20/s', '20/min' or '20/h'?"],
  [rate, '20/sec', "did you mean '20/s'?"],
  [rate, '20 per second', "did you mean '20/s'?"],
  [rate, '0/s', 'above zero'],
  [power, '7', "the unit is missing: '7W' or '7kW'?"],
  [power, '7kw', "did you mean '7kW'?"],
  [power, '50kW', "at most what the model can: '33kW'"],
  [power, { uniform: ['7kW', '40kW'] }, 'x.y.uniform[1] must be at most'],
  [durationDistribution, { uniform: ['2s', '1s'] }, 'lower value first'],
  [durationDistribution, { uniform: ['2s'] }, 'must be a pair'],
  [durationDistribution, { exponentail: '2s' }, 'did you mean `exponential`?'],
  [durationDistribution, { lognormal: { median: '2s' } }, 'x.y.lognormal.sigma is missing'],
  [durationDistribution, {}, 'must name one distribution'],
  [share, 1.5, 'the most is 1'],
  [share, '5%', 'write the share itself: 0.05'],
  [share, Number.NaN, 'write a number'],
  [whole(1, 9), '5', 'without quotes: 5'],
  [whole(1, 9), 2.5, 'such as 3'],
  [whole(1, 9), 0, 'the least is 1'],
  [oneOf(['standard', 'as-logged']), 'standrad', "did you mean 'standard'?"],
])('%# %o: the fix is named', (check, value, expected) => {
  expect(run(check, value)).toContain(expected);
});

const PAIR = objectOf('pair()', {
  left: { check: share, required: 'give one' },
  right: { check: share },
});

test('objects: unknown keys and missing ones', () => {
  expect(run(PAIR, { left: 1 })).toBe('');
  expect(run(PAIR, { right: 1 })).toContain('x.y.left is missing');
  expect(run(PAIR, { left: 1, middle: 2 })).toContain('x.y.middle is not an option of pair()');
  expect(run(PAIR, [])).toContain('must be an object');
  expect(run(PAIR, { left: 1, right: undefined })).toBe('');
});

test('a misspelt required key is one mistake, not two', () => {
  const text = run(PAIR, { lef: 1 });
  expect(text).toContain('did you mean `left`?');
  expect(text).not.toContain('missing');
});

test('keys of Object.prototype are unknown keys like others', () => {
  expect(run(PAIR, { left: 1, constructor: 1 })).toContain('x.y.constructor is not an option');
});
