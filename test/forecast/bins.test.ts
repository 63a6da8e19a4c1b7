import { expect, test } from 'vitest';
import {
  BIN_COLUMNS,
  BIN_WIDTH,
  binCount,
  binReader,
  callsOf,
  columnOf,
} from '../../src/forecast/bins.ts';
import { ACTIONS, ActionIndexOf } from '../../src/ocpp/actions.ts';
import {
  CallCounterIndex,
  callCounterBase,
  RunCounterOffset,
  shardMemory,
  shardMemoryBytes,
} from '../../src/snapshot/layout.ts';

test('names are unique, and the actions come first', () => {
  expect(new Set(BIN_COLUMNS).size).toBe(BIN_WIDTH);
  expect(BIN_COLUMNS.slice(0, ACTIONS.length)).toEqual(ACTIONS);
});

test('a reader adds what is new, of all stages and fleets, to what others have added', () => {
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(2)));
  const rows = new Float64Array(binCount(3));
  const readers = [binReader(memory, rows)];
  const count = (stage: number, fleet: number, n: number) => {
    const base = callCounterBase(stage, ActionIndexOf.Heartbeat, fleet);
    memory.counters[base + CallCounterIndex.sent] += n;
    memory.counters[base + CallCounterIndex.lost] += n;
  };
  count(0, 0, 1);
  count(1, 1, 2);
  memory.counters[RunCounterOffset.connected] += 7;
  readers[0](0);
  count(1, 0, 4);
  memory.counters[RunCounterOffset.connected] -= 2;
  readers[0](1);
  readers[0](2);
  // Another shard's share of the first second.
  count(0, 1, 10);
  readers[0](0);
  const bins = { rows, seconds: 3, rest: null };
  expect(Array.from(columnOf(bins, 'Heartbeat'))).toEqual([13, 4, 0]);
  expect(Array.from(columnOf(bins, 'lost'))).toEqual([13, 4, 0]);
  expect(Array.from(columnOf(bins, 'connected'))).toEqual([7, 5, 5]);
  expect(Array.from(callsOf(bins))).toEqual([13, 4, 0]);
});
