/** Latencies in so few buckets that a picture of a whole run can be made of them. */
import type { HistogramDelta } from '../snapshot/delta.ts';
import { hdrValueUs } from '../snapshot/hdr.ts';

/** Pairs of bucket and count, flat, by rising bucket. */
export type Heat = readonly number[];

/** Buckets a factor of two. Bucket b has latencies from `heatFromMs(b)` to `heatFromMs(b + 1)`. */
const PER_OCTAVE = 4;
/** What is faster is in bucket 0. */
const LOWEST_US = 100;

export const heatFromMs = (bucket: number): number =>
  (LOWEST_US * 2 ** (bucket / PER_OCTAVE)) / 1000;

export function heatOf(histograms: readonly HistogramDelta[]): Heat {
  const sum = new Map<number, number>();
  for (const { slots, counts } of histograms) {
    for (let i = 0; i < slots.length; i++) {
      const us = Math.max(LOWEST_US, hdrValueUs(slots[i]));
      const bucket = Math.floor(Math.log2(us / LOWEST_US) * PER_OCTAVE);
      sum.set(bucket, (sum.get(bucket) ?? 0) + counts[i]);
    }
  }
  return [...sum].sort(([a], [b]) => a - b).flat();
}
