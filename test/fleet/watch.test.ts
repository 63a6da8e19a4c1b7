import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Progress } from '../../src/fleet/result.ts';
import { watchRun } from '../../src/fleet/watch.ts';
import type { HealthSample } from '../../src/health/sample.ts';
import { type HealthCause, SOUND, type Verdict } from '../../src/health/verdict.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Interval } from '../../src/series/interval.ts';
import {
  FailureOffset,
  RunCounterOffset,
  shardMemory,
  shardMemoryBytes,
} from '../../src/snapshot/layout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PLAN = {
  stages: { rampNs: 2e9, warmupNs: 1e9, steadyNs: 20e9, graceNs: 3e9 },
} as Plan;

const SAMPLE = { cpuMs: 1 } as HealthSample;

/** A watch on a clock of its own; `pass` moves it on as a busy main thread would. */
function watched() {
  let nowMs = 5_000;
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(1)));
  const others = () => ({ cpuUs: 0, rssBytes: 0 });
  const pool = { memories: [memory], others, drain: vi.fn(), finish: vi.fn(), abandon: vi.fn() };
  const shown: Progress[] = [];
  const intervals: Interval[] = [];
  const drained: boolean[] = [];
  const judge = {
    add: vi.fn(),
    current: vi.fn((): HealthCause | null => null),
    verdictSoFar: vi.fn((_steadyS: number): Verdict => SOUND),
  };
  const stop = new AbortController();
  const watch = watchRun({
    plan: PLAN,
    planned: 10,
    pool,
    clock: { nowNs: () => nowMs * 1e6, wallMs: () => nowMs },
    startNs: 5_100e6,
    sampleHealth: () => SAMPLE,
    judge,
    options: {
      onProgress: (progress) => shown.push(progress),
      onInterval(interval, drains) {
        intervals.push(interval);
        drained.push(drains);
      },
      stop: stop.signal,
    },
  });
  const jump = (ms: number) => {
    nowMs += ms;
  };
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      nowMs += 50;
      vi.advanceTimersByTime(50);
    }
  };
  return {
    watch,
    pool,
    judge,
    shown,
    intervals,
    drained,
    stop,
    pass,
    jump,
    counters: memory.counters,
  };
}

describe('a run that goes as planned', () => {
  test('passes through its stages, and shows them four times a second', () => {
    const { watch, pool, shown, pass } = watched();
    pass(100 + 23_000 + 500);
    expect(watch.end()).toMatchObject({
      ending: 'completed',
      times: { rampS: 2, warmupS: 1, steadyS: 20, drainS: 0.5 },
    });
    expect([...new Set(shown.map(({ stage }) => stage))]).toEqual([
      ...['starting', 'ramp', 'warm-up', 'steady', 'drain'],
    ]);
    expect(shown.length).toBeGreaterThan(4 * 23);
    expect(shown.length).toBeLessThan(4 * 25);
    expect(shown[0]).toMatchObject({ plannedS: 23, planned: 10, elapsedS: 0 });
    expect(pool.drain).not.toHaveBeenCalled();
    expect(pool.abandon).not.toHaveBeenCalled();
  });

  test('tells how late its looks were since the progress before', () => {
    const { shown, pass, jump } = watched();
    pass(1_000);
    jump(120);
    pass(500);
    const lags = shown.map(({ loopLagMs }) => loopLagMs);
    expect(lags.filter((lagMs) => lagMs > 1)).toEqual([expect.closeTo(120)]);
    expect(lags.filter((lagMs) => lagMs < 0)).toEqual([]);
  });

  test('keeps the highest number of connections, and its costs', () => {
    const { watch, pass, counters } = watched();
    counters[RunCounterOffset.connected] = 7;
    pass(4_000);
    counters[RunCounterOffset.connected] = 3;
    pass(10_000);
    const { peakConnected, costs } = watch.end();
    expect(peakConnected).toBe(7);
    expect(costs.cpuUs).toBeGreaterThanOrEqual(costs.steadyCpuUs);
    expect(costs.rssSteadyBytes).toBeGreaterThan(0);
  });

  test('looks no more when it has ended', () => {
    const { watch, shown, pass } = watched();
    pass(1_000);
    const facts = watch.end();
    const count = shown.length;
    pass(1_000);
    expect(watch.end()).toBe(facts);
    expect(shown).toHaveLength(count);
  });
});

