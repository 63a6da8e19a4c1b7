import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCounted, addCounters, type Counted, takeCounted } from '../../src/snapshot/counted.ts';
import { addDelta, deltaReader } from '../../src/snapshot/delta.ts';
import { addToSlot, type ShardMemory } from '../../src/snapshot/layout.ts';
import { emptySnapshot, readSnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';
import { emptyMemory } from './memories.ts';

const { counters, slots } = emptyMemory();
const place = (length: number) => fc.nat(length - 1);
/** What a shard counts between two looks: changes of counters, and of slots. */
const counting = fc.record({
  changes: fc.array(fc.tuple(place(counters.length), fc.integer({ min: -5, max: 1e6 }))),
  grown: fc.array(fc.tuple(place(slots.length), fc.integer({ min: 1, max: 1e4 }))),
});
type Counting = typeof counting extends fc.Arbitrary<infer T> ? T : never;

function count(memory: ShardMemory, { changes, grown }: Counting): void {
  for (const [at, by] of changes) memory.counters[at] += by;
  for (const [at, by] of grown) addToSlot(memory, at, by);
}

/** As a channel between processes carries it. */
const carried = (counted: Counted): Counted => deserialize(serialize(counted));

const bytes = (array: Float64Array | Uint32Array | Uint8Array | null) =>
  array && Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** To the bit: comparing millions of numbers one by one would take minutes. */
function expectSame(a: Snapshot, b: Snapshot): void {
  expect(bytes(a.counters)?.equals(bytes(b.counters) as Buffer)).toBe(true);
  for (const [h, slots] of a.histograms.entries()) {
    const there = bytes(b.histograms[h]);
    const same = slots === null || there === null ? slots === there : bytes(slots)?.equals(there);
    expect(same).toBe(true);
  }
}

test('what two shards tell in parts adds up to what they would have counted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), counting), { maxLength: 6 }), (steps) => {
      const mirror = emptyMemory();
      const kept = emptyMemory();
      const shards = [emptyMemory(), emptyMemory()];
      const own = shards.map(() => new Float64Array(counters.length));
      const reader = deltaReader([mirror]);
      const sum = emptySnapshot(1);
      for (const [first, step] of steps) {
        const which = first ? 0 : 1;
        count(shards[which], step);
        count(kept, step);
        const counted = takeCounted(shards[which]);
        if (counted !== null) addCounted(mirror, carried(counted));
        if (counted !== null) addCounters(own[which], counted);
        addDelta(sum, reader.read());
      }
      const all = readSnapshot([kept]);
      expectSame(readSnapshot([mirror]), all);
      expectSame(sum, all);
      expect(own[0].map((n, i) => n + own[1][i])).toEqual(kept.counters);
      for (const shard of shards) expect(takeCounted(shard)).toBe(null);
    }),
    { numRuns: 20 },
  );
});

test('nothing counted is nothing to tell', () => {
  expect(takeCounted(emptyMemory())).toBe(null);
});
