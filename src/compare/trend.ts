/** Nightly runs in time order: when did a metric change, and by how much? */
import { UserError } from '../base/errors.ts';
import type { Metric } from './metrics.ts';
import { type ComparedRun, inTime, wholeOf } from './runs.ts';
import { findChangePoints } from './stats/change-points.ts';

export interface Night {
  readonly file: string;
  readonly startedAtMs: number;
}

export interface TrendChange {
  /** Of the first night after the change, in `nights` of the trend. */
  readonly night: number;
  /** Means of the stretches before and after it, in the metric's unit. */
  readonly before: number;
  readonly after: number;
  readonly p: number;
}

export interface MetricTrend {
  readonly name: string;
  readonly kind: Metric['kind'];
  /** By night; null: the run has too few samples. */
  readonly values: readonly (number | null)[];
  readonly changes: readonly TrendChange[];
}

export interface Trend {
  readonly nights: readonly Night[];
  readonly metrics: readonly MetricTrend[];
  readonly options: TrendOptions;
}

export interface TrendOptions {
  readonly maxP: number;
  /** The smallest relative change of a time that is told. */
  readonly minChange: number;
  /** The smallest difference of a share that is told. */
  readonly minShare: number;
  /** Nights that are looked at together. */
  readonly window: number;
}

export const TREND_DEFAULTS: TrendOptions = {
  ...{ maxP: 0.001, minChange: 0.05, minShare: 0.001, window: 50 },
};

/** Three on each side of a change: with fewer, a mean is a matter of one night. */
export const MIN_NIGHTS = 6;

/**
 * @param leftOut what else there was, a sentence each.
 * @throws UserError for too few runs.
 */
export function checkNights(count: number, leftOut: readonly string[] = []): void {
  if (count >= MIN_NIGHTS) return;
  throw new UserError(
    [`${count} runs make no trend, ${MIN_NIGHTS} at least do`, ...leftOut].join('\n'),
    'add the result files of more nights',
  );
}

/** @throws UserError for too few runs. */
export function trendOf(
  runs: readonly ComparedRun[],
  metrics: readonly Metric[],
  options: TrendOptions,
): Trend {
  checkNights(runs.length);
  const ordered = inTime(runs);
  const rows = ordered.map((run) => {
    const whole = wholeOf(run);
    return metrics.map((metric) => {
      const { value, samples } = metric.figureOf(whole);
      return samples < metric.samplesNeeded ? null : value;
    });
  });
  return {
    nights: ordered.map(({ file, startedAtMs }) => ({ file, startedAtMs })),
    metrics: metrics.map(({ name, kind }, i) => {
      const values = rows.map((row) => row[i]);
      return { name, kind, values, changes: changesOf(values, kind, options) };
    }),
    options,
  };
}

export function changesOf(
  values: readonly (number | null)[],
  kind: Metric['kind'],
  { maxP, minChange, minShare, window }: TrendOptions,
): TrendChange[] {
  const nights = values.flatMap((value, night) => (value === null ? [] : [night]));
  const series = nights.map((night) => values[night] as number);
  const points = findChangePoints(series, {
    ...{ window, maxP, minChange: kind === 'time' ? minChange : 0 },
  });
  return points
    .map(({ index, meanBefore, meanAfter, p }) => ({
      ...{ night: nights[index], before: meanBefore, after: meanAfter, p },
    }))
    .filter(({ before, after }) => kind === 'time' || Math.abs(after - before) >= minShare);
}
