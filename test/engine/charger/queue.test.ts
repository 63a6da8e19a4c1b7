import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Kind } from '../../../src/engine/charger/message-queue.ts';
import { append, remove } from '../../../src/engine/charger/queue.ts';
import type { Shard } from '../../../src/engine/charger/shard.ts';
import { More } from '../../../src/engine/charger/state.ts';
import { RunCounterOffset } from '../../../src/snapshot/layout.ts';
import { shardOf } from './fixture.ts';

const CHARGERS = 5;

/** An entry as the model knows it. */
interface Entry {
  readonly row: number;
  readonly kind: number;
  readonly dueNs: number;
}
type Step =
  | { readonly do: 'append'; readonly c: number; readonly n: number; readonly kind: number }
  | { readonly do: 'remove'; readonly c: number; readonly at: number };

const c = fc.nat(CHARGERS - 1);
const kind = fc.constantFrom(Kind.start, Kind.sample, Kind.clock, Kind.stop);
// Now and then so many that the pool grows, more than once.
const n = fc.oneof({ weight: 9, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(300) });
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('append' as const), c, n, kind }),
    fc.record({ do: fc.constant('remove' as const), c, at: fc.nat(20) }),
  ),
  { maxLength: 80 },
);

function rowsOf({ queue, state }: Shard, charger: number): number[] {
  const rows: number[] = [];
  for (let row = state.queueHead[charger]; row >= 0; row = queue.next[row]) rows.push(row);
  return rows;
}

function apply(shard: Shard, model: Entry[][], step: Step, index: number): void {
  const entries = model[step.c];
  if (step.do === 'append') {
    for (let each = 0; each < step.n; each++) {
      const dueNs = index * 1000 + each;
      const row = append(shard, step.c, step.kind, dueNs);
      // What the entry before left behind must not show.
      expect(shard.queue.attempts[row] + shard.queue.failures[row] + shard.queue.flags[row]).toBe(
        0,
      );
      expect(shard.queue.transaction[row]).toBe(null);
      shard.queue.attempts[row] = 7;
      shard.queue.failures[row] = 8;
      shard.queue.flags[row] = 4;
      entries.push({ row, kind: step.kind, dueNs });
    }
  } else if (entries.length > 0) {
    const at = step.at % entries.length;
    remove(shard, step.c, entries[at].row, at === 0 ? -1 : entries[at - 1].row);
    entries.splice(at, 1);
  }
}

function expectSame(shard: Shard, model: readonly Entry[][]): void {
  const { queue, state, memory } = shard;
  model.forEach((entries, charger) => {
    const rows = rowsOf(shard, charger);
    expect(rows).toEqual(entries.map(({ row }) => row));
    expect(rows.map((row) => queue.kind[row])).toEqual(entries.map((entry) => entry.kind));
    expect(rows.map((row) => queue.dueNs[row])).toEqual(entries.map(({ dueNs }) => dueNs));
    expect(state.queueTail[charger]).toBe(entries.at(-1)?.row ?? -1);
    expect(state.queueLength[charger]).toBe(entries.length);
    expect((state.more[charger] & More.queue) !== 0).toBe(entries.length > 0);
  });
  const queued = model.reduce((sum, entries) => sum + entries.length, 0);
  expect(memory.counters[RunCounterOffset.ledgerQueued]).toBe(queued);
  expect(freeRows(shard) + queued).toBe(queue.next.length);
}

function freeRows({ queue }: Shard): number {
  let rows = 0;
  for (let row = queue.free; row >= 0; row = queue.next[row]) rows++;
  return rows;
}

test('any appending and removing of several chargers, against arrays', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const shard = shardOf('as-logged', { chargers: CHARGERS });
      const model: Entry[][] = Array.from({ length: CHARGERS }, () => []);
      all.forEach((step, index) => {
        apply(shard, model, step, index);
        expectSame(shard, model);
      });
    }),
    { numRuns: 60 },
  );
});

test('growing moves no entry, and what is free again is used again', () => {
  const shard = shardOf('as-logged', { chargers: CHARGERS });
  const rows: number[] = [];
  for (let i = 0; i < 1000; i++) rows.push(append(shard, i % CHARGERS, Kind.sample, i));
  expect(new Set(rows).size).toBe(1000);
  for (const [i, row] of rows.entries()) expect(shard.queue.dueNs[row]).toBe(i);
  const capacity = shard.queue.next.length;
  for (let charger = 0; charger < CHARGERS; charger++) {
    while (shard.state.queueLength[charger] > 0) {
      remove(shard, charger, shard.state.queueHead[charger], -1);
    }
  }
  for (let i = 0; i < capacity; i++) append(shard, 0, Kind.sample, i);
  expect(shard.queue.next.length).toBe(capacity);
  expect(shard.queue.transaction.length).toBe(capacity);
});

test('an entry takes at most 64 bytes', () => {
  const shard = shardOf();
  append(shard, 0, Kind.start, 0);
  const { free, transaction, ...columns } = shard.queue;
  const sizes = Object.values(columns).map((column) => column.BYTES_PER_ELEMENT);
  expect(sizes).toHaveLength(11);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  // And a pointer to its transaction.
  expect(bytes + 8).toBeLessThanOrEqual(64);
});
