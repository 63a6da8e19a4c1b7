/** Percentiles of sparse histograms, without unfolding them. */
import type { HistogramDelta } from '../snapshot/delta.ts';
import { HDR_SLOTS, hdrValueUs } from '../snapshot/hdr.ts';

/** ms. `max` and the percentiles are the highest values that their slots count. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const highestMs = (slot: number) => (hdrValueUs(slot + 1) - 1) / 1000;

/** Of their sum; null: there is nothing in them. The same figures as hdr-histogram-js gives. */
export function percentilesOf(histograms: readonly HistogramDelta[]): Percentiles | null {
  const { slots, counts } = sumOfSlots(histograms);
  if (slots.length === 0) return null;
  const count = sumOfCounts(counts);
  const ranks = ranksOf(count);
  const found = [0, 0, 0, 0, 0];
  let next = 0;
  let passed = 0;
  for (let i = 0; i < slots.length; i++) {
    passed += counts[i];
    while (next < ranks.length && passed >= ranks[next]) found[next++] = highestMs(slots[i]);
  }
  return percentiles(count, found);
}

const ranksOf = (count: number) =>
  [50, 95, 99, 99.9, 100].map((percentile) => rankOf(percentile, count));

function percentiles(count: number, [p50, p95, p99, p999, max]: readonly number[]): Percentiles {
  return { count, p50, p95, p99, p999, max };
}

function sumOfCounts(counts: Float64Array): number {
  let count = 0;
  for (let i = 0; i < counts.length; i++) count += counts[i];
  return count;
}

export interface PercentileReader {
  readonly count: number;
  /** ms at a percentile from 0 to 100. */
  at(percentile: number): number;
}

/** The same for any percentile. */
export function percentileReader(histograms: readonly HistogramDelta[]): PercentileReader | null {
  const { slots, counts } = sumOfSlots(histograms);
  if (slots.length === 0) return null;
  const count = sumOfCounts(counts);
  return {
    count,
    at(percentile) {
      let left = rankOf(percentile, count);
      for (let i = 0; i < slots.length; i++) {
        left -= counts[i];
        if (left <= 0) return highestMs(slots[i]);
      }
      return highestMs(slots[slots.length - 1]);
    },
  };
}

/** As hdr-histogram-js has it: rounded up, but for the last bit of the product. */
const rankOf = (percentile: number, count: number): number =>
  Math.max(1, Math.ceil((percentile / 100) * count * (1 - Number.EPSILON)));

/** Counts by slot that grow, with the sum of each block of them, so that few are looked at. */
export interface DenseCounts {
  readonly counts: Float64Array;
  readonly blocks: Float64Array;
  count: number;
}

const BLOCK_BITS = 8;

export const emptyCounts = (): DenseCounts => ({
  counts: new Float64Array(HDR_SLOTS),
  blocks: new Float64Array(HDR_SLOTS >> BLOCK_BITS),
  count: 0,
});

export function addCounts(into: DenseCounts, { slots, counts }: Sum): void {
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    into.counts[slot] += counts[i];
    into.blocks[slot >> BLOCK_BITS] += counts[i];
    into.count += counts[i];
  }
}

/** The same as `percentilesOf` all that was added. */
export function percentilesOfDense({ counts, blocks, count }: DenseCounts): Percentiles | null {
  if (count === 0) return null;
  let block = 0;
  let passed = 0;
  const found = ranksOf(count).map((rank) => {
    while (passed + blocks[block] < rank) passed += blocks[block++];
    let slot = block << BLOCK_BITS;
    for (let left = rank - passed - counts[slot]; left > 0; left -= counts[slot]) slot++;
    return highestMs(slot);
  });
  return percentiles(count, found);
}

/** By rising slot. */
interface Sum {
  readonly slots: Uint32Array;
  readonly counts: Float64Array;
}

/** In one pass over the slots between the lowest and the highest: they lie close together. */
export function sumOfSlots(histograms: readonly HistogramDelta[]): Sum {
  const used = histograms.filter(({ slots }) => slots.length > 0);
  if (used.length === 1) return used[0];
  const lowest = used.reduce((least, { slots }) => Math.min(least, slots[0]), Infinity);
  const highest = used.reduce((most, { slots }) => Math.max(most, slots[slots.length - 1]), 0);
  if (used.length === 0) return { slots: new Uint32Array(), counts: new Float64Array() };
  const dense = new Float64Array(highest - lowest + 1);
  for (const { slots, counts } of used) {
    for (let i = 0; i < slots.length; i++) dense[slots[i] - lowest] += counts[i];
  }
  return sparse(dense, lowest);
}

/** Of counts by slot, from slot `lowest` on, those that are there. */
export function sparse(dense: Float64Array, lowest = 0): Sum {
  let length = 0;
  for (let i = 0; i < dense.length; i++) if (dense[i] > 0) length++;
  const slots = new Uint32Array(length);
  const counts = new Float64Array(length);
  for (let i = 0, n = 0; n < length; i++) {
    if (dense[i] === 0) continue;
    slots[n] = i + lowest;
    counts[n++] = dense[i];
  }
  return { slots, counts };
}
