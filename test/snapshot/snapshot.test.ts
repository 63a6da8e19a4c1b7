import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { CommandIndexOf, OTHER_COMMAND } from '../../src/ocpp/commands.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import { HDR_SLOTS } from '../../src/snapshot/hdr.ts';
import {
  type CommandCounter,
  callHistogram,
  counterSlots,
  DisconnectOffset,
  effectHistogram,
  FailureOffset,
  histogramCount,
  type RunCounter,
  RunCounterOffset,
  runHistogram,
  type ShardMemory,
  STAGE_OTHER,
  STAGE_STEADY,
  stageHistogram,
} from '../../src/snapshot/layout.ts';
import {
  callCounts,
  callLatency,
  commandCounts,
  connectFailures,
  disconnects,
  effectLatency,
  emptySnapshot,
  mergeSnapshots,
  readSnapshot,
  runCounter,
  runLatency,
  type Snapshot,
  stageLatency,
} from '../../src/snapshot/snapshot.ts';
import { addCalls, addCommands, addCounts, emptyMemory, put } from './memories.ts';

/** Some numbers at random places of a memory. */
const scattered = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1e6)), { maxLength: 20 })
  .map((entries) => {
    const memory = emptyMemory();
    for (const [place, n] of entries) {
      memory.counters[Math.floor(place * (counterSlots(1) - 1))] += n;
      memory.slots[Math.floor(place * (histogramCount(1) * HDR_SLOTS - 1))] += n;
    }
    return memory;
  });

/** Where a memory and what was merged from such are not the same. */
function differences(snapshot: Snapshot, counters: ArrayLike<number>, slots: Float64Array) {
  const wrong = Array.from(counters).flatMap((n, i) =>
    snapshot.counters[i] === n ? [] : [`counter ${i}`],
  );
  for (const [h, counts] of snapshot.histograms.entries()) {
    const expected = slots.subarray(h * HDR_SLOTS, (h + 1) * HDR_SLOTS);
    if (counts === null ? expected.some((n) => n !== 0) : expected.some((n, i) => n !== counts[i]))
      wrong.push(`histogram ${h}`);
  }
  return wrong;
}

describe('merging', () => {
  test('adds everything, in whatever order and grouping', () => {
    fc.assert(
      fc.property(fc.array(scattered, { minLength: 1, maxLength: 3 }), (memories) => {
        const added = (of: 'counters' | 'slots') => {
          const total = Float64Array.from(memories[0][of]);
          for (const memory of memories.slice(1)) {
            for (let i = 0; i < total.length; i++) total[i] += memory[of][i];
          }
          return total;
        };
        const [counters, slots] = [added('counters'), added('slots')];
        const parts = memories.map((memory) => readSnapshot([memory]));
        for (const merged of [
          readSnapshot(memories),
          mergeSnapshots(parts),
          mergeSnapshots([...parts].reverse()),
        ]) {
          expect(differences(merged, counters, slots)).toEqual([]);
        }
      }),
      { numRuns: 5 },
    );
  });

  test('merged snapshots merge on, beyond 32 bits', () => {
    const memory = emptyMemory();
    memory.slots[5] = 2 ** 32 - 1;
    const twice = readSnapshot([memory, memory]);
    const merged = mergeSnapshots([twice, readSnapshot([memory])]);
    expect(merged.histograms[0]?.[5]).toBe(3 * (2 ** 32 - 1));
  });

  test('leaves the parts alone', () => {
    const memory = emptyMemory();
    memory.counters[0] = 1;
    const part = readSnapshot([memory]);
    mergeSnapshots([part, part]);
    expect(part.counters[0]).toBe(1);
  });

  test('refuses parts of other fleets', () => {
    expect(() => mergeSnapshots([emptySnapshot(1), emptySnapshot(2)])).toThrow('different fleets');
  });
});

/** A run in which every number of each kind differs. */
function runMemory(): ShardMemory {
  const memory = emptyMemory();
  addCalls(memory, STAGE_OTHER, 'BootNotification', {
    sent: 11,
    answered: 8,
    timedOut: 1,
    lost: 2,
  });
  addCalls(memory, STAGE_STEADY, 'Heartbeat', {
    sent: 107,
    answered: 100,
    inFlight: 7,
    refused: 3,
  });
  addCalls(memory, STAGE_STEADY, 'MeterValues', { sent: 23, answered: 20, callError: 3 });
  put(memory, stageHistogram(STAGE_STEADY, 'lateness'), 5, 4);
  put(memory, stageHistogram(STAGE_OTHER, 'lateness'), 9, 2);
  put(memory, runHistogram('upgrade'), 300, 6);
  memory.counters[RunCounterOffset.booted] = 8;
  put(memory, runHistogram('bootedAfter'), 2_000_000, 8);
  memory.counters[RunCounterOffset.connectsAttempted] = 13;
  memory.counters[RunCounterOffset.connectsUpgraded] = 8;
  memory.counters[RunCounterOffset.connectsAbandoned] = 1;
  memory.counters[FailureOffset.http401] = 3;
  memory.counters[FailureOffset.other] = 1;
  memory.counters[DisconnectOffset.reset] = 2;
  return memory;
}

