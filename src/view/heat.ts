/** Latencies in so few buckets that a picture of a whole run can be made of them. */
import type { HistogramDelta } from '../snapshot/delta.ts';
import { hdrValueUs } from '../snapshot/hdr.ts';
import { LOWEST_US, PER_OCTAVE } from './heat-scale.ts';

/** Pairs of bucket and count, flat, by rising bucket. */
export type Heat = readonly number[];

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
