import { expect, test } from 'vitest';
import { changesOf, TREND_DEFAULTS, type Trend } from '../../src/compare/trend.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { trendJson, trendText } from '../../src/report/trend.ts';
import { trendSvg } from '../../src/report/trend-svg.ts';
import { noisy } from '../compare/numbers.ts';
import { expectGolden } from './golden.ts';

const DAY_MS = 86_400_000;

function fixtureTrend(): Trend {
  const times = [
    ...noisy(14, 41.2, 0.02, 1),
    ...noisy(10, 47.9, 0.02, 2),
    ...noisy(6, 40, 0.02, 3),
  ];
  const shares = times.map((_, night) => (night < 20 ? 0.0002 : 0.004));
  const boots = times.map((_, night) => (night === 4 ? null : 11.2));
  const metric = (name: string, kind: 'time' | 'share', values: readonly (number | null)[]) => ({
    ...{ name, kind, values },
    changes: changesOf(values, kind, TREND_DEFAULTS),
  });
  return {
    nights: times.map((_, night) => ({
      file: `nightly/run-${night + 1}.olr`,
      startedAtMs: Date.UTC(2026, 8, 1, 2, 30) + night * DAY_MS,
    })),
    metrics: [
      metric('service p95', 'time', times),
      metric('failed share', 'share', shares),
      metric('boot p95', 'time', boots),
    ],
    options: TREND_DEFAULTS,
  };
}

test('golden: text', () => {
  expectGolden('trend.txt', trendText(fixtureTrend(), ['one night was left out'], PLAIN_LOOK));
});

test('golden: the picture', () => {
  expectGolden('trend.svg', trendSvg(fixtureTrend()));
});

test('a picture of nothing, and names that are markup', () => {
  const trend = fixtureTrend();
  const empty = { name: '<b>&', kind: 'time', values: trend.nights.map(() => null), changes: [] };
  const svg = trendSvg({ ...trend, metrics: [empty as Trend['metrics'][number]] });
  expect(svg).toContain('&lt;b&gt;&amp;');
  expect(svg).not.toMatch(/NaN|Infinity/);
});

test('JSON names the night of each change', () => {
  const json = JSON.parse(trendJson(fixtureTrend(), []));
  expect(json.metrics[1].changes).toMatchObject([
    { night: 20, file: 'nightly/run-21.olr', startedAt: '2026-09-21T02:30:00.000Z' },
  ]);
});
