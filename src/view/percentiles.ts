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
  const reader = percentileReader(histograms);
  if (reader === null) return null;
  const { count, at } = reader;
  return { count, p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: at(100) };
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
  let count = 0;
  for (let i = 0; i < counts.length; i++) count += counts[i];
  return {
    count,
    at(percentile) {
      // The rank as hdr-histogram-js has it: rounded up, but for the last bit of the product.
      let left = Math.max(1, Math.ceil((percentile / 100) * count * (1 - Number.EPSILON)));
      for (let i = 0; i < slots.length; i++) {
        left -= counts[i];
        if (left <= 0) return highestMs(slots[i]);
      }
      return highestMs(slots[slots.length - 1]);
    },
  };
}

/** By rising slot. */
interface Slots {
  readonly slots: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** All zero between two sums. */
const scratch = new Float64Array(HDR_SLOTS);

function sumOfSlots(histograms: readonly HistogramDelta[]): Slots {
  if (histograms.length === 1) return histograms[0];
  let [first, last] = [HDR_SLOTS, -1];
  for (const { slots, counts } of histograms) {
    for (let i = 0; i < slots.length; i++) scratch[slots[i]] += counts[i];
    first = Math.min(first, slots[0] ?? first);
    last = Math.max(last, slots.at(-1) ?? last);
  }
  const [slots, sums]: number[][] = [[], []];
  for (let slot = first; slot <= last; slot++) {
    if (scratch[slot] === 0) continue;
    slots.push(slot);
    sums.push(scratch[slot]);
    scratch[slot] = 0;
  }
  return { slots, counts: sums };
}
