import { describe, expect, test } from 'vitest';
import { DEFAULT_PRIMARY, informationMetrics, parseMetric } from '../../src/compare/metrics.ts';
import { wholeOf } from '../../src/compare/runs.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { madeRun } from './runs.ts';

const whole = wholeOf(madeRun({ serviceMs: 40, callsPerS: 100, failed: 3, boots: 300 }));
const figure = (name: string) => parseMetric(name).figureOf(whole);

describe('figures', () => {
  test('of times: percentiles of all CALLs of the steady stage, in ms', () => {
    // Evenly from 36 to 44 ms.
    expect(figure('service p50').value).toBeCloseTo(40, 1);
    expect(figure('service p95').value).toBeCloseTo(43.6, 0);
    expect(figure('service p95').samples).toBe(2997);
    expect(figure('MeterValues response p99').value).toBeCloseTo(43.9, 0);
    expect(figure('Heartbeat service p95')).toEqual({ value: 0, samples: 0 });
  });

  test('of phases: of the whole run', () => {
    expect(figure('boot p95').samples).toBe(300);
  });

  test('of failed CALLs: their share of those that ended', () => {
    expect(figure('failed share')).toEqual({ value: 0.001, samples: 3000 });
  });
});

test('a percentile needs 25 samples above it', () => {
  const needed = ['p50', 'p95', 'p99', 'p99.9'].map(
    (p) => parseMetric(`service ${p}`).samplesNeeded,
  );
  expect(needed).toEqual([50, 500, 2500, 25_000]);
});

test('names are read in any case of the action, and written in one', () => {
  expect(parseMetric(' metervalues  service p95 ').name).toBe('MeterValues service p95');
  expect(DEFAULT_PRIMARY.map((name) => parseMetric(name).name)).toEqual([...DEFAULT_PRIMARY]);
});

test.each(['', 'service', 'p95', 'service p96', 'Bot service p95', 'service p95 x', 'boot share'])(
  "there is no metric '%s'",
  (name) => {
    expect(mistakeOf(() => parseMetric(name))).toContain(`there is no metric '${name}'`);
  },
);

test('for information: what there are samples of', () => {
  const names = informationMetrics(whole).map(({ name }) => name);
  expect(names).toContain('MeterValues service p95');
  expect(names).not.toContain('Heartbeat service p95');
  expect(informationMetrics(emptySnapshot(1))).toEqual([]);
});
