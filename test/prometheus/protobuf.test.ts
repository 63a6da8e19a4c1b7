import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIRST_NATIVE, SCHEMA } from '../../src/prometheus/bins.ts';
import { nativeSpans, protobufText } from '../../src/prometheus/protobuf.ts';
import type { Reading } from '../../src/prometheus/readings.ts';
import { all, decode, decodeDelimited, messages, text, varints, zigzag } from './decode.ts';
import { exporterOf, fullSnapshot, intervalOf, planOf } from './readings.ts';

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

describe('protobufText', () => {
  const exporter = exporterOf(planOf());
  exporter.interval(intervalOf(fullSnapshot(2)));
  const readings = exporter.readings();
  const read = decodeDelimited(protobufText(readings)).map(decode);

  test('has every family with its series', () => {
    const present = readings.filter(({ values }) => values.length > 0);
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
    for (const [i, reading] of readings.filter(({ values }) => values.length > 0).entries()) {
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
