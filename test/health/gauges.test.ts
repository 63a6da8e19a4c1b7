import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDelays,
  addEvents,
  addValue,
  delayGauge,
  eventGauge,
  highDelayMs,
  judgedQuantile,
  meanOf,
  timeGauge,
} from '../../src/health/gauges.ts';
import { hdrIndex } from '../../src/snapshot/hdr.ts';

const LIMIT = { degraded: 5, invalid: 25 };
const at = (fromS: number) => ({ fromS, toS: fromS + 1 });
const delays = (...values: readonly (readonly [number, number])[]) => ({
  slots: Uint32Array.from(values, ([ms]) => hdrIndex(ms * 1000)),
  counts: Float64Array.from(values, ([, n]) => n),
});

describe('values over time', () => {
  test('how long they were above each limit, and how far', () => {
    const gauge = timeGauge();
    [1, 9, 30, 5, 7].forEach((value, s) => {
      addValue(gauge, LIMIT, at(s), value);
    });
    expect(gauge.degraded).toEqual({ totalS: 3, fromS: 1, toS: 5, area: 46 });
    expect(gauge.invalid).toEqual({ totalS: 1, fromS: 2, toS: 3, area: 30 });
    expect(meanOf(gauge)).toBeCloseTo(52 / 5);
    expect(meanOf(timeGauge())).toBe(0);
  });
});

describe('delays', () => {
  test('the p99 of many; of few a value with ten above it', () => {
    const gauge = delayGauge();
    addDelays(gauge, LIMIT, at(0), delays([1, 1_980], [80, 20]));
    expect(highDelayMs(gauge)).toBe(1);
    addDelays(gauge, LIMIT, at(1), delays([80, 1]));
    expect(highDelayMs(gauge)).toBeCloseTo(80, 0);
    expect(judgedQuantile(2_000)).toBe(0.99);
    expect(judgedQuantile(40)).toBe(0.75);
    expect(judgedQuantile(5)).toBe(0);
  });

  test('is the value that hundredths lie above, whatever they are', () => {
    const values = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 11, maxLength: 400 });
    fc.assert(
      fc.property(values, (ms) => {
        const gauge = delayGauge();
        for (const each of ms) addDelays(gauge, LIMIT, at(0), delays([each, 1]));
        const eleventh = ms.toSorted((a, b) => b - a)[10];
        expect(highDelayMs(gauge)).toBeGreaterThan(eleventh * 0.999 - 0.001);
        expect(highDelayMs(gauge)).toBeLessThanOrEqual(eleventh);
      }),
    );
  });

  test('of which no ten were late say nothing', () => {
    const gauge = delayGauge();
    addDelays(gauge, LIMIT, at(0), delays([900, 10]));
    expect(highDelayMs(gauge)).toBe(0);
  });

  test('when more than a hundredth was late', () => {
    const gauge = delayGauge();
    addDelays(gauge, LIMIT, at(0), delays([1, 99], [80, 1]));
    addDelays(gauge, LIMIT, at(1), delays([1, 98], [10, 2]));
    addDelays(gauge, LIMIT, at(4), delays([80, 2]));
    expect(gauge.degraded).toMatchObject({ totalS: 2, fromS: 1, toS: 5 });
    expect(gauge.invalid).toMatchObject({ totalS: 1, fromS: 4, toS: 5 });
  });
});

test('events: how many, from the first to the last', () => {
  const gauge = eventGauge();
  [0, 3, 0, 2, 0].forEach((count, s) => {
    addEvents(gauge, at(s), count);
  });
  expect(gauge).toEqual({ count: 5, fromS: 1, toS: 4 });
});
