import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ProgressTimes, readProgress, serviceTimes } from '../../src/fleet/progress.ts';
import { SOUND } from '../../src/health/verdict.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { deltaReader } from '../../src/snapshot/delta.ts';
import { HIGHEST_US } from '../../src/snapshot/hdr.ts';
import {
  callHistogram,
  FailureOffset,
  RunCounterOffset,
  type ShardMemory,
  STAGE_OTHER,
  STAGE_STEADY,
} from '../../src/snapshot/layout.ts';
import { callLatency, readSnapshot } from '../../src/snapshot/snapshot.ts';
import { addCalls, addCounts, emptyMemory, put } from '../snapshot/memories.ts';

const times: ProgressTimes = {
  ...{ stage: 'steady', elapsedS: 12.5, plannedS: 140, planned: 10, serviceP99Ms: 4.1 },
  generator: null,
  verdict: SOUND,
  loopLagMs: 0,
};

test('adds the shards, their stages and their actions', () => {
  const memory = emptyMemory();
  addCalls(memory, STAGE_OTHER, 'BootNotification', { sent: 9, answered: 5, lost: 4 });
  addCalls(memory, STAGE_STEADY, 'Heartbeat', {
    ...{ sent: 100, answered: 90, callError: 3, timedOut: 2, inFlight: 5, invalidReply: 1 },
  });
  memory.counters[RunCounterOffset.connected] = 7;
  memory.counters[RunCounterOffset.booted] = 5;
  memory.counters[RunCounterOffset.charging] = 2;
  memory.counters[RunCounterOffset.connectsUpgraded] = 11;
  memory.counters[FailureOffset.refused] = 3;
  memory.counters[FailureOffset.other] = 1;
  expect(readProgress([memory, memory], times)).toEqual({
    ...times,
    ...{ connected: 14, booted: 10, charging: 4, connectsUpgraded: 22, connectsFailed: 8 },
    ...{ callsSent: 218, callsAnswered: 190, callsFailed: 20 },
  });
});

test('of no shard is zero', () => {
  expect(readProgress([], times)).toMatchObject({ callsSent: 0, connected: 0, planned: 10 });
});

function p99Of(...memories: ShardMemory[]): number {
  const times = serviceTimes(1);
  times.add(deltaReader(memories).read(true));
  return times.p99Ms();
}

describe('p99 of the service times so far', () => {
  const heartbeat = ActionIndexOf.Heartbeat;
  const record = (memory: ShardMemory, valueUs: number, n: number) => {
    addCounts(memory, STAGE_STEADY, 'Heartbeat', { sent: n, answered: n });
    put(memory, callHistogram(STAGE_STEADY, heartbeat, 'service'), valueUs, n);
  };

  test('is 0 before the first answer', () => {
    expect(p99Of(emptyMemory())).toBe(0);
    expect(p99Of()).toBe(0);
  });

  test('leaves out one in a hundred', () => {
    const memory = emptyMemory();
    record(memory, 1000, 99);
    record(memory, 2000, 1);
    expect(p99Of(memory)).toBe(1);
    record(memory, 2000, 1);
    expect(p99Of(memory)).toBe(2);
  });

  test('is of all shards and actions together', () => {
    const [a, b] = [emptyMemory(), emptyMemory()];
    record(a, 500, 50);
    addCalls(b, STAGE_OTHER, 'BootNotification', { sent: 50, answered: 50 });
    expect(p99Of(a, b)).toBe(1);
  });

  test('is within a thousandth of what the report will say', () => {
    const valueUs = fc
      .double({ min: 0, max: Math.log2(HIGHEST_US), noNaN: true })
      .map((exponent) => Math.floor(2 ** exponent));
    fc.assert(
      fc.property(fc.array(valueUs, { minLength: 1, maxLength: 400 }), (all) => {
        const memory = emptyMemory();
        for (const value of all) record(memory, value, 1);
        const p99Us = callLatency(readSnapshot([memory]), 'service', 'whole').getValueAtPercentile(
          99,
        );
        expect(Math.abs(p99Of(memory) * 1000 - p99Us)).toBeLessThanOrEqual(p99Us / 1000);
      }),
      { numRuns: 25 },
    );
  });
});
