import { expect, test } from 'vitest';
import { afterSecond, FIRST, type HoldSecond, type Phase } from '../../src/capacity/hold.ts';

const SETTINGS = { booted: 100, patienceS: 20, warmupS: 4, holdS: 3 };
const second = (booted: number, meanMs = 1): HoldSecond => ({
  ...{ lengthS: 1, booted, responses: { count: 10, sumMs: 10 * meanMs } },
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
