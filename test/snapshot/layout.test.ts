import { describe, expect, test } from 'vitest';
import { ACTION_COUNT } from '../../src/ocpp/actions.ts';
import { COMMAND_COUNT, EFFECTS } from '../../src/ocpp/commands.ts';
import { HDR_SLOTS } from '../../src/snapshot/hdr.ts';
import {
  CALL_COUNTERS,
  CALL_LATENCIES,
  CallCounterIndex,
  COMMAND_COUNTERS,
  CONNECT_FAILURES,
  COUNTER_SLOTS,
  CommandCounterIndex,
  callCounterBase,
  callHistogram,
  commandCounterBase,
  DISCONNECTS,
  DisconnectOffset,
  effectHistogram,
  FailureOffset,
  HISTOGRAM_COUNT,
  RUN_COUNTERS,
  RUN_LATENCIES,
  RunCounterOffset,
  runHistogram,
  SHARD_MEMORY_BYTES,
  STAGE_CLASSES,
  STAGE_LATENCIES,
  shardMemory,
  stageHistogram,
} from '../../src/snapshot/layout.ts';

const stages = Array.from({ length: STAGE_CLASSES }, (_, stage) => stage);
const actions = Array.from({ length: ACTION_COUNT }, (_, action) => action);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const sorted = (numbers: number[]) => numbers.sort((a, b) => a - b);

describe('every number has one place, and no place is left over', () => {
  test('counters', () => {
    const calls = stages.flatMap((stage) =>
      actions.flatMap((action) =>
        CALL_COUNTERS.map((name) => callCounterBase(stage, action) + CallCounterIndex[name]),
      ),
    );
    const others = [
      ...RUN_COUNTERS.map((name) => RunCounterOffset[name]),
      ...CONNECT_FAILURES.map((name) => FailureOffset[name]),
      ...DISCONNECTS.map((name) => DisconnectOffset[name]),
      ...upTo(COMMAND_COUNT).flatMap((command) =>
        COMMAND_COUNTERS.map((name) => commandCounterBase(command) + CommandCounterIndex[name]),
      ),
    ];
    expect(sorted([...calls, ...others])).toEqual(upTo(COUNTER_SLOTS));
  });

  test('histograms', () => {
    const calls = stages.flatMap((stage) =>
      actions.flatMap((action) =>
        CALL_LATENCIES.map((latency) => callHistogram(stage, action, latency)),
      ),
    );
    const others = [
      ...stages.flatMap((stage) => STAGE_LATENCIES.map((name) => stageHistogram(stage, name))),
      ...RUN_LATENCIES.map((name) => runHistogram(name)),
      ...EFFECTS.map((name) => effectHistogram(name)),
    ];
    expect(sorted([...calls, ...others])).toEqual(upTo(HISTOGRAM_COUNT));
  });

  test('names', () => {
    const lists = [CALL_COUNTERS, COMMAND_COUNTERS, RUN_COUNTERS, CONNECT_FAILURES, DISCONNECTS];
    for (const names of lists) {
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

test('both sides of a shared buffer see the same numbers', () => {
  const buffer = new SharedArrayBuffer(SHARD_MEMORY_BYTES);
  const [shard, main] = [shardMemory(buffer), shardMemory(buffer)];
  expect(shard.counters).toHaveLength(COUNTER_SLOTS);
  expect(shard.slots).toHaveLength(HISTOGRAM_COUNT * HDR_SLOTS);
  shard.counters.fill(7);
  expect(main.slots.every((slot) => slot === 0)).toBe(true);
  shard.slots.fill(9);
  expect(main.counters.every((counter) => counter === 7)).toBe(true);
  expect(main.slots.at(-1)).toBe(9);
});
