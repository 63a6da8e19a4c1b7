import { describe, expect, test } from 'vitest';
import { ACTION_COUNT } from '../../src/ocpp/actions.ts';
import { COMMAND_COUNT, EFFECTS } from '../../src/ocpp/commands.ts';
import { HDR_SLOTS } from '../../src/snapshot/hdr.ts';
import {
  addToSlot,
  CALL_COUNTERS,
  CALL_LATENCIES,
  CallCounterIndex,
  COMMAND_COUNTERS,
  CONNECT_FAILURES,
  CommandCounterIndex,
  callCounterBase,
  callHistogram,
  callOfHistogram,
  commandCounterBase,
  counterSlots,
  DISCONNECTS,
  DisconnectOffset,
  effectHistogram,
  FailureOffset,
  fleetCounterShift,
  fleetHistogramShift,
  histogramCount,
  RUN_COUNTERS,
  RUN_LATENCIES,
  RunCounterOffset,
  runHistogram,
  SLOT_BLOCK,
  SLOT_BLOCKS,
  STAGE_CLASSES,
  STAGE_LATENCIES,
  shardMemory,
  shardMemoryBytes,
  stageHistogram,
} from '../../src/snapshot/layout.ts';

const stages = Array.from({ length: STAGE_CLASSES }, (_, stage) => stage);
const actions = Array.from({ length: ACTION_COUNT }, (_, action) => action);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const sorted = (numbers: number[]) => numbers.sort((a, b) => a - b);

describe.each([1, 3])(
  'of %i fleets every number has one place, and none is left over',
  (fleets) => {
    test('counters', () => {
      const calls = stages.flatMap((stage) =>
        actions.flatMap((action) =>
          upTo(fleets).flatMap((fleet) =>
            CALL_COUNTERS.map(
              (name) => callCounterBase(stage, action, fleet) + CallCounterIndex[name],
            ),
          ),
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
      expect(sorted([...calls, ...others])).toEqual(upTo(counterSlots(fleets)));
    });

    test('histograms', () => {
      const calls = stages.flatMap((stage) =>
        actions.flatMap((action) =>
          upTo(fleets).flatMap((fleet) =>
            CALL_LATENCIES.map((latency) => callHistogram(stage, action, latency, fleet)),
          ),
        ),
      );
      const others = [
        ...stages.flatMap((stage) => STAGE_LATENCIES.map((name) => stageHistogram(stage, name))),
        ...RUN_LATENCIES.map((name) => runHistogram(name)),
        ...EFFECTS.map((name) => effectHistogram(name)),
      ];
      expect(sorted([...calls, ...others])).toEqual(upTo(histogramCount(fleets)));
    });

    test('names', () => {
      const lists = [CALL_COUNTERS, COMMAND_COUNTERS, RUN_COUNTERS, CONNECT_FAILURES, DISCONNECTS];
      for (const names of lists) {
        expect(new Set(names).size).toBe(names.length);
      }
    });
  },
);

test('a histogram of CALLs knows its action and latency, any other that it is none', () => {
  const known = new Map<number, object>();
  for (const stage of stages) {
    for (const action of actions) {
      for (const fleet of upTo(3)) {
        for (const latency of CALL_LATENCIES) {
          known.set(callHistogram(stage, action, latency, fleet), { action, latency });
        }
      }
    }
  }
  for (const histogram of upTo(histogramCount(3))) {
    expect(callOfHistogram(histogram)).toEqual(known.get(histogram) ?? null);
  }
});

test('the shift of a fleet is where its counters and histograms lie', () => {
  for (const fleet of upTo(4)) {
    expect(callCounterBase(1, 3, fleet)).toBe(callCounterBase(1, 3) + fleetCounterShift(fleet));
    const histogram = callHistogram(1, 3, 'response', fleet);
    expect(histogram).toBe(callHistogram(1, 3, 'response') + fleetHistogramShift(fleet));
  }
});

test('a buffer knows for how many fleets it is', () => {
  for (const fleets of [1, 2, 7]) {
    const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(fleets)));
    expect(memory.fleetCount).toBe(fleets);
    expect(memory.counters).toHaveLength(counterSlots(fleets));
  }
  expect(() => shardMemory(new ArrayBuffer(1000))).toThrow('1000 bytes');
});

test('both sides of a shared buffer see the same numbers', () => {
  const buffer = new SharedArrayBuffer(shardMemoryBytes(1));
  const [shard, main] = [shardMemory(buffer), shardMemory(buffer)];
  expect(shard.counters).toHaveLength(counterSlots(1));
  expect(shard.slots).toHaveLength(histogramCount(1) * HDR_SLOTS);
  shard.counters.fill(7);
  expect(main.slots.every((slot) => slot === 0)).toBe(true);
  shard.slots.fill(9);
  expect(main.counters.every((counter) => counter === 7)).toBe(true);
  expect(main.touched.every((mark) => mark === 0)).toBe(true);
  shard.touched.fill(1);
  expect(main.slots.at(-1)).toBe(9);
});

test('a slot that is added to leaves a mark on its block, and on no other', () => {
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(1)));
  const last = histogramCount(1) * HDR_SLOTS - 1;
  for (const place of [0, SLOT_BLOCK - 1, 5 * HDR_SLOTS + SLOT_BLOCK, last]) {
    addToSlot(memory, place, 3);
    expect(memory.slots[place]).toBe(3);
  }
  const marks = [...memory.touched.entries()].filter(([, mark]) => mark === 1);
  const blocks = marks.map(([block]) => block);
  expect(blocks).toEqual([0, 5 * SLOT_BLOCKS + 1, memory.touched.length - 1]);
});
