/**
 * What changed between two readings of a run, sparse: a second of a run is small, whatever the run
 * has counted before. The sum of all deltas of a run is its last snapshot, to the bit.
 */
import { assert } from '../base/assert.ts';
import { HDR_SLOTS } from './hdr.ts';
import { type ShardMemory, SLOT_BLOCK, SLOT_BLOCKS } from './layout.ts';
import { emptySnapshot, type Snapshot } from './snapshot.ts';

/** In the layout of `layout.ts`. Gauges (connected, charging, ...) may change by less than 0. */
export interface Delta {
  readonly fleetCount: number;
  /** Places of the counters that changed, rising, and by how much. */
  readonly counterPlaces: Uint32Array;
  readonly counterChanges: Float64Array;
  /** The histograms that grew, by rising number. */
  readonly histograms: readonly HistogramDelta[];
}

export interface HistogramDelta {
  readonly histogram: number;
  /** The slots that grew, rising, and by how much: at least 1. */
  readonly slots: Uint32Array;
  readonly counts: Float64Array;
}

/** `later - earlier`. */
export function differenceOf(later: Snapshot, earlier: Snapshot): Delta {
  assert(later.fleetCount === earlier.fleetCount, 'snapshots of different fleets are compared');
  const histograms = later.histograms.flatMap((slots, h) => {
    const delta = slots === null ? null : growth(h, slots, earlier.histograms[h]);
    return delta === null ? [] : [delta];
  });
  return { ...counterChanges(later.counters, earlier.counters), histograms, ...fleets(later) };
}

const fleets = ({ fleetCount }: Snapshot) => ({ fleetCount });

/** Adds a delta to what was before it, in place. */
export function addDelta(snapshot: Snapshot, delta: Delta): void {
  assert(snapshot.fleetCount === delta.fleetCount, 'a delta of other fleets is added');
  const { counterPlaces, counterChanges: changes } = delta;
  for (let i = 0; i < counterPlaces.length; i++) snapshot.counters[counterPlaces[i]] += changes[i];
  for (const { histogram, slots, counts } of delta.histograms) {
    const into = (snapshot.histograms[histogram] ??= new Float64Array(HDR_SLOTS));
    for (let i = 0; i < slots.length; i++) into[slots[i]] += counts[i];
  }
}

/** Takes a delta out again, in place: for windows that slide. */
export function subtractDelta(snapshot: Snapshot, delta: Delta): void {
  const { counterPlaces, counterChanges: changes } = delta;
  for (let i = 0; i < counterPlaces.length; i++) snapshot.counters[counterPlaces[i]] -= changes[i];
  for (const { histogram, slots, counts } of delta.histograms) {
    const from = snapshot.histograms[histogram];
    assert(from !== null, 'a delta is taken out that was never added');
    for (let i = 0; i < slots.length; i++) from[slots[i]] -= counts[i];
  }
}

/** Reads what the shards have counted since the last look; keeps what was read in `total`. */
export interface DeltaReader {
  readonly total: Snapshot;
  /**
   * `whole`: looks at every slot, as the last reading must. Others look where a shard left a mark;
   * what a shard was just about to mark comes with the next.
   */
  read(whole?: boolean): Delta;
}

export function deltaReader(shards: readonly ShardMemory[]): DeltaReader {
  const total = emptySnapshot(shards[0]?.fleetCount ?? 1);
  const counters = new Float64Array(total.counters.length);
  return {
    total,
    read(whole = false) {
      counters.fill(0);
      for (const shard of shards) {
        for (let i = 0; i < counters.length; i++) counters[i] += shard.counters[i];
      }
      const histograms: HistogramDelta[] = [];
      for (let h = 0; h < total.histograms.length; h++) {
        const delta = grownSince(total.histograms[h], h, { shards, whole });
        if (delta !== null) histograms.push(delta);
      }
      const changes = counterChanges(counters, total.counters);
      const delta = { ...changes, histograms, ...fleets(total) };
      addDelta(total, delta);
      return delta;
    },
  };
}

