/** Counts and times into the memory that a shard shares: nanoseconds each, no message sent. */
import { addToSlot, RunCounterOffset, type ShardMemory } from '../../snapshot/layout.ts';
import { HDR_SLOTS, HIGHEST_US, hdrIndex } from '../../snapshot/slots.ts';

/** Adds `by` to counter `offset` (see `snapshot/layout.ts`). */
export function count(memory: ShardMemory, offset: number, by = 1): void {
  memory.counters[offset] += by;
}

/** Counts a latency in histogram number `histogram`; out of range is clamped, and counted so. */
export function record(memory: ShardMemory, histogram: number, latencyNs: number): void {
  let us = latencyNs / 1000;
  if (!(us >= 0 && us <= HIGHEST_US)) {
    memory.counters[RunCounterOffset.clamped]++;
    us = us > HIGHEST_US ? HIGHEST_US : 0;
  }
  addToSlot(memory, histogram * HDR_SLOTS + hdrIndex(us));
}
