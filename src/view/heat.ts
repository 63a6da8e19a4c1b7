/** Latencies in so few buckets that a picture of a whole run can be made of them. */
import type { HistogramDelta } from '../snapshot/delta.ts';
import { hdrValueUs } from '../snapshot/hdr.ts';
import { LOWEST_US, PER_OCTAVE } from './heat-scale.ts';
import { sumOfSlots } from './percentiles.ts';

/** Pairs of bucket and count, flat, by rising bucket. */
export type Heat = readonly number[];

export function heatOf(histograms: readonly HistogramDelta[]): Heat {
  const { slots, counts } = sumOfSlots(histograms);
  const heat: number[] = [];
  for (let i = 0; i < slots.length; i++) {
    const us = Math.max(LOWEST_US, hdrValueUs(slots[i]));
    const bucket = Math.floor(Math.log2(us / LOWEST_US) * PER_OCTAVE);
    // Slots rise, and buckets with them.
    if (heat[heat.length - 2] === bucket) heat[heat.length - 1] += counts[i];
    else heat.push(bucket, counts[i]);
  }
  return heat;
}
