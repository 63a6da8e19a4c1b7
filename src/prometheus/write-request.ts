/** What remote write sends: prometheus.WriteRequest, with classic histograms. */
import { classicLines, type Reading, type SeriesLabels } from './readings.ts';
import { writer } from './wire.ts';

interface Sample {
  readonly name: string;
  readonly labels: SeriesLabels;
  readonly le: string | null;
  readonly value: number;
}

/** @param atMs since 1970, of every sample. */
export function writeRequest(readings: readonly Reading[], atMs: number): Buffer {
  const out = writer();
  for (const sample of readings.flatMap(samplesOf)) {
    out.message(1, (series) => {
      for (const [name, value] of sortedLabels(sample)) {
        series.message(1, (label) => {
          label.text(1, name);
          label.text(2, value);
        });
      }
      series.message(2, (point) => {
        point.double(1, sample.value);
        point.uint(2, atMs);
      });
    });
  }
  return out.bytes();
}

function samplesOf(reading: Reading): Sample[] {
  const { name } = reading;
  if (reading.type !== 'histogram') {
    return reading.values.map(({ labels, value }) => ({ name, labels, le: null, value }));
  }
  return reading.values.flatMap((value) =>
    classicLines(name, value).map((line) => ({ ...line, labels: value.labels })),
  );
}

/** Receivers may refuse labels in another order. */
function sortedLabels({ name, labels, le }: Sample): [string, string][] {
  const all = { __name__: name, ...labels, ...(le === null ? {} : { le }) };
  return Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
}
