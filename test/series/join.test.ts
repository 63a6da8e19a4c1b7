import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HealthSample } from '../../src/health/sample.ts';
import type { Interval } from '../../src/series/interval.ts';
import { coarseSeries, joinIntervals } from '../../src/series/join.ts';
import { joinDeltas, sumOf } from '../../src/snapshot/delta.ts';
import { anyIntervals, busySeconds } from '../result/fixtures.ts';

const health = (changes: Partial<HealthSample>): HealthSample => ({
  ...{ utilisation: [0], gcMaxMs: [0], gcTotalMs: [0], cpuMs: 0, rssBytes: 0, clockStepMs: 0 },
  ...{ stealShare: null, throttledMs: null, listenDrops: null, retransmits: null },
  ...{ segmentsSent: null, availableMemoryBytes: null },
  ...changes,
});

const totalOf = (intervals: readonly Interval[]) =>
  sumOf(
    intervals.map(({ delta }) => delta),
    1,
  );

describe('two intervals joined', () => {
  const [first, second] = busySeconds(2, 50);
  const a = { ...first, fromS: 0, toS: 3 };
  const b = { ...second, fromS: 3, toS: 4 };

  test('have the times of both, and their sums', () => {
    const joined = joinIntervals(a, b);
    expect(joined).toMatchObject({ index: 1, fromS: 0, toS: 4, stage: 'steady' });
    expect(joined.delta).toEqual(joinDeltas(a.delta, b.delta));
  });

  test('have the health of both: shares by time, sums, extremes, what was last', () => {
    const one = health({
      ...{ utilisation: [0.4], gcMaxMs: [9], gcTotalMs: [10], cpuMs: 900, rssBytes: 5 },
      ...{ stealShare: 0.2, retransmits: 4, availableMemoryBytes: 50 },
    });
    const other = health({
      ...{ utilisation: [0.8, 0.1], gcMaxMs: [7, 1], gcTotalMs: [30, 1], cpuMs: 400, rssBytes: 3 },
      ...{ stealShare: 0.6, retransmits: null, availableMemoryBytes: 90 },
    });
    const joined = joinIntervals({ ...a, health: one }, { ...b, health: other }).health;
    expect(joined?.utilisation[0]).toBeCloseTo(0.5);
    expect(joined?.utilisation[1]).toBe(0.1);
    expect(joined?.stealShare).toBeCloseTo(0.3);
    expect(joined).toMatchObject({
      ...{ gcMaxMs: [9, 1], gcTotalMs: [40, 1], cpuMs: 1300, rssBytes: 3 },
      ...{ retransmits: 4, availableMemoryBytes: 50, listenDrops: null },
    });
    expect(joinIntervals({ ...a, health: null }, { ...b, health: other }).health).toBe(other);
    expect(joinIntervals({ ...a, health: one }, { ...b, health: null }).health).toBe(one);
  });
});

describe('a series that is kept short', () => {
  test('has the sums of the run, in a row, however long that is', () => {
    fc.assert(
      fc.property(anyIntervals(1, 1), fc.integer({ min: 4, max: 40 }), (all, most) => {
        const whole = all.map((each) => ({ ...each, health: null }));
        const series = coarseSeries(most);
        for (const each of whole) series.add(each);
        const kept = series.intervals();
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(whole.length, most / 2 - 2));
        expect(totalOf(kept)).toEqual(totalOf(whole));
        expect([kept[0].fromS, kept.at(-1)?.toS]).toEqual([whole[0].fromS, whole.at(-1)?.toS]);
        expect(kept[0].stage).toBe('ramp');
      }),
      { numRuns: 30 },
    );
  });
});
