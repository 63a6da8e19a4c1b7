/** The queue of a charger: rows of the shard's pool (`message-queue.ts`), in their order. */
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import { grow } from './message-queue.ts';
import type { Shard } from './shard.ts';
import { More } from './state.ts';

/** Appends a row to the queue of charger `c`; the caller fills in what it is about. */
export function append(shard: Shard, c: number, kind: number, dueNs: number): number {
  const { queue, state, memory } = shard;
  if (queue.free < 0) grow(queue);
  const row = queue.free;
  queue.free = queue.next[row];
  queue.next[row] = -1;
  queue.kind[row] = kind;
  queue.attempts[row] = 0;
  queue.failures[row] = 0;
  queue.flags[row] = 0;
  queue.dueNs[row] = dueNs;
  if (state.queueHead[c] < 0) state.queueHead[c] = row;
  else queue.next[state.queueTail[c]] = row;
  state.queueTail[c] = row;
  state.queueLength[c]++;
  state.more[c] |= More.queue;
  count(memory, RunCounterOffset.ledgerQueued);
  return row;
}

/** Takes `row` out of the queue of charger `c`; `before` is the row ahead of it, -1 at the head. */
export function remove(shard: Shard, c: number, row: number, before: number): void {
  const { queue, state, memory } = shard;
  const after = queue.next[row];
  if (before < 0) state.queueHead[c] = after;
  else queue.next[before] = after;
  if (state.queueTail[c] === row) state.queueTail[c] = before;
  queue.transaction[row] = null;
  queue.next[row] = queue.free;
  queue.free = row;
  if (--state.queueLength[c] === 0) state.more[c] &= ~More.queue;
  count(memory, RunCounterOffset.ledgerQueued, -1);
}
