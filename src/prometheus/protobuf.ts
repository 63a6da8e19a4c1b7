/**
 * The exposition in protocol buffers, of io.prometheus.client.MetricFamily: the only one with
 * native histograms. Classic buckets go along for those who want them.
 */
import { type Bins, FIRST_NATIVE, SCHEMA } from './bins.ts';
import type { Live, LiveHistograms, LiveNumbers, SeriesLabels } from './readings.ts';
import { type Writer, writer } from './wire.ts';

export const PROTOBUF_TYPE =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/** Field numbers of metrics.proto. */
const TYPE = { counter: 0, gauge: 1, histogram: 4 } as const;
const VALUE_FIELD = { gauge: 2, counter: 3, histogram: 7 } as const;

/** Durations below it count as 0. The default of Prometheus's own client libraries. */
const ZERO_THRESHOLD = 2 ** -128;

/**
 * Writes what families read, again and again: what did not change since the time before is not made
 * again. Families without values are left out.
 */
export function protobufWriter(families: readonly Live[]): () => Buffer {
  const parts = families.map((family) =>
    family.type === 'histogram' ? histogramsWriter(family) : numbersWriter(family),
  );
  return () => Buffer.concat(parts.map((write) => write()));
}

const NOTHING = Buffer.alloc(0);
const DOUBLE_BYTES = 8;

/** A double has always the same length: a family is laid out once, and its values set in place. */
function numbersWriter(family: LiveNumbers): () => Buffer {
  const { values } = family;
  let laidOut = layOut(family);
  return () => {
    const { bytes, view, places } = laidOut;
    for (let i = 0; i < values.length; i++) {
      const place = places[i];
      if (Number.isNaN(values[i]) !== place < 0) {
        laidOut = layOut(family);
        return laidOut.bytes;
      }
      if (place >= 0) view.setFloat64(place, values[i], true);
    }
    return bytes;
  };
}

/** `places`: where the value of each series is; -1: it is left out. */
function layOut(family: LiveNumbers) {
  const { labels, values, type } = family;
  const out = writer();
  out.raw(headBytes(family));
  const ends = labels.map((each, i) => {
    if (Number.isNaN(values[i])) return -1;
    out.message(4, (metric) => {
      metric.raw(labelBytes(each));
      metric.message(VALUE_FIELD[type], (inner) => inner.double(1, values[i]));
    });
    return out.length;
  });
  const bytes = ends.some((end) => end >= 0) ? delimited(out.bytes()) : NOTHING;
  const before = bytes.length - out.length - DOUBLE_BYTES;
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    places: ends.map((end) => (end < 0 ? -1 : before + end)),
  };
}

/** A count only grows: who has the same has the same buckets. */
function histogramsWriter(family: LiveHistograms): () => Buffer {
  const { bins, boundsS } = family;
  const head = headBytes(family);
  const labels = family.labels.map(labelBytes);
  const counts = labels.map(() => 0);
  const written: Buffer[] = labels.map(() => NOTHING);
  let bytes: Buffer = NOTHING;
  return () => {
    let grown = false;
    for (const [i, each] of bins.entries()) {
      if (each === null || each.count === counts[i]) continue;
      counts[i] = each.count;
      written[i] = histogramBytes(labels[i], boundsS, each);
      grown = true;
    }
    if (!grown) return bytes;
    bytes = delimited(Buffer.concat([head, ...written]));
    return bytes;
  };
}

function histogramBytes(labels: Buffer, boundsS: readonly number[], bins: Bins): Buffer {
  const out = writer();
  out.message(4, (metric) => {
    metric.raw(labels);
    metric.message(VALUE_FIELD.histogram, (inner) => writeHistogram(inner, boundsS, bins));
  });
  return out.bytes();
}

function delimited(message: Buffer): Buffer {
  const out = writer();
  out.delimited((inner) => inner.raw(message));
  return out.bytes();
}

function headBytes({ name, help, type }: Live): Buffer {
  const out = writer();
  out.text(1, name);
  out.text(2, help);
  out.uint(3, TYPE[type]);
  return out.bytes();
}

function labelBytes(labels: SeriesLabels): Buffer {
  const out = writer();
  for (const [name, value] of Object.entries(labels)) {
    out.message(1, (pair) => {
      pair.text(1, name);
      pair.text(2, value);
    });
  }
  return out.bytes();
}

function writeHistogram(out: Writer, boundsS: readonly number[], bins: Bins): void {
  out.uint(1, bins.count);
  out.double(2, bins.sumUs / 1e6);
  let below = 0;
  for (let i = 0; i <= boundsS.length; i++) {
    below += bins.classic[i];
    out.message(3, (bucket) => {
      bucket.uint(1, below);
      bucket.double(2, boundsS[i] ?? Number.POSITIVE_INFINITY);
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
  readonly deltas: ArrayLike<number>;
}

/** A gap of one or two costs less as empty buckets than as another span. */
const CLOSED_GAP = 2;

type NativeBins = Pick<Bins, 'native' | 'nativeFrom' | 'nativeTo'>;

export function nativeSpans({ native, nativeFrom, nativeTo }: NativeBins): NativeSpans {
  const spans: { offset: number; length: number }[] = [];
  const deltas = new Float64Array(Math.max(0, nativeTo - nativeFrom));
  let [length, next, before] = [0, nativeFrom, 0];
  let span: (typeof spans)[number] | null = null;
  for (let place = nativeFrom; place < nativeTo; place++) {
    const count = native[place];
    if (count === 0) continue;
    const gap = place - next;
    if (span === null || gap > CLOSED_GAP) {
      span = { offset: span === null ? place + FIRST_NATIVE : gap, length: 0 };
      spans.push(span);
    } else {
      for (; next < place; next++, before = 0) deltas[length++] = -before;
      span.length += gap;
    }
    deltas[length++] = count - before;
    span.length++;
    next = place + 1;
    before = count;
  }
  return { spans, deltas: deltas.subarray(0, length) };
}
