import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/fleet/result.ts';
import { SOUND } from '../../src/health/verdict.ts';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { partOf, readNumber } from '../../src/metrics/metric.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { families } from '../../src/prometheus/families.ts';
import type { NumberReading, Reading } from '../../src/prometheus/readings.ts';
import { CallCounterIndex, callCounterBase, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { emptySnapshot, sumOfHistograms } from '../../src/snapshot/snapshot.ts';
import type { Threshold } from '../../src/thresholds/types.ts';
import { exporterOf, fullSnapshot, HEALTH, intervalOf, planOf, RUN_ID } from './readings.ts';

const plan = planOf();
const full = fullSnapshot(2);

function fed(of = plan) {
  const exporter = exporterOf(of);
  exporter.interval(intervalOf(full, HEALTH));
  return exporter;
}

const seriesOf = (readings: readonly Reading[]) =>
  readings.flatMap(({ name, values }) =>
    values.map(({ labels }) => `${name} ${JSON.stringify(labels)}`),
  );

function valuesOf(readings: readonly Reading[], name: string): NumberReading['values'] {
  const reading = readings.find((each) => each.name === name);
  if (reading === undefined || reading.type === 'histogram') throw new Error(name);
  return reading.values;
}
const figure = (readings: readonly Reading[], name: string, labels = {}) =>
  valuesOf(readings, name).find(({ labels: { run_id, ...others } }) => {
    expect(run_id).toBe(RUN_ID);
    return JSON.stringify(others) === JSON.stringify(labels);
  })?.value;

describe('series', () => {
  test('are as many for 5 chargers as for 1 000 000, and not many', () => {
    const small = seriesOf(fed(planOf(['near', 'far'], 5)).readings());
    const large = seriesOf(fed({ ...plan, chargerCount: 1_000_000 }).readings());
    expect(large).toEqual(small);
    expect(new Set(small).size).toBe(small.length);
    expect(small.length).toBeGreaterThan(250);
    // Of each fleet 10 actions by 9 counters and 2 histograms; of the run some 240.
    expect(small.length).toBeLessThan(240 + 2 * 130);
  });

  test('have the labels of their family, each with a value of its set', () => {
    const known = new Map(families().map((family) => [family.name, family]));
    const readings = fed().readings();
    expect(readings.map(({ name }) => name)).toEqual([...known.keys()]);
    for (const { name, type, help, values } of readings) {
      const family = known.get(name);
      expect({ type, help }).toEqual({ type: family?.type, help: family?.help });
      for (const { labels } of values) {
        expect(Object.keys(labels)).toEqual(Object.keys(family?.labels ?? {}));
        for (const [label, value] of Object.entries(labels)) {
          const allowed = family?.labels[label];
          if (typeof allowed !== 'string') expect(allowed, `${name} ${label}`).toContain(value);
        }
      }
    }
  });
});

describe('figures', () => {
  test('are those of the catalogue, of the whole run', () => {
    const readings = new Map(
      fed()
        .readings()
        .map((each) => [each.name, each]),
    );
    const shape = { fleets: ['near', 'far'], chargers: plan.chargerCount };
    for (const metric of METRICS) {
      if (metric.type === 'rate') continue;
      const suffix = { trend: '_seconds', counter: '_total', gauge: '' }[metric.type];
      for (const value of readings.get(metric.name + suffix)?.values ?? []) {
        const { run_id, ...labels } = value.labels;
        const part = partOf(labels, 'whole', shape);
        if ('bins' in value) {
          if (metric.type !== 'trend') throw new Error(metric.name);
          const whole = sumOfHistograms(full, metric.histograms(full, part));
          expect(value.bins.count, metric.name).toBe(whole.totalCount);
        } else {
          expect(value.value, metric.name).toBe(
            metric.type === 'trend' ? undefined : readNumber(metric, full, part),
          );
        }
      }
    }
  });

  test('a histogram without values is left out, a counter is 0', () => {
    const readings = exporterOf(plan).readings();
    for (const { type, values, name } of readings) {
      if (type === 'histogram') expect(values, name).toEqual([]);
    }
    expect(figure(readings, 'ocpp_connects_total')).toBe(0);
  });

  test('of intervals add up', () => {
    const exporter = exporterOf(plan);
    exporter.interval(intervalOf(full));
    exporter.interval(intervalOf(full));
    const [once, twice] = [fed().readings(), exporter.readings()].map((all) =>
      all.flatMap((each) =>
        each.type === 'histogram' ? each.values.map(({ bins }) => bins.count) : [],
      ),
    );
    expect(twice).toEqual(once.map((count) => 2 * count));
  });
});

describe('beyond the catalogue', () => {
  test('what the generator says of itself', () => {
    const readings = fed().readings();
    expect(figure(readings, 'generator_utilisation_ratio')).toBe(0.5);
    expect(figure(readings, 'generator_gc_ratio')).toBe(0.01);
    expect(figure(readings, 'generator_cpu_seconds_total')).toBe(0.7);
    expect(figure(readings, 'generator_resident_memory_bytes')).toBe(3e8);
    const unknown = exporterOf(plan).readings();
    expect(valuesOf(unknown, 'generator_utilisation_ratio')).toEqual([]);
  });

  test('the stage, what is wrong and how long it runs', () => {
    const exporter = exporterOf(plan);
    const at = (name: string, labels = {}) => figure(exporter.readings(), name, labels);
    expect(at('ocpp_load_stage', { stage: 'starting' })).toBe(1);
    const verdict = { trust: 'DEGRADED', findings: [] };
    const progress = { stage: 'ramp', elapsedS: 1.5, generator: 'gc', verdict } as never;
    exporter.progress(progress);
    exporter.event();
    expect(at('ocpp_load_stage', { stage: 'ramp' })).toBe(1);
    expect(at('ocpp_load_stage', { stage: 'starting' })).toBe(0);
    expect(at('generator_trouble', { cause: 'gc' })).toBe(1);
    expect(at('generator_trouble', { cause: 'steal' })).toBe(0);
    expect(at('ocpp_load_elapsed_seconds')).toBe(1.5);
    const agoS = Date.now() / 1000 - (at('ocpp_load_start_time_seconds') ?? 0);
    expect(agoS).toBeGreaterThan(1.4);
    expect(agoS).toBeLessThan(60);
    expect(at('ocpp_load_events_total')).toBe(1);
    expect(at('generator_verdict', { trust: 'DEGRADED' })).toBe(1);
    expect(at('generator_verdict', { trust: 'VALID' })).toBe(0);
  });

  test('verdict and thresholds when the run is over, each threshold once', () => {
    const threshold = {
      ...{ selector: 'ocpp_call_duration', expression: 'p(99)<500', windowNs: null },
    } as Threshold;
    const exporter = exporterOf({ ...plan, thresholds: [threshold, threshold] });
    expect(valuesOf(exporter.readings(), 'ocpp_threshold_passed')).toEqual([]);
    exporter.end({
      ...{ rampS: 1, warmupS: 2, steadyS: 3, drainS: 4, verdict: { trust: 'INVALID' } },
      ...{ plan, snapshot: emptySnapshot(2) },
      thresholds: [
        { threshold, passed: false },
        { threshold, passed: false },
      ],
    } as unknown as RunResult);
    const at = (name: string, labels = {}) => figure(exporter.readings(), name, labels);
    expect(valuesOf(exporter.readings(), 'ocpp_threshold_passed')).toHaveLength(2);
    // None has booted, which no scenario has to ask for.
    expect(at('ocpp_threshold_passed', { threshold: 'ocpp_charger_booted rate>=1' })).toBe(0);
    expect(at('ocpp_threshold_passed', { threshold: 'ocpp_call_duration p(99)<500' })).toBe(0);
    expect(at('generator_verdict', { trust: 'INVALID' })).toBe(1);
    expect(at('ocpp_load_stage', { stage: 'done' })).toBe(1);
    expect(at('ocpp_load_elapsed_seconds')).toBe(10);
  });

  test('CALLs in flight while the run lasts, when no counter of them is set yet', () => {
    const snapshot = emptySnapshot(2);
    const base = callCounterBase(STAGE_STEADY, ActionIndexOf.Heartbeat, 1);
    snapshot.counters[base + CallCounterIndex.sent] = 9;
    snapshot.counters[base + CallCounterIndex.answered] = 5;
    snapshot.counters[base + CallCounterIndex.lost] = 1;
    const exporter = exporterOf(plan);
    exporter.interval(intervalOf(snapshot));
    expect(figure(exporter.readings(), 'ocpp_calls_in_flight')).toBe(3);
  });

  test('chargers by state', () => {
    const snapshot = emptySnapshot(2);
    const exporter = exporterOf(plan);
    exporter.interval(intervalOf(snapshot));
    const at = (state: string) => figure(exporter.readings(), 'ocpp_chargers', { state });
    expect([at('planned'), at('offline'), at('connected')]).toEqual([10, 10, 0]);
  });
});

describe('render', () => {
  test('is done once until there is news', async () => {
    const exporter = fed();
    const first = exporter.render('text');
    expect(exporter.render('text')).toBe(first);
    expect(exporter.render('protobuf')).not.toBe(first);
    exporter.progress({ stage: 'ramp', elapsedS: 1, generator: null, verdict: SOUND } as never);
    expect(exporter.render('text')).not.toBe(first);
    await Promise.all([first, exporter.render('text')]);
  });
});