describe('questions', () => {
  const snapshot = readSnapshot([runMemory(), runMemory()]);

  test('counts by action and by scope', () => {
    const heartbeat = ActionIndexOf.Heartbeat;
    expect(callCounts(snapshot, 'whole')).toEqual({
      ...{ sent: 282, answered: 256, callError: 6, timedOut: 2, lost: 4, inFlight: 14 },
      ...{ unsent: 0, dropped: 0, refused: 6, invalidReply: 0, unknown: 0 },
    });
    expect(callCounts(snapshot, 'steady')).toMatchObject({ sent: 260, answered: 240, lost: 0 });
    expect(callCounts(snapshot, 'whole', heartbeat)).toMatchObject({ sent: 214, inFlight: 14 });
    expect(callCounts(snapshot, 'steady', ActionIndexOf.BootNotification).sent).toBe(0);
    expect(runCounter(snapshot, 'booted')).toBe(16);
  });

  test('latencies by action and by scope', () => {
    expect(callLatency(snapshot, 'service', 'whole').totalCount).toBe(256);
    expect(callLatency(snapshot, 'response', 'whole').totalCount).toBe(262);
    expect(callLatency(snapshot, 'response', 'steady').totalCount).toBe(240);
    const boot = callLatency(snapshot, 'response', 'whole', ActionIndexOf.BootNotification);
    expect(boot.totalCount).toBe(22);
    expect(boot.getValueAtPercentile(50)).toBe(1500);
    expect(boot.getValueAtPercentile(100) / 30e6).toBeCloseTo(1, 2);
    expect(stageLatency(snapshot, 'lateness', 'steady').totalCount).toBe(8);
    expect(stageLatency(snapshot, 'lateness', 'whole').totalCount).toBe(12);
    expect(runLatency(snapshot, 'upgrade').totalCount).toBe(12);
    expect(runLatency(snapshot, 'tls').totalCount).toBe(0);
  });

  test('commands one by one, and together', () => {
    const memory = emptyMemory();
    addCommands(memory, CommandIndexOf.Reset, { received: 3, answered: 2, dropped: 1 });
    addCommands(memory, OTHER_COMMAND, { received: 1, errored: 1 });
    put(memory, effectHistogram('Reset'), 5000, 2);
    const seen = readSnapshot([memory, memory]);
    expect(commandCounts(seen, CommandIndexOf.Reset)).toEqual({
      ...{ received: 6, answered: 4, errored: 0, dropped: 2, unanswered: 0 },
      ...{ unknown: 0, refused: 0 },
    });
    expect(commandCounts(seen, OTHER_COMMAND)).toMatchObject({ received: 2, errored: 2 });
    expect(commandCounts(seen)).toMatchObject({ received: 8, answered: 4, errored: 2 });
    expect(effectLatency(seen, 'Reset').totalCount).toBe(4);
    expect(effectLatency(seen, 'UpdateFirmware').totalCount).toBe(0);
  });

  test('reasons that did not occur are not named', () => {
    expect(connectFailures(snapshot)).toEqual({ http401: 6, other: 2 });
    expect(disconnects(snapshot)).toEqual({ reset: 4 });
  });
});

