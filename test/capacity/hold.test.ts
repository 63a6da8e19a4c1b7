import { describe, expect, test } from 'vitest';
import {
  afterSecond,
  FIRST,
  type HoldSecond,
  isCatchingUp,
  type Phase,
} from '../../src/capacity/hold.ts';

const SETTINGS = { booted: 100, patienceS: 20, warmupS: 4, holdS: 3 };
const second = (booted: number, meanMs = 1, changes: Partial<HoldSecond> = {}): HoldSecond => ({
  ...{ lengthS: 1, booted, connects: 0, responses: { count: 10, sumMs: 10 * meanMs } },
  calls: { sent: 10, answered: 10, outstanding: 0 },
  ...changes,
});

/** The phase of each second. */
function phases(seconds: readonly HoldSecond[]): Phase[] {
  let state = FIRST;
  return seconds.map((each) => {
    const { phase } = state;
    state = afterSecond(state, each, SETTINGS);
    return phase;
  });
}
const count = (all: readonly Phase[], phase: Phase) => all.filter((each) => each === phase).length;

test('connects until all have booted, warms up, holds', () => {
  const seconds = [10, 60, 100, ...new Array<number>(9).fill(100)].map((n) => second(n));
  expect(phases(seconds)).toEqual([
    ...['connecting', 'connecting', 'connecting'],
    ...['warm-up', 'warm-up', 'warm-up', 'warm-up'],
    ...['hold', 'hold', 'hold', 'over', 'over'],
  ]);
});

test('chargers that never boot are waited for only so long', () => {
  const all = phases(Array.from({ length: 40 }, () => second(99)));
  expect([count(all, 'connecting'), count(all, 'hold')]).toEqual([20, 3]);
});

test('the warm-up goes on while response times fall, but not for ever', () => {
  const drains = [400, 300, 200, 100, 50, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5];
  const all = phases([second(100), ...drains.map((ms) => second(100, ms))]);
  expect(count(all, 'warm-up')).toBe(12);
  const endless = Array.from({ length: 60 }, (_, i) => second(100, 1e6 * 0.8 ** i));
  expect(count(phases(endless), 'warm-up')).toBe(20);
});

test('growing or small times are no reason to wait', () => {
  const grows = phases(Array.from({ length: 20 }, (_, i) => second(100, 100 * (i + 1))));
  expect(count(grows, 'warm-up')).toBe(4);
  const small = [second(100), ...[15, 15, 5, 5].map((ms) => second(100, ms)), second(100)];
  expect(phases(small).at(-1)).toBe('hold');
  const silent = { ...second(100), responses: { count: 0, sumMs: 0 } };
  expect(phases([second(100), silent, silent, silent, silent, silent]).at(-1)).toBe('hold');
});

describe('the warm-up goes on', () => {
  /** How many seconds of it there are when the first stretches are as `changes` say. */
  const warmupS = (changes: Partial<HoldSecond>, stretches: number) => {
    const unsettled = Array.from({ length: 4 * stretches }, () => second(100, 1, changes));
    const settled = Array.from({ length: 30 }, () => second(100));
    return count(phases([second(100), ...unsettled, ...settled]), 'warm-up');
  };

  test.each<[string, Partial<HoldSecond>]>([
    ['more is answered than sent', { calls: { sent: 37, answered: 46, outstanding: 0 } }],
    ['boots take turns', { calls: { sent: 50, answered: 50, outstanding: 2000 } }],
    ['connects are still going on', { connects: 1 }],
  ])('while %s, but not for ever', (_, changes) => {
    expect(warmupS(changes, 1)).toBe(8);
    expect(warmupS(changes, 3)).toBe(16);
    expect(warmupS(changes, 9)).toBe(20);
  });

  test.each<[string, Partial<HoldSecond>]>([
    ['a few more are answered', { calls: { sent: 1, answered: 3, outstanding: 0 } }],
    ['a little more is answered', { calls: { sent: 95, answered: 100, outstanding: 0 } }],
    ['answers take a second', { calls: { sent: 50, answered: 50, outstanding: 50 } }],
    ['more is sent than answered', { calls: { sent: 50, answered: 40, outstanding: 20 } }],
  ])('not because %s', (_, changes) => {
    expect(warmupS(changes, 9)).toBe(4);
  });

  test('and the hold knows whether it came to its end or to its limit', () => {
    const endOf = (changes: Partial<HoldSecond>) => {
      const seconds = [second(100), ...new Array(20).fill(second(100, 1, changes))];
      return seconds.reduce((state, each) => afterSecond(state, each, SETTINGS), FIRST);
    };
    expect(endOf({ connects: 1 })).toMatchObject({ phase: 'hold', isSettled: false });
    expect(endOf({})).toMatchObject({ phase: 'over', isSettled: true });
  });

  test('not because one charger comes back', () => {
    const back = [second(100), second(100, 1, { connects: 1 })];
    const rest = Array.from({ length: 20 }, () => second(100));
    expect(count(phases([...back, ...rest]), 'warm-up')).toBe(4);
  });
});

test('catching up is to answer clearly more than is sent', () => {
  expect(isCatchingUp({ sent: 1116, answered: 1372 })).toBe(true);
  expect(isCatchingUp({ sent: 0, answered: 10 })).toBe(true);
  expect(isCatchingUp({ sent: 0, answered: 9 })).toBe(false);
  expect(isCatchingUp({ sent: 1000, answered: 1100 })).toBe(false);
  expect(isCatchingUp({ sent: 1000, answered: 900 })).toBe(false);
});
