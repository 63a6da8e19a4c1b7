import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, METRICS, metricNamed } from '../../src/metrics/catalogue.ts';
import { FLEETS, type Labels, type Metric, partOf, readNumber } from '../../src/metrics/metric.ts';
import { HDR_SLOTS } from '../../src/snapshot/hdr.ts';
import { counterSlots, histogramCount } from '../../src/snapshot/layout.ts';
import {
  emptySnapshot,
  type Scope,
  type Snapshot,
  sumOfHistograms,
} from '../../src/snapshot/snapshot.ts';

const SHAPE = { fleets: ['near', 'far'], chargers: 10 };
const FLEET_COUNT = SHAPE.fleets.length;

/** Everything that a metric says of a snapshot, as a text that changes with it. */
function readingOf(metric: Metric, snapshot: Snapshot, labels: Labels, scope: Scope): string {
  const part = partOf(labels, scope, SHAPE);
  if (metric.type === 'trend') {
    return String(sumOfHistograms(snapshot, metric.histograms(snapshot, part)).totalCount);
  }
  if (metric.type === 'rate') return JSON.stringify(metric.read(snapshot, part));
  return String(readNumber(metric, snapshot, part));
}

const COUNTED = METRICS.filter(({ type }) => type !== 'trend');
const wholeRun = (snapshot: Snapshot) =>
  COUNTED.map((metric) => readingOf(metric, snapshot, {}, 'whole'));

describe('the catalogue', () => {
  test('has each name once, in the style of Prometheus', () => {
    expect(new Set(METRIC_NAMES).size).toBe(METRICS.length);
    for (const name of METRIC_NAMES) expect(name).toMatch(/^(ocpp|generator)_[a-z]+(_[a-z]+)*$/);
    expect(metricNamed('ocpp_call_duration')).toBe(METRICS[0]);
    expect(metricNamed('ocpp_call')).toBeUndefined();
    expect(metricNamed('constructor')).toBeUndefined();
  });

  test('says of each what it is, in a sentence', () => {
    for (const { name, type, unit, meaning } of METRICS) {
      expect(meaning, name).toMatch(/^[A-Z].*\.$/);
      if (type === 'trend') expect(unit, name).toBe('ms');
      expect(unit === '', name).toBe(type === 'rate');
    }
  });

  test('every counter of the layout changes a metric', () => {
    const nothing = wholeRun(emptySnapshot(FLEET_COUNT));
    for (let place = 0; place < counterSlots(FLEET_COUNT); place++) {
      const snapshot = emptySnapshot(FLEET_COUNT);
      snapshot.counters[place] = 7;
      expect(wholeRun(snapshot), `counter ${place}`).not.toEqual(nothing);
    }
  });

  test('every histogram of the layout is in a metric', () => {
    const empty = emptySnapshot(FLEET_COUNT);
    const trends = METRICS.filter(({ type }) => type === 'trend');
    const phases = ['connect', 'tls', 'upgrade'];
    for (let histogram = 0; histogram < histogramCount(FLEET_COUNT); histogram++) {
      const snapshot = emptySnapshot(FLEET_COUNT);
      snapshot.histograms[histogram] = new Float64Array(HDR_SLOTS).fill(1, 5, 6);
      const seen = trends.some((metric) => {
        const parts = metric.labels.phase === undefined ? [{}] : phases.map((phase) => ({ phase }));
        return [{}, ...parts].some(
          (labels) =>
            readingOf(metric, snapshot, labels, 'whole') !==
            readingOf(metric, empty, labels, 'whole'),
        );
      });
      expect(seen, `histogram ${histogram}`).toBe(true);
    }
  });
});

describe('a label', () => {
  /** Each counter holds its own number, so that no two sums agree by chance. */
  const full = emptySnapshot(FLEET_COUNT);
  for (let i = 0; i < full.counters.length; i++) full.counters[i] = 1000 + i;
  const valuesOf = (metric: Metric, label: string) => {
    const values = metric.labels[label as keyof Metric['labels']];
    return values === FLEETS ? SHAPE.fleets : (values ?? []);
  };
  const labelled = METRICS.flatMap((metric) =>
    metric.type === 'counter' ? Object.keys(metric.labels).map((label) => ({ metric, label })) : [],
  );

  test.each(labelled)('$metric.name: the values of $label sum up to all', ({ metric, label }) => {
    for (const scope of ['whole', 'steady'] as const) {
      const read = (labels: Labels) => Number(readingOf(metric, full, labels, scope));
      const parts = valuesOf(metric, label).map((value) => read({ [label]: value }));
      expect(parts.length).toBeGreaterThan(1);
      expect(new Set(parts).size).toBe(parts.length);
      expect(parts.reduce((sum, n) => sum + n, 0)).toBe(read({}));
    }
  });
});

test('the share of CALLs that failed is of those that have a fate', () => {
  const snapshot = emptySnapshot(1);
  const part = partOf({ action: 'Heartbeat' }, 'steady', { fleets: ['a'], chargers: 1 });
  const failed = metricNamed('ocpp_call_failed');
  if (failed?.type !== 'rate') throw new Error('a rate');
  expect(failed.read(snapshot, part)).toEqual({ part: 0, whole: 0 });
  // All counters 1: six fates, of which three failed; an invalid reply is one more failure.
  snapshot.counters.fill(1);
  expect(failed.read(snapshot, part)).toEqual({ part: 4, whole: 6 });
});
