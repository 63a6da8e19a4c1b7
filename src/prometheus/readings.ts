/** Families with the values of their series, as every format has them. */
import type { Bins } from './bins.ts';
import type { FamilyType } from './families.ts';

/** Every label, `run_id` too. */
export type SeriesLabels = Readonly<Record<string, string>>;

export interface Value {
  readonly labels: SeriesLabels;
  readonly value: number;
}
export interface HistogramValue {
  readonly labels: SeriesLabels;
  readonly boundsS: readonly number[];
  readonly bins: Bins;
}

interface About {
  readonly name: string;
  readonly help: string;
}
export interface NumberReading extends About {
  readonly type: Exclude<FamilyType, 'histogram'>;
  readonly values: readonly Value[];
}
export interface HistogramReading extends About {
  readonly type: 'histogram';
  readonly values: readonly HistogramValue[];
}
export type Reading = NumberReading | HistogramReading;

/** A family with every series that a run can have; what they read changes in place. */
export type Live = LiveNumbers | LiveHistograms;

export interface LiveNumbers extends About {
  readonly type: Exclude<FamilyType, 'histogram'>;
  readonly labels: readonly SeriesLabels[];
  /** By series; NaN: not known, and so left out. */
  readonly values: Float64Array;
}
export interface LiveHistograms extends About {
  readonly type: 'histogram';
  readonly labels: readonly SeriesLabels[];
  readonly boundsS: readonly number[];
  /** By series; null: nothing was counted, and so it is left out. */
  readonly bins: (Bins | null)[];
}

/** What they read now. */
export function readingOf(live: Live): Reading {
  const { name, help, labels } = live;
  if (live.type === 'histogram') {
    const { type, bins, boundsS } = live;
    const values = labels.flatMap((each, i) => {
      const counted = bins[i];
      return counted === null ? [] : [{ labels: each, boundsS, bins: counted }];
    });
    return { name, type, help, values };
  }
  const values = labels.map((each, i) => ({ labels: each, value: live.values[i] }));
  return {
    name,
    type: live.type,
    help,
    values: values.filter(({ value }) => !Number.isNaN(value)),
  };
}

/** The lines of a classic histogram, as the text has them: cumulative, then sum and count. */
export function classicLines(
  name: string,
  { boundsS, bins }: Pick<HistogramValue, 'boundsS' | 'bins'>,
): { readonly name: string; readonly le: string | null; readonly value: number }[] {
  let below = 0;
  const buckets = [...boundsS, Infinity].map((boundS, i) => ({
    name: `${name}_bucket`,
    le: boundS === Infinity ? '+Inf' : String(boundS),
    value: (below += bins.classic[i]),
  }));
  return [
    ...buckets,
    { name: `${name}_sum`, le: null, value: bins.sumUs / 1e6 },
    { name: `${name}_count`, le: null, value: bins.count },
  ];
}