describe('a run that drains early', () => {
  test('is interrupted by the signal', () => {
    const { watch, pool, stop, shown, pass } = watched();
    pass(100 + 8_000);
    stop.abort();
    pass(300);
    expect(pool.drain).toHaveBeenCalledTimes(1);
    expect(shown.at(-1)?.stage).toBe('drain');
    expect(watch.end()).toMatchObject({
      ending: 'interrupted',
      times: { rampS: 2, warmupS: 1, steadyS: 5, drainS: expect.closeTo(0.3) },
    });
  });

  test('was interrupted in its ramp', () => {
    const { watch, stop, pass } = watched();
    pass(100 + 500);
    stop.abort();
    const { times } = watch.end();
    expect(times).toEqual({ rampS: 0.5, warmupS: 0, steadyS: 0, drainS: 0 });
  });

  test('keeps the first reason', () => {
    const { watch, pool, stop, pass } = watched();
    pass(5_000);
    watch.drain('scriptError');
    stop.abort();
    watch.drain('shardError');
    expect(pool.drain).toHaveBeenCalledTimes(1);
    expect(watch.end().ending).toBe('scriptError');
  });

  test('an interrupt in the drain ends it', () => {
    const { watch, pool, stop, pass } = watched();
    pass(100 + 23_100);
    stop.abort();
    expect(pool.drain).not.toHaveBeenCalled();
    expect(pool.finish).toHaveBeenCalledTimes(1);
    expect(watch.end().ending).toBe('interrupted');
  });
});

describe('a target that lets nobody in', () => {
  test('is given up after ten seconds', () => {
    const { watch, pool, pass, counters } = watched();
    counters[FailureOffset.refused] = 1;
    pass(100 + 9_900);
    expect(pool.drain).not.toHaveBeenCalled();
    pass(400);
    expect(pool.drain).toHaveBeenCalledTimes(1);
    expect(watch.end().ending).toBe('gaveUp');
  });

  test('is not, when it once did', () => {
    const { pool, pass, counters } = watched();
    counters[FailureOffset.refused] = 100;
    counters[RunCounterOffset.connectsUpgraded] = 1;
    pass(22_000);
    expect(pool.drain).not.toHaveBeenCalled();
  });
});

test('shards that do not end are abandoned well after the grace period', () => {
  const { pool, pass } = watched();
  pass(100 + 23_000 + 3_000 + 4_900);
  expect(pool.abandon).not.toHaveBeenCalled();
  pass(200);
  expect(pool.abandon).toHaveBeenCalledTimes(1);
  pass(1_000);
  expect(pool.abandon).toHaveBeenCalledTimes(1);
});

test('shards that still close connections are waited for', () => {
  const { pool, pass, counters } = watched();
  counters[RunCounterOffset.connected] = 10;
  pass(100 + 23_000 + 3_000);
  for (let left = 9; left > 0; left--) {
    counters[RunCounterOffset.connected] = left;
    pass(4_000);
  }
  expect(pool.abandon).not.toHaveBeenCalled();
  pass(6_000);
  expect(pool.abandon).toHaveBeenCalledTimes(1);
});

describe('intervals', () => {
  const connected = ({ delta }: Interval) => {
    const place = delta.counterPlaces.indexOf(RunCounterOffset.connected);
    return place < 0 ? 0 : delta.counterChanges[place];
  };

  test('are seconds of the run; the last holds the rest', () => {
    const { watch, intervals, pass, counters } = watched();
    for (let second = 0; second < 3; second++) {
      counters[RunCounterOffset.connected] += second + 1;
      pass(1_000);
    }
    counters[RunCounterOffset.connected] += 10;
    pass(200);
    const { snapshot } = watch.end();
    expect(intervals.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(intervals.map(({ fromS, toS }) => [fromS, toS])).toEqual([
      ...[
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      [3, 3.1],
    ]);
    expect(intervals.map(({ stage }) => stage)).toEqual(['ramp', 'ramp', 'warm-up', 'steady']);
    expect(intervals.reduce((sum, each) => sum + connected(each), 0)).toBe(16);
    expect(snapshot.counters[RunCounterOffset.connected]).toBe(16);
  });

  test('carry the health of the generator, and are judged', () => {
    const { watch, judge, intervals, shown, pass } = watched();
    judge.current.mockReturnValue('steal');
    const verdict: Verdict = { trust: 'DEGRADED', findings: [] };
    judge.verdictSoFar.mockReturnValue(verdict);
    pass(5_250);
    watch.end();
    expect(intervals.map(({ health }) => health)).toEqual(Array(6).fill(SAMPLE));
    expect(judge.add.mock.calls).toEqual(intervals.map((interval) => [interval, false]));
    expect(shown.at(-1)).toMatchObject({ generator: 'steal', verdict });
    expect(judge.verdictSoFar.mock.calls.flat().map((s) => Math.floor(s))).toEqual([0, 0, 0, 1, 2]);
  });

  test('are of the stage that their middle is in, and know that the drain has begun', () => {
    const { watch, intervals, drained, stop, pass } = watched();
    pass(100 + 8_700);
    stop.abort();
    pass(1_000);
    watch.end();
    const stages = intervals.map(({ stage }) => stage);
    expect(stages.slice(0, 4)).toEqual(['ramp', 'ramp', 'warm-up', 'steady']);
    expect(stages.slice(-3)).toEqual(['steady', 'steady', 'drain']);
    expect(drained.slice(-3)).toEqual([false, true, true]);
  });

  test('that were missed are one, with the number of the last', () => {
    const { watch, intervals, pass, jump } = watched();
    pass(1_150);
    jump(3_200);
    pass(1_000);
    watch.end();
    expect(intervals.map(({ index }) => index)).toEqual([0, 3, 4, 5]);
  });
});
