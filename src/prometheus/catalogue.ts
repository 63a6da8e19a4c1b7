/** The families of the catalogue with all their series, each bound to what it is read from. */
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
import type { Snapshot } from '../snapshot/snapshot.ts';
import { addToBins, type Bins, type BinTables, emptyBins } from './bins.ts';
import { type Family, familyOf } from './families.ts';
import type { HistogramReading, Reading, SeriesLabels } from './readings.ts';

export interface CatalogueReader {
  /** Each interval of the run, once. */
  add(delta: Delta): void;
  /** Figures of the whole run. A histogram without values is left out. */
  read(total: Snapshot): Reading[];
}

export interface CatalogueOptions {
  readonly shape: RunShape;
  readonly tables: BinTables;
  readonly runId: string;
}

export function catalogueReader(options: CatalogueOptions): CatalogueReader {
  const readers = METRICS.flatMap((metric) => {
    const family = familyOf(metric);
    if (family === null || metric.type === 'rate') return [];
    return metric.type === 'trend'
      ? [trendReader(metric, family, options)]
      : [numberReader(metric, family, options)];
  });
  return {
    add(delta) {
      for (const reader of readers) reader.add(delta);
    },
    read: (total) => readers.map((reader) => reader.read(total)),
  };
}

interface Reader {
  add(delta: Delta): void;
  read(total: Snapshot): Reading;
}

function numberReader(metric: NumberMetric, family: Family, options: CatalogueOptions): Reader {
  const series = seriesOf(family, options);
  return {
    add() {},
    read: (total) => ({
      ...{ name: family.name, type: metric.type, help: family.help },
      values: series.map(({ labels, part }) => ({ labels, value: metric.read(total, part) })),
    }),
  };
}

function trendReader(metric: TrendMetric, family: Family, options: CatalogueOptions): Reader {
  const { tables, shape } = options;
  const of = { fleetCount: shape.fleets.length };
  const series = seriesOf(family, options);
  const owners = new Map(
    series.flatMap(({ labels, part }) =>
      metric.histograms(of, part).map((histogram) => [histogram, labels] as const),
    ),
  );
  const bins = new Map<SeriesLabels, Bins>();
  const { boundsS } = tables;
  return {
    add({ histograms }) {
      for (const growth of histograms) {
        const labels = owners.get(growth.histogram);
        if (labels === undefined) continue;
        const into = bins.get(labels) ?? emptyBins(tables);
        bins.set(labels, into);
        addToBins(into, tables, growth);
      }
    },
    read: (): HistogramReading => ({
      ...{ name: family.name, type: 'histogram', help: family.help },
      values: series.flatMap(({ labels }) => {
        const values = bins.get(labels);
        return values === undefined ? [] : [{ labels, boundsS, bins: values }];
      }),
    }),
  };
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
