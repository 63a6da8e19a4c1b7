import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addToBins,
  DEFAULT_BOUNDS_S,
  emptyBins,
  FIRST_NATIVE,
  SCHEMA,
} from '../../src/prometheus/bins.ts';
import { nativeSpans, protobufWriter } from '../../src/prometheus/protobuf.ts';
import type { LiveHistograms, LiveNumbers, Reading } from '../../src/prometheus/readings.ts';
import { HDR_SLOTS } from '../../src/snapshot/hdr.ts';
import { all, decode, decodeDelimited, messages, text, varints, zigzag } from './decode.ts';
import { exporterOf, fullSnapshot, intervalOf, planOf, TABLES } from './readings.ts';

/** Counts by native index, from spans and deltas. */
function countsOf({ spans, deltas }: ReturnType<typeof nativeSpans>): Map<number, number> {
  const counts = new Map<number, number>();
  let [index, count, next] = [0, 0, 0];
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) {
      count += deltas[next++];
      if (count !== 0) counts.set(index, count);
      index++;
    }
  }
  expect(next).toBe(deltas.length);
  return counts;
}

describe('nativeSpans', () => {
  test('say again what was counted', () => {
    const sparse = fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 1e9 })),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(sparse, (counts) => {
        const native = Float64Array.from(counts);
        const spans = nativeSpans({ native, nativeFrom: 0, nativeTo: native.length });
        const expected = counts.flatMap((count, i) =>
          count === 0 ? [] : [[i + FIRST_NATIVE, count] as const],
        );
        expect([...countsOf(spans)]).toEqual(expected);
        for (const { offset } of spans.spans.slice(1)) expect(offset).toBeGreaterThan(2);
      }),
    );
  });
});

describe('protobuf', async () => {
  const exporter = exporterOf(planOf());
  exporter.interval(intervalOf(fullSnapshot(2)));
  const readings = exporter.readings();
  const present = readings.filter(({ values }) => values.length > 0);
  // Those of Node come after them.
  const read = decodeDelimited(await exporter.render('protobuf'))
    .map(decode)
    .slice(0, present.length);

  test('has every family with its series', () => {
    expect(read.map((family) => text(family, 1))).toEqual(present.map(({ name }) => name));
    for (const [i, { help, type, values }] of present.entries()) {
      expect(text(read[i], 2)).toBe(help);
      expect(all(read[i], 3)).toEqual([{ counter: 0n, gauge: 1n, histogram: 4n }[type]]);
      const labels = messages(read[i], 4).map((metric) =>
        Object.fromEntries(messages(metric, 1).map((pair) => [text(pair, 1), text(pair, 2)])),
      );
      expect(labels).toEqual(values.map((value) => value.labels));
    }
  });

  test('numbers are doubles where their type has them', () => {
    for (const [i, reading] of present.entries()) {
      if (reading.type === 'histogram') continue;
      const place = reading.type === 'gauge' ? 2 : 3;
      const values = messages(read[i], 4).map((metric) => all(messages(metric, place)[0], 1)[0]);
      expect(values).toEqual(reading.values.map(({ value }) => value));
    }
  });

  test('a histogram has both kinds of buckets', () => {
    const reading = readings.find(({ name }) => name === 'ocpp_boot_duration_seconds');
    const [value] = (reading as Extract<Reading, { type: 'histogram' }>).values;
    const family = read.find((each) => text(each, 1) === 'ocpp_boot_duration_seconds');
    const [histogram] = messages(messages(family ?? [], 4)[0], 7);
    expect(all(histogram, 1)).toEqual([BigInt(value.bins.count)]);
    expect(all(histogram, 2)).toEqual([value.bins.sumUs / 1e6]);
    const buckets = messages(histogram, 3);
    expect(buckets.map((bucket) => all(bucket, 2)[0])).toEqual([...value.boundsS, Infinity]);
    expect(all(buckets.at(-1) ?? [], 1)).toEqual([BigInt(value.bins.count)]);
    expect(zigzag(all(histogram, 5)[0] as bigint)).toBe(SCHEMA);
    const spans = messages(histogram, 12).map((span) => ({
      offset: zigzag(all(span, 1)[0] as bigint),
      length: Number(all(span, 2)[0]),
    }));
    const deltas = varints(all(histogram, 13)[0] as Buffer).map(zigzag);
    const counted = [...countsOf({ spans, deltas }).values()].reduce((sum, n) => sum + n, 0);
    expect(counted + Number(all(histogram, 7)[0])).toBe(value.bins.count);
  });
});

describe('a writer', () => {
  const live = fc.array(
    fc.record({
      numbers: fc.array(fc.oneof(fc.double(), fc.constant(Number.NaN)), {
        minLength: 3,
        maxLength: 3,
      }),
      grown: fc.array(fc.tuple(fc.nat(HDR_SLOTS - 1), fc.nat(300)), { maxLength: 5 }),
      series: fc.nat(1),
    }),
    { maxLength: 8 },
  );
  const labels = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ i: `${i}`, long: 'x'.repeat(100 * i) }));

  test('that has written before writes the same as one that has not', () => {
    fc.assert(
      fc.property(live, (seconds) => {
        const numbers: LiveNumbers = {
          ...{ name: 'a', help: 'A.', type: 'gauge', labels: labels(3) },
          values: new Float64Array(3),
        };
        const histograms: LiveHistograms = {
          ...{ name: 'b', help: 'B.', type: 'histogram', labels: labels(2) },
          ...{ boundsS: DEFAULT_BOUNDS_S, bins: [null, null] },
        };
        const write = protobufWriter([numbers, histograms]);
        let before: { bytes: Buffer; hex: string } | null = null;
        for (const second of seconds) {
          numbers.values.set(second.numbers);
          const bins = (histograms.bins[second.series] ??= emptyBins(TABLES));
          addToBins(bins, TABLES, {
            slots: Uint32Array.from(second.grown, ([slot]) => slot),
            counts: Float64Array.from(second.grown, ([, count]) => count + 1),
          });
          const bytes = write();
          expect(bytes.equals(protobufWriter([numbers, histograms])())).toBe(true);
          // What a scraper has not yet read stays as it was.
          expect(before?.bytes.toString('hex')).toBe(before?.hex);
          before = { bytes, hex: bytes.toString('hex') };
        }
      }),
    );
  });
});
