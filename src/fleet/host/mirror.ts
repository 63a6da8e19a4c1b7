import { pushSpread } from '../../engine/charger/command/push.ts';
import type { Told } from '../../engine/shard/teller.ts';
import { addCounted, addCounters } from '../../snapshot/counted.ts';
import {
  counterSlots,
  type ShardMemory,
  shardMemory,
  shardMemoryBytes,
} from '../../snapshot/layout.ts';
import { closeUnknown } from '../../snapshot/unknown.ts';

/** What shards of other processes have counted, as if they shared their memory with this one. */
export interface Mirror {
  readonly memory: ShardMemory;
  add(worker: number, told: Told): void;
  /** Its shard is no more: what it had not ended is unknown. A second call does nothing. */
  lose(worker: number): void;
  /** Pushes of charging profiles that arrived before `beforeNs` were told by all. */
  settle(beforeNs: number): void;
}

/** One memory for all shards: only their counters are kept apart, for those that will be lost. */
export function mirrorOf(fleetCount: number, workers: number): Mirror {
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(fleetCount)));
  const counters: (Float64Array | null)[] = Array.from(
    { length: workers },
    () => new Float64Array(counterSlots(fleetCount)),
  );
  const spread = pushSpread(memory);
  let pushes: number[] = [];
  return {
    memory,
    add(worker, told) {
      const own = counters[worker];
      if (own === null) return;
      if (told.counted !== null) {
        addCounted(memory, told.counted);
        addCounters(own, told.counted);
      }
      for (const arrivedNs of told.pushes) pushes.push(arrivedNs);
    },
    lose(worker) {
      const own = counters[worker];
      if (own !== null) closeUnknown(own, fleetCount, memory.counters);
      counters[worker] = null;
    },
    settle(beforeNs) {
      if (pushes.length === 0) return;
      // In the order in which they arrived anywhere: the first of a push is the first of all.
      pushes.sort((a, b) => a - b);
      let settled = 0;
      while (settled < pushes.length && pushes[settled] < beforeNs) spread(pushes[settled++]);
      pushes = pushes.slice(settled);
    },
  };
}
