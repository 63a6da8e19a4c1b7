/** What a threshold says of the figures of a stage, or of a window of it. */
import { assert } from '../base/assert.ts';
import { metricNamed } from '../metrics/catalogue.ts';
import {
  type Metric,
  type Part,
  partOf,
  type RunShape,
  readNumber,
  scopeOf,
} from '../metrics/metric.ts';
import type { Histogram } from '../snapshot/hdr.ts';
import { type Snapshot, sumOfHistograms } from '../snapshot/snapshot.ts';
import type { Statistic, Threshold } from './types.ts';

/** A threshold with its metric and the part of it that its labels select. */
export interface Gauged {
  readonly threshold: Threshold;
  readonly metric: Metric;
  readonly part: Part;
}

export function gaugedBy(threshold: Threshold, shape: RunShape): Gauged {
  const metric = metricNamed(threshold.metric);
  assert(metric !== undefined, `unchecked metric ${threshold.metric}`);
  return {
    threshold,
    metric,
    part: partOf(threshold.labels, scopeOf(metric, threshold.labels), shape),
  };
}

/**
 * In the unit of the metric; a duration in ms, the rate of a counter a second. null: nothing was
 * measured, which is for a duration or a share not the same as 0.
 * @param seconds how long was measured.
 */
export function measure(
  { threshold: { statistic }, metric, part }: Gauged,
  snapshot: Snapshot,
  seconds: number,
): number | null {
  switch (metric.type) {
    case 'trend':
      return ofHistogram(sumOfHistograms(snapshot, metric.histograms(snapshot, part)), statistic);
    case 'rate': {
      const share = metric.read(snapshot, part);
      return share.whole === 0 ? null : share.part / share.whole;
    }
    case 'gauge':
      return readNumber(metric, snapshot, part);
    case 'counter': {
      const count = readNumber(metric, snapshot, part);
      if (statistic.kind === 'count') return count;
      return seconds > 0 ? count / seconds : 0;
    }
  }
}

function ofHistogram(histogram: Histogram, statistic: Statistic): number | null {
  const { totalCount } = histogram;
  if (statistic.kind === 'count') return totalCount;
  if (totalCount === 0) return null;
  return Math.round(microseconds(histogram, statistic)) / 1000;
}

function microseconds(histogram: Histogram, statistic: Statistic): number {
  switch (statistic.kind) {
    case 'percentile':
      return histogram.getValueAtPercentile(statistic.percentile);
    case 'med':
      return histogram.getValueAtPercentile(50);
    case 'min':
      return histogram.getValueAtPercentile(0);
    case 'max':
      return histogram.maxValue;
    default:
      return histogram.mean;
  }
}

/** Nothing measured holds nothing: a run must not pass because nothing happened. */
export function holds({ comparison, limit }: Threshold, measured: number | null): boolean {
  if (measured === null) return false;
  switch (comparison) {
    case '<':
      return measured < limit;
    case '<=':
      return measured <= limit;
    case '>':
      return measured > limit;
    case '>=':
      return measured >= limit;
    case '==':
      return measured === limit;
    case '!=':
      return measured !== limit;
  }
}

/** Whether `measured` is further on the wrong side of the limit, or less far on the right one. */
export function isWorse(threshold: Threshold, measured: number, than: number): boolean {
  const { comparison, limit } = threshold;
  if (comparison.startsWith('<')) return measured > than;
  if (comparison.startsWith('>')) return measured < than;
  const [distance, before] = [Math.abs(measured - limit), Math.abs(than - limit)];
  return comparison === '==' ? distance > before : distance < before;
}