/** What the shards have in histogram `h` beyond `earlier`; takes away the marks of what it read. */
function grownSince(
  earlier: Float64Array | null,
  h: number,
  { shards, whole }: { shards: readonly ShardMemory[]; whole: boolean },
): HistogramDelta | null {
  const grown: number[] = [];
  const counts: number[] = [];
  for (let block = 0; block < SLOT_BLOCKS; block++) {
    // The mark first: what is counted meanwhile leaves a new one.
    if (!takeMarks(shards, h * SLOT_BLOCKS + block) && !whole) continue;
    const end = (block + 1) * SLOT_BLOCK;
    for (let i = block * SLOT_BLOCK; i < end; i++) {
      let count = 0;
      for (const { slots } of shards) count += slots[h * HDR_SLOTS + i];
      const before = earlier === null ? 0 : earlier[i];
      if (count === before) continue;
      grown.push(i);
      counts.push(count - before);
    }
  }
  if (grown.length === 0) return null;
  return { histogram: h, slots: Uint32Array.from(grown), counts: Float64Array.from(counts) };
}

function takeMarks(shards: readonly ShardMemory[], place: number): boolean {
  let found = false;
  for (const { touched } of shards) {
    if (touched[place] === 0) continue;
    touched[place] = 0;
    found = true;
  }
  return found;
}

function counterChanges(
  later: Float64Array,
  earlier: Float64Array,
): Pick<Delta, 'counterPlaces' | 'counterChanges'> {
  const places: number[] = [];
  for (let i = 0; i < later.length; i++) if (later[i] !== earlier[i]) places.push(i);
  return {
    counterPlaces: Uint32Array.from(places),
    counterChanges: Float64Array.from(places, (i) => later[i] - earlier[i]),
  };
}

function growth(
  histogram: number,
  later: Float64Array,
  earlier: Float64Array | null,
): HistogramDelta | null {
  const grown: number[] = [];
  for (let i = 0; i < HDR_SLOTS; i++) {
    if (later[i] !== (earlier === null ? 0 : earlier[i])) grown.push(i);
  }
  if (grown.length === 0) return null;
  return {
    histogram,
    slots: Uint32Array.from(grown),
    counts: Float64Array.from(grown, (i) => later[i] - (earlier?.[i] ?? 0)),
  };
}

/** The sum of deltas of a run of so many fleets. */
export function sumOf(deltas: Iterable<Delta>, fleetCount: number): Snapshot {
  const sum = emptySnapshot(fleetCount);
  for (const delta of deltas) addDelta(sum, delta);
  return sum;
}

/** The sum of two deltas of the same fleets, as sparse as they are. */
export function joinDeltas(a: Delta, b: Delta): Delta {
  assert(a.fleetCount === b.fleetCount, 'deltas of different fleets are joined');
  const counters = joinPlaces(
    { places: a.counterPlaces, amounts: a.counterChanges },
    { places: b.counterPlaces, amounts: b.counterChanges },
  );
  const histograms = new Map(a.histograms.map((each) => [each.histogram, each]));
  for (const { histogram, slots, counts } of b.histograms) {
    const there = histograms.get(histogram);
    const joined = joinPlaces(
      { places: there?.slots ?? new Uint32Array(), amounts: there?.counts ?? new Float64Array() },
      { places: slots, amounts: counts },
    );
    histograms.set(histogram, { histogram, slots: joined.places, counts: joined.amounts });
  }
  return {
    fleetCount: a.fleetCount,
    counterPlaces: counters.places,
    counterChanges: counters.amounts,
    histograms: [...histograms.values()].sort((x, y) => x.histogram - y.histogram),
  };
}

interface Amounts {
  readonly places: Uint32Array;
  readonly amounts: Float64Array;
}

/** Places where the amounts cancel out are left out. */
function joinPlaces(a: Amounts, b: Amounts): Amounts {
  const places = new Uint32Array(a.places.length + b.places.length);
  const amounts = new Float64Array(places.length);
  let length = 0;
  for (let i = 0, j = 0; i < a.places.length || j < b.places.length; ) {
    const place = Math.min(a.places[i] ?? Infinity, b.places[j] ?? Infinity);
    const first = a.places[i] === place ? a.amounts[i++] : 0;
    const second = b.places[j] === place ? b.amounts[j++] : 0;
    if (first + second === 0) continue;
    places[length] = place;
    amounts[length++] = first + second;
  }
  return { places: places.slice(0, length), amounts: amounts.slice(0, length) };
}
