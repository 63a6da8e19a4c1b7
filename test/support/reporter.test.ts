import { expect, test } from 'vitest';
import { type Outcome, reportLines } from './reporter.ts';

const outcome = (state: Outcome['state'], fullName = 'a test'): Outcome => ({ state, fullName });

test('the totals stand alone on the last line', () => {
  const outcomes = [outcome('passed'), outcome('passed'), outcome('failed'), outcome('skipped')];
  expect(reportLines(outcomes, 0)).toEqual(['2 passed, 1 failed, 1 skipped']);
});

test('an error outside a test is a failure', () => {
  expect(reportLines([outcome('passed')], 2)).toEqual(['1 passed, 2 failed, 0 skipped']);
});

test('names what was not run, and the program that is missing', () => {
  const outcomes = [
    outcome('skipped', 'capture [needs tcpdump, sh] > shows the frames'),
    outcome('skipped', 'left out for another reason [needs sh]'),
    outcome('passed', 'runs [needs sh]'),
  ];
  expect(reportLines(outcomes, 0, (program) => program === 'sh')).toEqual([
    'not run, tcpdump missing: capture [needs tcpdump, sh] > shows the frames',
    '1 passed, 0 failed, 2 skipped',
  ]);
});
