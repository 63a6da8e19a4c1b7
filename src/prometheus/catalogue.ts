/**
 * The families of the catalogue with all their series. What counts where is found out once: a
 * second of a run changes few counters and few histograms, and only these are looked at.
 */
import { METRICS } from '../metrics/catalogue.ts';
import {
  FLEETS,
  type Labels,
  type NumberMetric,
  partOf,
  type RunShape,
  type TrendMetric,
} from '../metrics/metric.ts';
import type { Delta } from '../snapshot/delta.ts';
import { addToBins, type BinTables, emptyBins } from './bins.ts';
import { type Family, familyOf } from './families.ts';
import type { Live, LiveHistograms, LiveNumbers, SeriesLabels } from './readings.ts';

export interface Catalogue {
  /** Of the whole run, as far as it was added. */
  readonly families: readonly Live[];
  /** Each interval of the run, once. */
  add(delta: Delta): void;
}

export interface CatalogueOptions {
  readonly shape: RunShape;
  readonly tables: BinTables;
  readonly runId: string;
}

/** The series that a counter or a histogram of the layout counts in, by its place or number. */
interface Owners {
  readonly counters: Map<number, { readonly values: Float64Array; readonly series: number }[]>;
  readonly histograms: Map<number, { readonly bins: LiveHistograms['bins']; series: number }>;
}

export function catalogueOf(options: CatalogueOptions): Catalogue {
  const owners: Owners = { counters: new Map(), histograms: new Map() };
  const families = METRICS.flatMap((metric): Live[] => {
    const family = familyOf(metric);
    if (family === null || metric.type === 'rate') return [];
    return metric.type === 'trend'
      ? [histogramsOf(metric, family, options, owners)]
      : [numbersOf(metric, family, options, owners)];
  });
  return {
    families,
    add({ counterPlaces, counterChanges, histograms }) {
      for (let i = 0; i < counterPlaces.length; i++) {
        const owned = owners.counters.get(counterPlaces[i]) ?? [];
        for (const { values, series } of owned) values[series] += counterChanges[i];
      }
      for (const growth of histograms) {
        const owner = owners.histograms.get(growth.histogram);
        if (owner === undefined) continue;
        const bins = (owner.bins[owner.series] ??= emptyBins(options.tables));
        addToBins(bins, options.tables, growth);
      }
    },
  };
}

function numbersOf(
  metric: NumberMetric,
  family: Family,
  options: CatalogueOptions,
  { counters }: Owners,
): LiveNumbers {
  const { name, help } = family;
  const of = { fleetCount: options.shape.fleets.length };
  const all = seriesOf(family, options);
  const values = new Float64Array(all.length);
  for (const [series, { part }] of all.entries()) {
    for (const place of metric.counters(of, part)) {
      counters.set(place, [...(counters.get(place) ?? []), { values, series }]);
    }
  }
  return { name, type: metric.type, help, labels: all.map(({ labels }) => labels), values };
}

function histogramsOf(
  metric: TrendMetric,
  family: Family,
  options: CatalogueOptions,
  { histograms }: Owners,
): LiveHistograms {
  const { name, help } = family;
  const of = { fleetCount: options.shape.fleets.length };
  const { boundsS } = options.tables;
  const all = seriesOf(family, options);
  const bins: LiveHistograms['bins'] = all.map(() => null);
  for (const [series, { part }] of all.entries()) {
    for (const number of metric.histograms(of, part)) histograms.set(number, { bins, series });
  }
  return { name, type: 'histogram', help, labels: all.map(({ labels }) => labels), boundsS, bins };
}

/** Every combination of the values of a family's labels, in their order. */
function seriesOf(family: Family, { shape, runId }: CatalogueOptions) {
  let combinations: Labels[] = [{}];
  for (const [label, values] of Object.entries(family.labels)) {
    const all = values === FLEETS ? shape.fleets : (values as readonly string[]);
    combinations = combinations.flatMap((labels) =>
      all.map((value) => ({ ...labels, [label]: value })),
    );
  }
  return combinations.map((labels) => ({
    labels: { ...labels, run_id: runId } as SeriesLabels,
    part: partOf(labels, 'whole', shape),
  }));
}
