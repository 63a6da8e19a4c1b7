import { expect, test } from 'vitest';
import { CommandIndexOf } from '../../src/ocpp/commands.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import {
  type RunCounter,
  RunCounterOffset,
  type ShardMemory,
  STAGE_OTHER,
  STAGE_STEADY,
} from '../../src/snapshot/layout.ts';
import {
  callCounts,
  commandCounts,
  readSnapshot,
  runCounter,
} from '../../src/snapshot/snapshot.ts';
import { closeUnknown } from '../../src/snapshot/unknown.ts';
import { addCalls, addCommands, emptyMemory } from './memories.ts';

function count(memory: ShardMemory, counts: Partial<Record<RunCounter, number>>) {
  for (const [name, n] of Object.entries(counts)) {
    memory.counters[RunCounterOffset[name as RunCounter]] += n;
  }
}

/** In the middle of everything. */
function dying(): ShardMemory {
  const memory = emptyMemory();
  addCalls(memory, STAGE_STEADY, 'Heartbeat', { sent: 10, answered: 6, lost: 1 });
  addCalls(memory, STAGE_OTHER, 'BootNotification', { sent: 4, answered: 4 });
  addCommands(memory, CommandIndexOf.Reset, { received: 3, answered: 1 });
  count(memory, { connectsAttempted: 9, connectsUpgraded: 5, connected: 4, charging: 2 });
  count(memory, { ledgerMessages: 12, ledgerAcknowledged: 7, ledgerQueued: 5 });
  count(memory, { transactionsBegun: 3, transactionsComplete: 1, transactionsOpen: 2 });
  count(memory, { uploads: 2, uploadsDone: 1 });
  return memory;
}

const owed = (memories: readonly ShardMemory[]) => {
  const snapshot = readSnapshot(memories);
  expect(checkFates(snapshot)).toEqual([]);
  const run = (name: RunCounter) => runCounter(snapshot, name);
  expect(callCounts(snapshot, 'steady')).toMatchObject({ sent: 10, unknown: 3 });
  expect(callCounts(snapshot, 'whole').unknown).toBe(3);
  expect(commandCounts(snapshot)).toMatchObject({ received: 3, answered: 1, unknown: 2 });
  expect(run('connectsUnknown')).toBe(4);
  expect(run('ledgerUnknown')).toBe(5);
  expect(run('transactionsUnknown')).toBe(2);
  expect(run('uploadsUnknown')).toBe(1);
  for (const gauge of ['connected', 'charging', 'ledgerQueued', 'transactionsOpen'] as const) {
    expect(run(gauge)).toBe(0);
  }
};

test('what a dead shard had not ended is unknown, and it is connected no more', () => {
  const memory = dying();
  closeUnknown(memory.counters, 1);
  owed([memory]);
});

test('a part of a larger whole is closed there', () => {
  const [part, rest] = [dying(), emptyMemory()];
  closeUnknown(part.counters, 1, rest.counters);
  expect(part.counters).toEqual(dying().counters);
  owed([part, rest]);
});

test('a second time there is nothing left to close', () => {
  const memory = dying();
  closeUnknown(memory.counters, 1);
  const once = memory.counters.slice();
  closeUnknown(memory.counters, 1);
  expect(memory.counters).toEqual(once);
});
