/**
 * A block: some intervals as columns of numbers, each of which is compressed for itself. Slots of
 * the same histogram lie together, second after second, since they are spread alike.
 */
import type { HealthSample } from '../health/sample.ts';
import type { Interval, Stage } from '../series/interval.ts';
import type { HistogramDelta } from '../snapshot/delta.ts';
import { type ByteReader, byteReader, byteWriter, DamagedBytes } from './bytes.ts';

/** In the order in which they lie in a block; after them the health of all intervals as JSON. */
const COLUMNS = [
  'heads', // an interval: index, stage, numbers of counters and of histograms that changed
  'times', // fromS and toS
  'places', // of counters: distances to the one before
  'changes', // of counters
  'histograms', // distances to the one before, and how many slots grew
  'firsts', // the lowest slot of a histogram
  'gaps', // slots that did not grow between two that did
  'counts', // of slots, less 1
] as const;
const PARTS = COLUMNS.length + 1;

export const STAGES: readonly Stage[] = ['starting', 'ramp', 'warm-up', 'steady', 'drain', 'done'];

/** The parts of a block. The intervals' deltas must all be of the same fleets. */
export function encodeBlock(intervals: readonly Interval[]): Uint8Array[] {
  const columns = COLUMNS.map(byteWriter);
  const [heads, times, places, changes, histograms, firsts, gaps, counts] = columns;
  for (const { index, fromS, toS, stage, delta } of intervals) {
    heads.varint(index);
    heads.varint(STAGES.indexOf(stage));
    heads.varint(delta.counterPlaces.length);
    heads.varint(delta.histograms.length);
    times.float(fromS);
    times.float(toS);
    writeDistances(delta.counterPlaces, places.varint);
    delta.counterChanges.forEach(changes.signed);
    const numbers = delta.histograms.map(({ histogram }) => histogram);
    writeDistances(numbers, histograms.varint);
    for (const { slots } of delta.histograms) histograms.varint(slots.length);
  }
  for (const { slots, counts: added } of byHistogram(intervals.map(({ delta }) => delta))) {
    firsts.varint(slots[0]);
    gaps.varints(gapsOf(slots));
    counts.varints(added.map((count) => count - 1));
  }
  const health = Buffer.from(JSON.stringify(intervals.map((interval) => interval.health)));
  return [...columns.map((column) => column.bytes()), health];
}

/** All of several deltas, those of the same number together. */
function byHistogram<T extends { readonly histogram: number }>(
  deltas: readonly { readonly histograms: readonly T[] }[],
): T[] {
  return deltas.flatMap(({ histograms }) => histograms).sort((a, b) => a.histogram - b.histogram);
}

function gapsOf(slots: Uint32Array): Uint32Array {
  const gaps = new Uint32Array(slots.length - 1);
  for (let i = 0; i < gaps.length; i++) gaps[i] = slots[i + 1] - slots[i] - 1;
  return gaps;
}

/** Each number as its distance from the one before: they rise. */
function writeDistances(numbers: Iterable<number>, write: (distance: number) => void): void {
  let before = 0;
  for (const number of numbers) {
    write(number - before);
    before = number;
  }
}

/** How many counters, histograms and slots a histogram there are: places beyond are damage. */
export interface BlockLimits {
  readonly fleetCount: number;
  readonly counters: number;
  readonly histograms: number;
  readonly slots: number;
}

/** @throws DamagedBytes for what `encodeBlock` cannot have made. */
export function decodeBlock(parts: readonly Uint8Array[], limits: BlockLimits): Interval[] {
  if (parts.length !== PARTS) throw new DamagedBytes('a column is missing');
  const columns = parts.slice(0, -1).map(byteReader);
  const health = readHealth(parts[PARTS - 1]);
  const slotsLeft = { slots: parts[COLUMNS.indexOf('counts')].length };
  const intervals = health.map((sample) => readInterval(columns, limits, sample, slotsLeft));
  for (const histogram of byHistogram(intervals.map(({ delta }) => delta))) {
    readSlots(columns, histogram, limits.slots);
  }
  if (columns.some(({ left }) => left > 0)) throw new DamagedBytes('there is more than announced');
  return intervals;
}

/**
 * Its histograms have the right number of slots, but they are not filled yet. `left`: a slot has a
 * byte at least, so no more memory is taken than there are bytes of them.
 */
function readInterval(
  [heads, times, places, changes, histograms]: readonly ByteReader[],
  limits: BlockLimits,
  health: HealthSample | null,
  left: { slots: number },
): Interval {
  const index = heads.varint();
  const stage = STAGES[heads.varint()];
  if (stage === undefined) throw new DamagedBytes('a stage is unknown');
  const changed = heads.varint();
  const grown = heads.varint();
  const fromS = times.float();
  const toS = times.float();
  const counterPlaces = readDistances(places, changed, limits.counters);
  const counterChanges = Float64Array.from(counterPlaces, changes.signed);
  const numbers = readDistances(histograms, grown, limits.histograms);
  const unfilled = Array.from(numbers, (histogram): HistogramDelta => {
    const length = histograms.varint();
    left.slots -= length;
    if (length < 1 || length > limits.slots || left.slots < 0) {
      throw new DamagedBytes('a histogram is too long');
    }
    return { histogram, slots: new Uint32Array(length), counts: new Float64Array(length) };
  });
  const { fleetCount } = limits;
  const delta = { fleetCount, counterPlaces, counterChanges, histograms: unfilled };
  return { index, fromS, toS, stage, delta, health };
}

function readSlots(
  [, , , , , firsts, gaps, added]: readonly ByteReader[],
  { slots, counts }: HistogramDelta,
  limit: number,
): void {
  for (let i = 0; i < slots.length; i++) {
    const slot = i === 0 ? firsts.varint() : slots[i - 1] + gaps.varint() + 1;
    if (slot >= limit) throw new DamagedBytes('a slot is out of range');
    slots[i] = slot;
    counts[i] = added.varint() + 1;
  }
}

/** `count` numbers that rise and stay below `limit`. */
function readDistances(reader: ByteReader, count: number, limit: number): Uint32Array {
  if (count > limit) throw new DamagedBytes('a list is too long');
  const numbers = new Uint32Array(count);
  let number = 0;
  for (let i = 0; i < count; i++) {
    const distance = reader.varint();
    number += distance;
    if ((i > 0 && distance === 0) || number >= limit) throw new DamagedBytes('a place is wrong');
    numbers[i] = number;
  }
  return numbers;
}

function readHealth(bytes: Uint8Array): (HealthSample | null)[] {
  try {
    const health: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (Array.isArray(health)) return health;
  } catch {}
  throw new DamagedBytes('the health of the generator is no JSON');
}
