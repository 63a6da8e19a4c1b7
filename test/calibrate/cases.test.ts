import { describe, expect, test } from 'vitest';
import { delaySampler } from '../../src/csms/delay.ts';
import { afterStall } from '../../src/csms/stall.ts';
import { casesWith, FULL, stallShareAbove, steadyS } from './cases.ts';
import { percentileOf, shareAbove } from './quantile.ts';

const cases = casesWith(FULL.stall);

describe.each(['constant', 'mixture', 'lognormal'])('%s', (name) => {
  test('theory says what the target draws', () => {
    const { embedded, theory } = cases[name];
    const draw = delaySampler(embedded.delay ?? '0s', 1) as () => number;
    const sorted = Float64Array.from({ length: 200_000 }, draw).sort();
    const { p50, p99 } = theory.service ?? { p50: 0, p99: 0 };
    expect(percentileOf(sorted, 50) / p50).toBeCloseTo(1, 2);
    expect(percentileOf(sorted, 99) / p99).toBeCloseTo(1, 1);
  });
});

describe('stall', () => {
  /** Chargers whose CALLs are due all over an interval, through two stalls, without a computer. */
  function play(): Float64Array {
    const { intervalMs } = cases['stall'];
    const responsesMs: number[] = [];
    for (let originMs = 0; originMs < intervalMs; originMs++) {
      let freeMs = 0;
      for (let dueMs = 15_000 + originMs; dueMs < 35_000; dueMs += intervalMs) {
        freeMs = afterStall(FULL.stall, Math.max(dueMs, freeMs) + 5);
        responsesMs.push(freeMs - dueMs);
      }
    }
    return Float64Array.from(responsesMs).sort();
  }

  test('theory says what chargers with one outstanding CALL see', () => {
    const sorted = play();
    const { response } = cases['stall'].theory;
    expect(percentileOf(sorted, 50)).toBe(response?.p50);
    expect(percentileOf(sorted, 99) / (response?.p99 ?? 0)).toBeCloseTo(1, 2);
    expect(percentileOf(sorted, 100) / FULL.stall.forMs).toBeCloseTo(1, 2);
    for (const limitMs of [100, 500, 900]) {
      expect(shareAbove(sorted, limitMs)).toBeCloseTo(stallShareAbove(FULL.stall, limitMs), 2);
    }
  });

  test('is beyond the p99 of service times only when it is rare', () => {
    const short = casesWith({ everyMs: 1_000, forMs: 300 });
    expect(cases['stall'].theory.service).toEqual({ p50: 5, p99: 5 });
    expect(short['stall'].theory.service).toBeNull();
  });
});

test('every case has its samples, and a stall whole periods', () => {
  expect(steadyS(cases['constant'], FULL, 10_000)).toBe(10);
  expect(steadyS(cases['constant'], FULL, 500)).toBe(40);
  expect(steadyS(cases['stall'], FULL, 10_000)).toBe(20);
  expect(steadyS(cases['stall'], FULL, 900)).toBe(30);
});
