/**
 * The bucket layout of every histogram: HDR, 1 us to 24 h, 3 significant digits. A worker, which
 * only counts, needs no more than this of it.
 */
export const LOWEST_US = 1;
export const HIGHEST_US = 24 * 3600 * 1e6;
export const SIGNIFICANT_DIGITS = 3;

const SUB_BUCKET_HALF_BITS = 10;
export const SUB_BUCKET_HALF = 1 << SUB_BUCKET_HALF_BITS;
/** Slots of a histogram: (27 buckets + 1) half buckets of 1 024. */
export const HDR_SLOTS = 28 * SUB_BUCKET_HALF;

/** The slot that counts `valueUs`, a number from 0 to `HIGHEST_US`; fractions are cut. */
export function hdrIndex(valueUs: number): number {
  if (valueUs < 2147483648) {
    const whole = valueUs | 0;
    // Position of the highest bit beyond the 11 bits of the first bucket.
    const bucket = 21 - Math.clz32(whole | 2047);
    return (bucket << SUB_BUCKET_HALF_BITS) + (whole >>> bucket);
  }
  const bucket = 53 - Math.clz32(Math.floor(valueUs / 2 ** 32));
  return (bucket << SUB_BUCKET_HALF_BITS) + Math.floor(valueUs / 2 ** bucket);
}

/** The lowest value (us) that slot `index` counts. */
export function hdrValueUs(index: number): number {
  const bucket = Math.max(0, (index >> SUB_BUCKET_HALF_BITS) - 1);
  return (index - (bucket << SUB_BUCKET_HALF_BITS)) * 2 ** bucket;
}
