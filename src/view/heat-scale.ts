/** The buckets of a heat map: also for the browser, so without what fills them. */

/** Buckets a factor of two. Bucket b has latencies from `heatFromMs(b)` to `heatFromMs(b + 1)`. */
export const PER_OCTAVE = 4;
/** What is faster is in bucket 0. */
export const LOWEST_US = 100;

export const heatFromMs = (bucket: number): number =>
  (LOWEST_US * 2 ** (bucket / PER_OCTAVE)) / 1000;
