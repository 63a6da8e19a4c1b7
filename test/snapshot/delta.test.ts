import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import {
  addDelta,
  type Delta,
  deltaReader,
  differenceOf,
  subtractDelta,
  sumOf,
} from '../../src/snapshot/delta.ts';
import { HDR_SLOTS } from '../../src/snapshot/hdr.ts';
import {
  addToSlot,
  callHistogram,
  histogramCount,
  RunCounterOffset,
  runHistogram,
  type ShardMemory,
  STAGE_STEADY,
  shardMemory,
  shardMemoryBytes,
} from '../../src/snapshot/layout.ts';
import { emptySnapshot, readSnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';
import { addCalls, emptyMemory, put } from './memories.ts';

const FLEETS = 2;
const memoryOf = () => shardMemory(new ArrayBuffer(shardMemoryBytes(FLEETS)));

/** What a shard may do in a second: count somewhere, and record somewhere. */
const second = fc.array(
  fc.record({
    shard: fc.nat(1),
    counter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    by: fc.integer({ min: -3, max: 1000 }),
    slot: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  { maxLength: 6 },
);

function play(
  memories: readonly ShardMemory[],
  events: typeof second extends fc.Arbitrary<infer T> ? T : never,
) {
  for (const { shard, counter, by, slot } of events) {
    const { counters, slots } = memories[shard];
    counters[Math.floor(counter * counters.length)] += by;
    addToSlot(memories[shard], Math.floor(slot * slots.length));
  }
}

/** `[place, n]` of every number that is not 0. */
function plain({ counters, histograms }: Snapshot): number[][] {
  const found: number[][] = [];
  const add = (place: number, numbers: Float64Array) => {
    for (let i = 0; i < numbers.length; i++)
      if (numbers[i] !== 0) found.push([place, i, numbers[i]]);
  };
  add(-1, counters);
  for (const [h, counts] of histograms.entries()) if (counts !== null) add(h, counts);
  return found;
}

describe('a reader', () => {
  test('whatever is counted: the sum of its deltas is the snapshot, in any order', () => {
    fc.assert(
      fc.property(fc.array(second, { minLength: 1, maxLength: 4 }), (seconds) => {
        const memories = [memoryOf(), memoryOf()];
        const reader = deltaReader(memories);
        const deltas = seconds.map((events) => {
          play(memories, events);
          return reader.read();
        });
        deltas.push(reader.read(true));
        const snapshot = plain(readSnapshot(memories));
        expect(plain(reader.total)).toEqual(snapshot);
        expect(plain(sumOf(deltas, FLEETS))).toEqual(snapshot);
        expect(plain(sumOf(deltas.reverse(), FLEETS))).toEqual(snapshot);
      }),
      { numRuns: 6 },
    );
  });

  test('sees a second alone', () => {
    const memory = emptyMemory();
    const reader = deltaReader([memory]);
    addCalls(memory, STAGE_STEADY, 'Heartbeat', { sent: 5, answered: 5 });
    reader.read();
    addCalls(memory, STAGE_STEADY, 'Heartbeat', { sent: 2, answered: 2 });
    const { histograms } = reader.read();
    expect(histograms.map(({ counts }) => [...counts])).toEqual([[2], [2]]);
    expect(reader.read()).toMatchObject({ counterPlaces: new Uint32Array(), histograms: [] });
  });

  test('looks where a mark is, and at the end everywhere', () => {
    const memory = emptyMemory();
    const reader = deltaReader([memory, emptyMemory()]);
    const service = callHistogram(STAGE_STEADY, ActionIndexOf.Heartbeat, 'service');
    memory.slots[service * HDR_SLOTS + 7] = 1;
    put(memory, runHistogram('loopDelay'), 9);
    expect(reader.read().histograms.map(({ histogram }) => histogram)).toEqual([
      runHistogram('loopDelay'),
    ]);
    expect(memory.touched.every((mark) => mark === 0)).toBe(true);
    expect(reader.read(true).histograms).toMatchObject([{ histogram: service }]);
  });

  test('of no shard reads nothing', () => {
    expect(deltaReader([]).read(true).histograms).toEqual([]);
  });
});

describe('a delta', () => {
  const snapshotOf = (answered: number): Snapshot => {
    const memory = emptyMemory();
    addCalls(memory, STAGE_STEADY, 'MeterValues', { sent: answered, answered });
    memory.counters[RunCounterOffset.connected] = 10 - answered;
    return readSnapshot([memory]);
  };

  test('is a difference, and takes one snapshot to the other', () => {
    const [earlier, later] = [snapshotOf(3), snapshotOf(8)];
    const delta = differenceOf(later, earlier);
    addDelta(earlier, delta);
    expect(plain(earlier)).toEqual(plain(later));
    subtractDelta(earlier, delta);
    expect(plain(earlier)).toEqual(plain(snapshotOf(3)));
    expect(differenceOf(later, later)).toMatchObject({ histograms: [] });
  });

  test('of a gauge may be below 0', () => {
    const { counterPlaces, counterChanges } = differenceOf(snapshotOf(8), snapshotOf(3));
    const place = counterPlaces.indexOf(RunCounterOffset.connected);
    expect(counterChanges[place]).toBe(-5);
  });

  test('of other fleets, or one that was never added, is refused', () => {
    const delta: Delta = differenceOf(snapshotOf(1), emptySnapshot(1));
    expect(() => addDelta(emptySnapshot(2), delta)).toThrow('other fleets');
    expect(() => differenceOf(emptySnapshot(2), emptySnapshot(1))).toThrow('different fleets');
    expect(() => subtractDelta(emptySnapshot(1), delta)).toThrow('never added');
  });
});

test('the slots of a histogram are those of the layout', () => {
  const memory = emptyMemory();
  memory.slots[(histogramCount(1) - 1) * HDR_SLOTS + 4] = 1;
  const [{ histogram, slots }] = deltaReader([memory]).read(true).histograms;
  expect([histogram, [...slots]]).toEqual([histogramCount(1) - 1, [4]]);
});