describe('fates', () => {
  const spoilt = (spoil: (memory: ShardMemory) => void) => {
    const memory = runMemory();
    spoil(memory);
    return checkFates(readSnapshot([runMemory(), memory]));
  };
  const service = callHistogram(STAGE_STEADY, ActionIndexOf.Heartbeat, 'service');
  const response = callHistogram(STAGE_OTHER, ActionIndexOf.BootNotification, 'response');

  test('that add up are no news', () => {
    expect(checkFates(readSnapshot([]))).toEqual([]);
    expect(spoilt(() => {})).toEqual([]);
  });

  test('a CALL with none', () => {
    const lose = (memory: ShardMemory) => addCounts(memory, STAGE_STEADY, 'Heartbeat', { sent: 2 });
    expect(spoilt(lose)).toEqual(['2 CALLs without a fate']);
  });

  test('a CALL with two', () => {
    const twice = spoilt((memory) =>
      addCounts(memory, STAGE_STEADY, 'MeterValues', { inFlight: 1 }),
    );
    expect(twice).toEqual(['MeterValues (steady): 47 fates for 46 sent']);
  });

  test('one too many of one action does not hide one too few of another', () => {
    const both = spoilt((memory) => {
      addCounts(memory, STAGE_STEADY, 'MeterValues', { callError: 1 });
      addCounts(memory, STAGE_OTHER, 'Heartbeat', { sent: 1 });
    });
    expect(both).toEqual(['MeterValues (steady): 47 fates for 46 sent', '1 CALLs without a fate']);
  });

  test('a charger without its first moments', () => {
    const booted = (memory: ShardMemory) => memory.counters[RunCounterOffset.booted]++;
    expect(spoilt(booted)).toEqual(['17 chargers booted: 16 first moments']);
    const connected = (memory: ShardMemory) => put(memory, runHistogram('connectedAfter'), 7);
    expect(spoilt(connected)).toEqual(['0 chargers connected: 1 first moments']);
  });

  test('a connect that neither succeeded nor failed', () => {
    const lose = (memory: ShardMemory) => {
      memory.counters[RunCounterOffset.connectsAttempted] += 2;
    };
    expect(spoilt(lose)).toEqual(['28 connects: 16 upgraded, 8 failed, 2 abandoned']);
  });

  test('an answer without its service time, and the reverse', () => {
    const missing = spoilt((memory) => {
      addCounts(memory, STAGE_OTHER, 'StopTransaction', { sent: 1, answered: 1 });
      put(memory, callHistogram(STAGE_OTHER, ActionIndexOf.StopTransaction, 'response'), 5);
    });
    expect(missing).toEqual(['StopTransaction (other stages): 0 service times for 1 answered']);
    const extra = spoilt((memory) => put(memory, service, 5));
    expect(extra).toEqual(['Heartbeat (steady): 201 service times for 200 answered']);
  });

  test('an end without its response time, and the reverse', () => {
    const ends = 'CALLs answered, timed out or lost';
    const lost = { sent: 1, lost: 1 };
    expect(spoilt((memory) => addCounts(memory, STAGE_OTHER, 'Authorize', lost))).toEqual([
      `all actions (other stages): 22 response times for 23 ${ends}`,
    ]);
    expect(spoilt((memory) => put(memory, response, 5))).toEqual([
      `all actions (other stages): 23 response times for 22 ${ends}`,
    ]);
  });

  test('a response time may be among those of CALLs that waited for a connection', () => {
    const offline = spoilt((memory) => {
      addCounts(memory, STAGE_STEADY, 'StopTransaction', { sent: 2, timedOut: 1, lost: 1 });
      put(memory, stageHistogram(STAGE_STEADY, 'offline'), 9e6, 2);
    });
    expect(offline).toEqual([]);
    const wrongStage = spoilt((memory) => {
      addCounts(memory, STAGE_STEADY, 'StopTransaction', { sent: 1, lost: 1 });
      put(memory, stageHistogram(STAGE_OTHER, 'offline'), 9e6);
    });
    expect(wrongStage).toHaveLength(2);
  });

  const counted = (counts: Partial<Record<RunCounter, number>>) =>
    spoilt((memory) => {
      for (const [name, n] of Object.entries(counts)) {
        memory.counters[RunCounterOffset[name as RunCounter]] += n;
      }
    });

  test('a transaction-related message without an end', () => {
    const ends = { ledgerAcknowledged: 4, ledgerDiscarded: 2, ledgerOverflowed: 1 };
    expect(counted({ ledgerMessages: 10, ...ends, ledgerQueued: 3 })).toEqual([]);
    expect(counted({ ledgerMessages: 10, ...ends, ledgerQueued: 2 })).toEqual([
      '10 transaction-related messages: 7 ended, 2 pending',
    ]);
  });

  test('a transaction that is counted twice', () => {
    const ends = { transactionsComplete: 4, transactionsIncomplete: 2, transactionsRefused: 1 };
    expect(counted({ transactionsBegun: 8, ...ends, transactionsOpen: 1 })).toEqual([]);
    expect(counted({ transactionsBegun: 6, ...ends })).toEqual([
      '6 transactions begun: 7 counted, 0 open',
    ]);
  });

  test('an upload without an end', () => {
    expect(counted({ uploads: 3, uploadsDone: 2, uploadsFailed: 1 })).toEqual([]);
    expect(counted({ uploads: 3, uploadsDone: 2 })).toEqual(['3 uploads: 2 done, 0 failed']);
  });

  test('a command without a fate', () => {
    const commands = (counts: Partial<Record<CommandCounter, number>>) =>
      spoilt((memory) => addCommands(memory, CommandIndexOf.Reset, counts));
    const fates = { answered: 3, errored: 1, dropped: 2, unanswered: 1, refused: 2 };
    expect(commands({ received: 7, ...fates })).toEqual([]);
    expect(commands({ received: 8, ...fates })).toEqual([
      'Reset: 8 received, 3 answered, 1 errored, 2 dropped, 1 unanswered',
    ]);
    const other = spoilt((memory) => addCommands(memory, OTHER_COMMAND, { errored: 1 }));
    expect(other.join()).toContain('other commands: 0 received');
  });
});
