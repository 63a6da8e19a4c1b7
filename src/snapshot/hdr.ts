/**
 * Histograms of our layout as those of hdr-histogram-js, which has the same indexes: it merges,
 * queries and encodes what the engine's recorders count.
 */
import * as hdr from 'hdr-histogram-js';
import { HIGHEST_US, hdrValueUs, LOWEST_US, SIGNIFICANT_DIGITS } from './slots.ts';

export type { Histogram } from 'hdr-histogram-js';
export * from './slots.ts';

/** What a histogram says, in milliseconds. `count` 0: every other figure is 0. */
export interface LatencySummary {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export function emptyHdr(): hdr.Histogram {
  return hdr.build({
    lowestDiscernibleValue: LOWEST_US,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
    autoResize: false,
    bitBucketSize: 64,
    useWebAssembly: false,
  });
}

/**
 * Rebuilds a histogram from slots in our layout. A slot's counts are recorded at its highest value,
 * which is what a percentile says of them: no percentile is above the maximum.
 */
export function toHdr(slots: Float64Array | Uint32Array): hdr.Histogram {
  const histogram = emptyHdr();
  for (let i = 0; i < slots.length; i++) {
    if (slots[i] > 0) histogram.recordValueWithCount(hdrValueUs(i + 1) - 1, slots[i]);
  }
  return histogram;
}

export function summarise(histogram: hdr.Histogram): LatencySummary {
  const ms = (us: number) => Math.round(us) / 1000;
  const at = (percentile: number) => ms(histogram.getValueAtPercentile(percentile));
  if (histogram.totalCount === 0) {
    return { count: 0, min: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 };
  }
  return {
    count: histogram.totalCount,
    min: at(0),
    mean: ms(histogram.mean),
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: ms(histogram.maxValue),
  };
}

/** As text, in the V2 format that HdrHistogram has in all languages. */
export const encodeHdr = (histogram: hdr.Histogram): string =>
  hdr.encodeIntoCompressedBase64(histogram);
