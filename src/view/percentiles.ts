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
  const count = counts.reduce((total, n) => total + n, 0);
  const at = (percentile: number) => {
    // The rank as hdr-histogram-js has it: rounded up, but for the last bit of the product.
    let left = Math.max(1, Math.ceil((percentile / 100) * count * (1 - Number.EPSILON)));
    for (let i = 0; i < slots.length; i++) {
      left -= counts[i];
      if (left <= 0) return highestMs(slots[i]);
    }
    return highestMs(slots[slots.length - 1]);
  };
  return { count, p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: at(100) };
}

const SUM = new Float64Array(HDR_SLOTS);

/** By rising slot. */
export function sumOfSlots(histograms: readonly HistogramDelta[]): {
  slots: readonly number[];
  counts: readonly number[];
} {
  if (histograms.length === 1) {
    const [{ slots, counts }] = histograms;
    return { slots: [...slots], counts: [...counts] };
  }
  let [first, last] = [HDR_SLOTS, -1];
  for (const { slots, counts } of histograms) {
    for (let i = 0; i < slots.length; i++) SUM[slots[i]] += counts[i];
    first = Math.min(first, slots[0] ?? first);
    last = Math.max(last, slots.at(-1) ?? last);
  }
  return takeSlots(SUM, first, last);
}

/** What is in `dense` from `first` to `last`, which are 0 then. */
function takeSlots(dense: Float64Array, first: number, last: number) {
  const slots: number[] = [];
  const counts: number[] = [];
  for (let slot = first; slot <= last; slot++) {
    if (dense[slot] === 0) continue;
    slots.push(slot);
    counts.push(dense[slot]);
    dense[slot] = 0;
  }
  return { slots, counts };
}
