/** Latencies in so few buckets that a picture of a whole run can be made of them. */
import type { HistogramDelta } from '../snapshot/delta.ts';
import { HDR_SLOTS, hdrValueUs } from '../snapshot/hdr.ts';
import { LOWEST_US, PER_OCTAVE } from './heat-scale.ts';

/** Pairs of bucket and count, flat, by rising bucket. */
export type Heat = readonly number[];

/** The bucket of each slot: a table, since a second can have tens of thousands of them. */
const BUCKETS = Uint8Array.from({ length: HDR_SLOTS }, (_, slot) => {
  const us = Math.max(LOWEST_US, hdrValueUs(slot));
  return Math.floor(Math.log2(us / LOWEST_US) * PER_OCTAVE);
});

export function heatOf(histograms: readonly HistogramDelta[]): Heat {
  const sums = new Float64Array(BUCKETS[HDR_SLOTS - 1] + 1);
  for (const { slots, counts } of histograms) {
    for (let i = 0; i < slots.length; i++) sums[BUCKETS[slots[i]]] += counts[i];
  }
  const heat: number[] = [];
  for (let bucket = 0; bucket < sums.length; bucket++) {
    if (sums[bucket] > 0) heat.push(bucket, sums[bucket]);
  }
  return heat;
}
