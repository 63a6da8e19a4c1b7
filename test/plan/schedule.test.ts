import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/plan/plan.ts';
import {
  compileArrivals,
  compileConnects,
  countBefore,
  eventTimeNs,
} from '../../src/plan/schedule.ts';
import { allAtOnce, ramp, rate, stages } from '../../src/scenario/connect.ts';
import type { RateStage } from '../../src/scenario/types.ts';
import { mistakeOf } from '../scenario/fixture.ts';

const times = (schedule: Schedule, ...ns: number[]) =>
  ns.map((n) => Number((eventTimeNs(schedule, n) / 1e9).toFixed(6)));

describe('connects', () => {
  test('a ramp of N over T puts charger n at T n / N', () => {
    const schedule = compileConnects(ramp({ over: '20s' }), 5000, 'x');
    expect(times(schedule, 0, 1, 2500, 4999)).toEqual([0, 0.004, 10, 19.996]);
    expect(schedule).toMatchObject({ total: 5000, endNs: 20e9 });
  });

  test('an accelerating ramp has a quarter of its chargers at half its time', () => {
    const schedule = compileConnects(ramp({ over: '20s', shape: 'accelerating' }), 100, 'x');
    expect(times(schedule, 0, 25, 100)).toEqual([0, 10, 20]);
  });

  test('all at once is at zero', () => {
    const schedule = compileConnects(allAtOnce(), 100, 'x');
    expect(times(schedule, 0, 99)).toEqual([0, 0]);
    expect(schedule).toMatchObject({ total: 100, endNs: 0 });
  });

  test('event n of a constant rate r lies at n / r', () => {
    const schedule = compileConnects(rate('8/s'), 100, 'x');
    expect(times(schedule, 0, 1, 99)).toEqual([0, 0.125, 12.375]);
    expect(schedule.endNs).toBeCloseTo(12.5e9, 0);
  });

  test('stages hold their last rate until all are connected, and end when they are', () => {
    const list = [{ duration: '10s', to: '10/s' }] as const;
    const longer = compileConnects(stages(list), 100, 'x');
    expect(times(longer, 50, 60)).toEqual([10, 11]);
    expect(longer.endNs).toBeCloseTo(15e9, 0);
    expect(compileConnects(stages(list), 50, 'x').endNs).toBeCloseTo(10e9, 0);
    expect(compileConnects(stages(list), 8, 'x').endNs).toBeCloseTo(4e9, 0);
  });

  test('stages that never connect everybody are a mistake', () => {
    const list = [
      { duration: '10s', to: '10/s' },
      { duration: '10s', to: '0/s' },
    ] as const;
    const text = mistakeOf(() => compileConnects(stages(list), 101, 'fleets[0].connect'));
    expect(text).toContain('fleets[0].connect connects only 100 of 101 chargers');
  });
});

describe('arrivals', () => {
  test('a rate holds from the end of the ramp to the end of the steady stage', () => {
    const schedule = compileArrivals(rate('20/s'), 5e9, 15e9);
    expect(schedule.total).toBe(200);
    expect(times(schedule, 0, 1, 199)).toEqual([5, 5.05, 14.95]);
  });

  test('the last stage is extended, or cut', () => {
    const list = [{ duration: '10s', to: '10/s' }] as const;
    expect(compileArrivals(stages(list), 0, 20e9).total).toBe(150);
    expect(compileArrivals(stages(list), 0, 5e9).total).toBe(13);
  });

  test('a pause has no arrivals: what is due comes behind it', () => {
    const list = [
      { duration: '1s', to: '0/s' },
      { duration: '1s', to: '10/s' },
      { duration: '1s', to: '0/s' },
      { duration: '5s', to: '0/s' },
      { duration: '1s', to: '10/s' },
    ] as const;
    const schedule = compileArrivals(stages(list), 0, 9e9);
    expect(schedule.total).toBe(15);
    expect(times(schedule, 0)).toEqual([1]);
    expect(times(schedule, 5)).toEqual([2]);
    expect(times(schedule, 10)[0]).toBeGreaterThanOrEqual(8);
  });
});

const stage: fc.Arbitrary<RateStage> = fc.record({
  duration: fc.integer({ min: 1, max: 60_000 }).map((ms) => `${ms}ms` as const),
  to: fc.integer({ min: 0, max: 5000 }).map((n) => `${n / 10}/s` as const),
});
const profile = fc.array(stage, { minLength: 1, maxLength: 5 }).map((list) => stages(list));

test('events never go back, never leave the schedule, and invert the count', () => {
  fc.assert(
    fc.property(profile, fc.nat(100_000), (arrivals, lengthMs) => {
      const [startNs, endNs] = [3e9, 3e9 + lengthMs * 1e6];
      const schedule = compileArrivals(arrivals, startNs, endNs);
      const step = Math.max(1, Math.floor(schedule.total / 300));
      let beforeNs = startNs;
      for (let n = 0; n < schedule.total; n += step) {
        const atNs = eventTimeNs(schedule, n);
        expect(atNs).toBeGreaterThanOrEqual(beforeNs);
        expect(atNs).toBeLessThanOrEqual(endNs);
        expect(Math.abs(countBefore(schedule, atNs) - n)).toBeLessThan(1e-4);
        beforeNs = atNs;
      }
    }),
  );
});

test('all chargers connect, within the profile, in their order', () => {
  const rising = fc
    .array(stage, { minLength: 1, maxLength: 4 })
    .map((list) => stages([...list, { duration: '1s', to: '50/s' }]));
  const even = fc.integer({ min: 1, max: 100_000 }).map((ms) => ramp({ over: `${ms}ms` }));
  const accelerating = even.map((connect) => ({ ...connect, shape: 'accelerating' as const }));
  fc.assert(
    fc.property(
      fc.oneof(rising, even, accelerating),
      fc.integer({ min: 1, max: 500 }),
      (connect, n) => {
        const schedule = compileConnects(connect, n, 'x');
        expect(schedule.total).toBe(n);
        expect(countBefore(schedule, schedule.endNs)).toBeCloseTo(n, 3);
        const at = Array.from({ length: n }, (_, index) => eventTimeNs(schedule, index));
        expect(at).toEqual(at.toSorted((a, b) => a - b));
        expect(at[n - 1]).toBeLessThanOrEqual(schedule.endNs + 1);
      },
    ),
  );
});

test('a rate that does not divide a second leaves equal gaps, on no millisecond grid', () => {
  const schedule = compileArrivals(rate('700/s'), 0, 60e9);
  const gaps = Array.from(
    { length: 5000 },
    (_, n) => eventTimeNs(schedule, n + 1) - eventTimeNs(schedule, n),
  );
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(1);
  const onEdge = gaps.filter((_, n) => eventTimeNs(schedule, n) % 1e6 < 1);
  expect(onEdge.length).toBeLessThan(5000 / 5);
});
