/**
 * What a Prometheus histogram counts, kept up to date by deltas: a second of a run changes few
 * slots, so a scrape finds everything counted. Values count where the highest value of their HDR
 * slot lies, as they do in the percentiles of the report.
 */
import type { HistogramDelta } from '../snapshot/delta.ts';
import { HDR_SLOTS, HIGHEST_US, hdrValueUs, LOWEST_US } from '../snapshot/hdr.ts';

/** Upper bounds of classic buckets, seconds; the last bucket, to infinity, is not named. */
export const DEFAULT_BOUNDS_S: readonly number[] = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10, 30, 60],
];

/**
 * Native buckets grow by 2^(1/128), 0.54 %: whatever Prometheus makes of the one in which a
 * percentile lies, it is wrong by less than that.
 */
export const SCHEMA = 7;
const PER_OCTAVE = 2 ** SCHEMA;
/** The native bucket (base^(index - 1), base^index], in seconds. */
const nativeIndex = (us: number) => Math.ceil(Math.log2(us / 1e6) * PER_OCTAVE);
/** Of the first place of `Bins.native`. */
export const FIRST_NATIVE = nativeIndex(LOWEST_US);
const NATIVE_PLACES = nativeIndex(HIGHEST_US) - FIRST_NATIVE + 2;

export interface Bins {
  count: number;
  /** Of the middles of the slots, as the mean of the report is. */
  sumUs: number;
  /** Below 1 us, which has no logarithm. */
  zeros: number;
  /** By bound, not cumulative, one more for what is above. */
  readonly classic: Float64Array;
  /** By native index, from `FIRST_NATIVE`. */
  readonly native: Float64Array;
  /** All that is in `native` lies in these places, the last left out. */
  nativeFrom: number;
  nativeTo: number;
}

/** For each slot the places where it counts. */
export interface BinTables {
  readonly boundsS: readonly number[];
  readonly classic: Uint8Array;
  /** -1: it counts as 0. */
  readonly native: Int16Array;
  readonly middleUs: Float64Array;
}

/** @param boundsS rising, at most 255. */
export function binTables(boundsS: readonly number[]): BinTables {
  const classic = new Uint8Array(HDR_SLOTS);
  const native = new Int16Array(HDR_SLOTS);
  const middleUs = new Float64Array(HDR_SLOTS);
  for (let slot = 0, place = 0; slot < HDR_SLOTS; slot++) {
    const [lowestUs, nextUs] = [hdrValueUs(slot), hdrValueUs(slot + 1)];
    const highestUs = Math.min(nextUs - 1, HIGHEST_US);
    while (place < boundsS.length && highestUs / 1e6 > boundsS[place]) place++;
    classic[slot] = place;
    native[slot] = highestUs === 0 ? -1 : nativeIndex(highestUs) - FIRST_NATIVE;
    middleUs[slot] = lowestUs + Math.floor((nextUs - lowestUs) / 2);
  }
  return { boundsS, classic, native, middleUs };
}

export const emptyBins = ({ boundsS }: BinTables): Bins => ({
  ...{ count: 0, sumUs: 0, zeros: 0 },
  classic: new Float64Array(boundsS.length + 1),
  native: new Float64Array(NATIVE_PLACES),
  ...{ nativeFrom: NATIVE_PLACES, nativeTo: 0 },
});

/** Adds what a histogram grew by, in place. */
export function addToBins(
  bins: Bins,
  { classic, native, middleUs }: BinTables,
  { slots, counts }: Pick<HistogramDelta, 'slots' | 'counts'>,
): void {
  let { count, sumUs, zeros, nativeFrom, nativeTo } = bins;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    const added = counts[i];
    count += added;
    sumUs += added * middleUs[slot];
    bins.classic[classic[slot]] += added;
    const place = native[slot];
    if (place < 0) {
      zeros += added;
      continue;
    }
    bins.native[place] += added;
    if (place < nativeFrom) nativeFrom = place;
    if (place >= nativeTo) nativeTo = place + 1;
  }
  Object.assign(bins, { count, sumUs, zeros, nativeFrom, nativeTo });
}
