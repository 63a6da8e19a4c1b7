import { describe, expect, test } from 'vitest';
import { parseMetric } from '../../src/compare/metrics.ts';
import { changesOf, TREND_DEFAULTS, trendOf } from '../../src/compare/trend.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { noisy } from './numbers.ts';
import { madeRun } from './runs.ts';

const level = (count: number, value: number) => new Array<number>(count).fill(value);

describe('what counts as a change', () => {
  test('of times: from a relative size on', () => {
    const values = [...noisy(12, 40, 0.002, 1), ...noisy(12, 41, 0.002, 2)];
    expect(changesOf(values, 'time', TREND_DEFAULTS)).toEqual([]);
    const [change] = changesOf(values, 'time', { ...TREND_DEFAULTS, minChange: 0.01 });
    expect(change.night).toBe(12);
  });

  test('of shares: from a difference on, from nothing, too', () => {
    const shares = (after: number) => [...level(10, 0), ...level(9, after), after * 1.01];
    expect(changesOf(shares(0.0005), 'share', TREND_DEFAULTS)).toEqual([]);
    expect(changesOf(shares(0.01), 'share', TREND_DEFAULTS)).toMatchObject([{ night: 10 }]);
  });

  test('nights without a value are passed over, and counted', () => {
    const values = [null, ...noisy(8, 40, 0.01, 1), null, null, ...noisy(8, 60, 0.01, 2)];
    expect(changesOf(values, 'time', TREND_DEFAULTS).map(({ night }) => night)).toEqual([11]);
  });
});

test('nights are in the order of their starts', () => {
  const runs = [3, 1, 2, 6, 5, 4].map((seed) => madeRun({ seed, serviceMs: 40 + seed }));
  const { nights, metrics } = trendOf(runs, [parseMetric('service p50')], TREND_DEFAULTS);
  expect(nights.map(({ file }) => file)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `run-${n}.olr`));
  expect(metrics[0].values.map((value) => Math.round(value as number))).toEqual([
    41, 42, 43, 44, 45, 46,
  ]);
});

test('too few samples are no value', () => {
  const runs = [1, 2, 3, 4, 5, 6].map((seed) => madeRun({ seed, boots: seed === 4 ? 10 : 600 }));
  const { metrics } = trendOf(runs, [parseMetric('boot p95')], TREND_DEFAULTS);
  expect(metrics[0].values.indexOf(null)).toBe(3);
});

test('too few nights are a mistake', () => {
  expect(mistakeOf(() => trendOf([madeRun()], [], TREND_DEFAULTS))).toContain('6 at least');
});
