/** Percentiles of exact samples, by the definition of HDR histograms. */

/** The least value that at least `percentile` % of the rising `sorted` values do not exceed. */
export function percentileOf(sorted: Float64Array, percentile: number): number {
  const rank = Math.ceil((percentile / 100) * sorted.length - 1e-9);
  return sorted.length === 0 ? Number.NaN : sorted[Math.max(0, rank - 1)];
}

export function shareAbove(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return 1 - low / sorted.length;
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
