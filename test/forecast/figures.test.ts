import { describe, expect, test } from 'vitest';
import {
  BIN_WIDTH,
  type BinColumn,
  BinColumnIndex,
  type Bins,
  binCount,
} from '../../src/forecast/bins.ts';
import { figuresOf } from '../../src/forecast/figures.ts';
import type { Plan } from '../../src/plan/plan.ts';

const PLAN = {
  stages: { rampNs: 10e9, warmupNs: 0, steadyNs: 590e9, graceNs: 30e9 },
  chargerCount: 100,
} as Plan;
const OUTAGE = { fromNs: 300e9, toNs: 360e9 };

/** 100 chargers that connect within 10 s and send 10 Heartbeats/s, none from 300 to 360 s. */
function bins(known = 600, withOutage = false): Bins {
  const rows = new Float64Array(binCount(600));
  const add = (second: number, column: BinColumn, n: number) => {
    if (second < known || second === 600) rows[second * BIN_WIDTH + BinColumnIndex[column]] += n;
  };
  for (let s = 0; s < 10; s++) {
    add(s, 'BootNotification', 10);
    add(s, 'connects', 10);
    add(s, 'connected', 10);
  }
  for (let s = 10; s < 600; s++) {
    if (withOutage && s >= 300 && s < 360) add(s, 'refused', 5);
    else add(s, 'Heartbeat', 10);
  }
  if (withOutage) {
    add(300, 'cut', 100);
    add(300, 'connected', -100);
    add(310, 'queued', 40);
    add(360, 'connected', 60);
    add(365, 'connected', 40);
    add(360, 'connects', 60);
    add(370, 'queued', -40);
    add(370, 'StopTransaction', 40);
  }
  add(600, 'Heartbeat', 3);
  const rest = known < 600 ? null : rows.subarray(600 * BIN_WIDTH);
  return { rows, seconds: known, rest };
}

test('means and peaks are of the steady stage, totals of everything', () => {
  const figures = figuresOf(bins(), PLAN, null);
  expect(figures).toMatchObject({ knownS: 600, isWhole: true, ordinaryS: 590, outage: null });
  expect(figures.actions.Heartbeat).toEqual({
    total: 5903,
    mean: 10,
    peakSecond: { perS: 10, atS: 10 },
    peakMinute: { perS: 10, atS: 10 },
  });
  expect(figures.calls.total).toBe(6003);
  expect(figures.callsPerDay).toBe(864_000);
  expect(figures.actions.MeterValues).toBe(undefined);
  expect(figures.boot).toMatchObject({
    connects: { perS: 10, atS: 0 },
    connectedS: { p50: 5, p90: 9, p99: 10, all: 10 },
  });
  expect(figures.minute?.ratio).toBeCloseTo(1);
  expect(figures.quarterHour).toBe(null);
});

describe('an outage', () => {
  const figures = figuresOf(bins(600, true), PLAN, OUTAGE);

  test('is told apart, and so is the return from it', () => {
    expect(figures.outage).toEqual({
      ...{ fromS: 300, toS: 360, cut: 100, callsLost: 0, refused: 300, dropped: 0 },
      refusedPeak: { perS: 5, atS: 300 },
      connects: { perS: 60, atS: 360 },
      calls: { perS: 50, atS: 370 },
      callsMinute: { perS: (600 + 40) / 60, atS: 360 },
      backS: { p50: 1, p90: 6, p99: 6, all: 6 },
      queued: 40,
      deliveredS: 11,
    });
  });

  test('leaves the ordinary seconds as they are', () => {
    expect(figures.ordinary).toEqual([
      { fromS: 10, toS: 300 },
      { fromS: 371, toS: 600 },
    ]);
    expect(figures.calls.peakSecond).toEqual({ perS: 10, atS: 10 });
  });

  test('that the forecast did not come to is none', () => {
    expect(figuresOf(bins(200, true), PLAN, OUTAGE)).toMatchObject({ knownS: 200, outage: null });
  });

  test('during which it was interrupted has no return', () => {
    const { outage, ordinary } = figuresOf(bins(330, true), PLAN, OUTAGE);
    expect(outage).toMatchObject({ connects: null, queued: 0, deliveredS: null });
    expect(outage?.backS).toEqual({ p50: null, p90: null, p99: null, all: null });
    expect(ordinary).toEqual([{ fromS: 10, toS: 300 }]);
  });
});

test('a ramp alone has no ordinary second', () => {
  const { ordinary, calls, callsPerDay, minute } = figuresOf(bins(5), PLAN, null);
  expect(ordinary).toEqual([]);
  expect(calls).toMatchObject({ mean: null, peakSecond: null, peakMinute: null, total: 50 });
  expect([callsPerDay, minute]).toEqual([null, null]);
});
