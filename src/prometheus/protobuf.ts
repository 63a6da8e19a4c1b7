/**
 * The exposition in protocol buffers, of io.prometheus.client.MetricFamily: the only one with
 * native histograms. Classic buckets go along for those who want them.
 */
import { type Bins, FIRST_NATIVE, SCHEMA } from './bins.ts';
import type { HistogramValue, Reading, SeriesLabels } from './readings.ts';
import { type Writer, writer } from './wire.ts';

export const PROTOBUF_TYPE =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/** Field numbers of metrics.proto. */
const TYPE = { counter: 0, gauge: 1, histogram: 4 } as const;
const VALUE_FIELD = { gauge: 2, counter: 3, histogram: 7 } as const;

/** Durations below it count as 0. The default of Prometheus's own client libraries. */
const ZERO_THRESHOLD = 2 ** -128;

export function protobufText(readings: readonly Reading[]): Buffer {
  const out = writer();
  for (const reading of readings) {
    if (reading.values.length > 0) out.delimited((family) => writeFamily(family, reading));
  }
  return out.bytes();
}

function writeFamily(out: Writer, reading: Reading): void {
  const { name, help, type } = reading;
  out.text(1, name);
  out.text(2, help);
  out.uint(3, TYPE[type]);
  for (const value of reading.values) {
    out.message(4, (metric) => {
      metric.raw(labelBytes(value.labels));
      metric.message(VALUE_FIELD[type], (inner) => {
        if ('bins' in value) writeHistogram(inner, value);
        else inner.double(1, value.value);
      });
    });
  }
}

/** Most labels are the same objects from scrape to scrape. */
const written = new WeakMap<SeriesLabels, Buffer>();

function labelBytes(labels: SeriesLabels): Buffer {
  const known = written.get(labels);
  if (known !== undefined) return known;
  const out = writer();
  for (const [name, value] of Object.entries(labels)) {
    out.message(1, (pair) => {
      pair.text(1, name);
      pair.text(2, value);
    });
  }
  const bytes = out.bytes();
  written.set(labels, bytes);
  return bytes;
}

function writeHistogram(out: Writer, { boundsS, bins }: HistogramValue): void {
  out.uint(1, bins.count);
  out.double(2, bins.sumUs / 1e6);
  let below = 0;
  for (const [i, boundS] of [...boundsS, Infinity].entries()) {
    below += bins.classic[i];
    const cumulative = below;
    out.message(3, (bucket) => {
      bucket.uint(1, cumulative);
      bucket.double(2, boundS);
    });
  }
  out.sint(5, SCHEMA);
  out.double(6, ZERO_THRESHOLD);
  out.uint(7, bins.zeros);
  const { spans, deltas } = nativeSpans(bins);
  for (const { offset, length } of spans) {
    out.message(12, (span) => {
      span.sint(1, offset);
      span.uint(2, length);
    });
  }
  out.sints(13, deltas);
}

export interface NativeSpans {
  /** Buckets in a row; `offset`: buckets left out before it, of the first its native index. */
  readonly spans: readonly { readonly offset: number; readonly length: number }[];
  /** Each bucket against the one before. */
  readonly deltas: readonly number[];
}

/** A gap of one or two costs less as empty buckets than as another span. */
const CLOSED_GAP = 2;

type NativeBins = Pick<Bins, 'native' | 'nativeFrom' | 'nativeTo'>;

export function nativeSpans({ native, nativeFrom, nativeTo }: NativeBins): NativeSpans {
  const spans: { offset: number; length: number }[] = [];
  const deltas: number[] = [];
  let [next, before] = [0, 0];
  for (let place = nativeFrom; place < nativeTo; place++) {
    const count = native[place];
    if (count === 0) continue;
    const span = spans.at(-1);
    const gap = place - next;
    if (span === undefined) spans.push({ offset: place + FIRST_NATIVE, length: 0 });
    else if (gap > CLOSED_GAP) spans.push({ offset: gap, length: 0 });
    else {
      for (; next < place; next++, before = 0) deltas.push(-before);
      span.length += gap;
    }
    deltas.push(count - before);
    spans[spans.length - 1].length++;
    [next, before] = [place + 1, count];
  }
  return { spans, deltas };
}
