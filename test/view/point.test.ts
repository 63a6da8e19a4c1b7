import { describe, expect, test } from 'vitest';
import type { HealthSample } from '../../src/health/sample.ts';
import type { Interval } from '../../src/series/interval.ts';
import { deltaReader } from '../../src/snapshot/delta.ts';
import {
  FailureOffset,
  type RunCounter,
  RunCounterOffset,
  type ShardMemory,
  STAGE_OTHER,
  STAGE_STEADY,
  stageHistogram,
} from '../../src/snapshot/layout.ts';
import { pointMaker } from '../../src/view/point.ts';
import { addCalls, addCounts, emptyMemory, put } from '../snapshot/memories.ts';

const HEALTH: HealthSample = {
  utilisation: [0.2, 0.6],
  gcMaxMs: [1, 2],
  gcTotalMs: [20, 100],
  cpuMs: 1500,
  rssBytes: 1e8,
  clockStepMs: 0,
  ...{ stealShare: 0.01, throttledMs: null, listenDrops: null },
  ...{ retransmits: null, segmentsSent: null, availableMemoryBytes: null },
};

function makerOf(memory: ShardMemory, planned = 10) {
  const make = pointMaker({ fleetCount: 1, planned });
  const reader = deltaReader([memory]);
  let atS = 0;
  return (seconds: number, health: HealthSample | null = null) => {
    const fromS = atS;
    atS += seconds;
    const delta = reader.read(true);
    const interval: Interval = { index: 0, fromS, toS: atS, stage: 'steady', delta, health };
    return make(interval);
  };
}

const set = ({ counters }: ShardMemory, values: Partial<Record<RunCounter, number>>) => {
  for (const [name, n] of Object.entries(values)) {
    counters[RunCounterOffset[name as RunCounter]] = n;
  }
};

describe('a point', () => {
  test('has rates of its own seconds, and gauges at its end', () => {
    const memory = emptyMemory();
    const next = makerOf(memory);
    addCalls(memory, STAGE_OTHER, 'Heartbeat', { sent: 4, answered: 4 });
    set(memory, {
      connectsAttempted: 6,
      connectsUpgraded: 3,
      connected: 3,
      booted: 2,
      charging: 1,
    });
    memory.counters[FailureOffset.refused] = 1;
    next(1);
    addCalls(memory, STAGE_STEADY, 'Heartbeat', {
      sent: 11,
      answered: 8,
      timedOut: 2,
      inFlight: 1,
    });
    addCounts(memory, STAGE_STEADY, 'MeterValues', { dropped: 4 });
    set(memory, { connectsUpgraded: 5, connected: 5, ledgerQueued: 7 });
    const point = next(2);
    expect(point).toMatchObject({
      ...{ fromS: 1, toS: 3, stage: 'steady', inFlight: 1, queued: 7 },
      chargers: { planned: 10, connecting: 0, connected: 5, offline: 5, booted: 2, charging: 1 },
      connects: { upgraded: 1, failed: 0 },
      calls: { offered: 7.5, sent: 5.5, answered: 4, timedOut: 1, lost: 0 },
    });
    expect(point.actions).toEqual({
      Heartbeat: { sent: 5.5, failed: 1, service: point.service, response: point.response },
    });
    expect(point.service).toMatchObject({ count: 8, p50: 1 });
    expect(point.response).toMatchObject({ count: 10, p50: 1.5, max: expect.closeTo(30_000, -2) });
  });

  test('says nothing of latencies when nothing ended', () => {
    const point = makerOf(emptyMemory())(1);
    expect(point).toMatchObject({ service: null, response: null, heat: [], actions: {} });
    expect(point.generator).toMatchObject({ lateness: null, utilisation: null, cpus: null });
  });

  test('counts connects that are under way', () => {
    const memory = emptyMemory();
    set(memory, { connectsAttempted: 6, connectsUpgraded: 2, connected: 2, connectsAbandoned: 1 });
    expect(makerOf(memory)(1).chargers).toMatchObject({ connecting: 3, connected: 2, offline: 5 });
  });

  test('has the busiest worker, and lateness of all stages', () => {
    const memory = emptyMemory();
    put(memory, stageHistogram(STAGE_OTHER, 'lateness'), 2000);
    put(memory, stageHistogram(STAGE_STEADY, 'lateness'), 4000);
    const { generator } = makerOf(memory)(2, HEALTH);
    expect(generator).toMatchObject({
      ...{ utilisation: 0.6, gcShare: 0.05, cpus: 0.75, stealShare: 0.01, rssBytes: 1e8 },
      lateness: { count: 2, p50: expect.closeTo(2, 1), max: expect.closeTo(4, 1) },
    });
  });
});
