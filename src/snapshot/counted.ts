/**
 * What a shard has counted since it last told, taken out of its memory. A shard that shares no
 * memory with the main thread tells so from its own thread, between two events: its sums hold at
 * every moment at which it told them.
 */
import { addToSlot, type ShardMemory, SLOT_BLOCK } from './layout.ts';

/** Places and amounts in the layout of `layout.ts`; plain data that any channel can carry. */
export interface Counted {
  readonly counterPlaces: Uint32Array;
  /** Gauges may have fallen. */
  readonly counterChanges: Float64Array;
  /** Among the slots of all histograms. */
  readonly slotPlaces: Uint32Array;
  readonly slotCounts: Uint32Array;
}

/** Leaves the memory empty. null: nothing was counted. */
export function takeCounted({ counters, slots, touched }: ShardMemory): Counted | null {
  const places: number[] = [];
  const changes: number[] = [];
  for (let i = 0; i < counters.length; i++) {
    if (counters[i] === 0) continue;
    places.push(i);
    changes.push(counters[i]);
    counters[i] = 0;
  }
  const slotPlaces: number[] = [];
  const slotCounts: number[] = [];
  for (let block = touched.indexOf(1); block >= 0; block = touched.indexOf(1, block + 1)) {
    touched[block] = 0;
    const end = (block + 1) * SLOT_BLOCK;
    for (let i = block * SLOT_BLOCK; i < end; i++) {
      if (slots[i] === 0) continue;
      slotPlaces.push(i);
      slotCounts.push(slots[i]);
      slots[i] = 0;
    }
  }
  if (places.length + slotPlaces.length === 0) return null;
  return {
    counterPlaces: Uint32Array.from(places),
    counterChanges: Float64Array.from(changes),
    slotPlaces: Uint32Array.from(slotPlaces),
    slotCounts: Uint32Array.from(slotCounts),
  };
}

export function addCounted(memory: ShardMemory, counted: Counted): void {
  addCounters(memory.counters, counted);
  const { slotPlaces, slotCounts } = counted;
  for (let i = 0; i < slotPlaces.length; i++) addToSlot(memory, slotPlaces[i], slotCounts[i]);
}

/** The counters alone. */
export function addCounters(
  counters: Float64Array,
  { counterPlaces, counterChanges }: Pick<Counted, 'counterPlaces' | 'counterChanges'>,
): void {
  for (let i = 0; i < counterPlaces.length; i++) counters[counterPlaces[i]] += counterChanges[i];
}
