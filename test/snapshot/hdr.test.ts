import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  emptyHdr,
  HDR_SLOTS,
  HIGHEST_US,
  hdrIndex,
  hdrValueUs,
  SUB_BUCKET_HALF,
  summarise,
  toHdr,
} from '../../src/snapshot/hdr.ts';

/** What hdr-histogram-js knows of its own layout; not in its types. */
interface Layout {
  readonly countsArrayLength: number;
  countsArrayIndex(value: number): number;
  lowestEquivalentValue(value: number): number;
}
const theirs = emptyHdr() as unknown as Layout;

const powers = Array.from({ length: 37 }, (_, n) => 2 ** n);
const edges = powers.flatMap((power) => [power - 1, power, power + 1]);
/** Values of every size alike. */
const valueUs = fc
  .double({ min: 0, max: Math.log2(HIGHEST_US), noNaN: true })
  .map((exponent) => Math.min(HIGHEST_US, Math.floor(2 ** exponent)));

function slotsOf(valuesUs: readonly number[]): Uint32Array {
  const slots = new Uint32Array(HDR_SLOTS);
  for (const value of valuesUs) slots[hdrIndex(value)]++;
  return slots;
}

function expectSameSlot(value: number): void {
  expect([value, hdrIndex(value)]).toEqual([value, theirs.countsArrayIndex(value)]);
  expect([value, hdrValueUs(hdrIndex(value))]).toEqual([
    value,
    theirs.lowestEquivalentValue(value),
  ]);
}

describe('the layout is that of hdr-histogram-js', () => {
  test('as long as theirs', () => {
    expect(HDR_SLOTS).toBe(theirs.countsArrayLength);
    expect(hdrIndex(HIGHEST_US)).toBeLessThan(HDR_SLOTS);
  });

  test('for each of the first 10 000 values, and round every power of two', () => {
    for (let value = 0; value < 10_000; value++) expectSameSlot(value);
    for (const value of [...edges, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, HIGHEST_US]) {
      expectSameSlot(value);
    }
  });

  test('at both ends of every slot', () => {
    for (let slot = 0; hdrValueUs(slot + 1) <= HIGHEST_US; slot++) {
      const [first, beyond] = [hdrValueUs(slot), hdrValueUs(slot + 1)];
      expect(hdrIndex(first)).toBe(slot);
      expect(hdrIndex(beyond - 1)).toBe(slot);
      expect(hdrIndex(beyond)).toBe(slot + 1);
      if (slot >= 2 * SUB_BUCKET_HALF)
        expect(first / (beyond - first)).toBeGreaterThanOrEqual(1000);
    }
  });

  test('for random values, and a fraction belongs to the whole below', () => {
    fc.assert(
      fc.property(valueUs, fc.double({ min: 0, max: 0.99, noNaN: true }), (value, fraction) => {
        expectSameSlot(value);
        if (value < HIGHEST_US) expect(hdrIndex(value + fraction)).toBe(hdrIndex(value));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a rebuilt histogram', () => {
  const values = fc.array(valueUs, { minLength: 1, maxLength: 200 });
  const percentiles = [0, 1, 10, 50, 90, 95, 99, 99.9, 100];

  test('says what one says that recorded the same directly', () => {
    fc.assert(
      fc.property(values, (all) => {
        const [ours, direct] = [toHdr(slotsOf(all)), emptyHdr()];
        for (const value of all) direct.recordValue(value);
        expect(ours.totalCount).toBe(all.length);
        expect(ours.mean).toBe(direct.mean);
        for (const p of percentiles) {
          expect(ours.getValueAtPercentile(p)).toBe(direct.getValueAtPercentile(p));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('has as its maximum the highest value of its last slot', () => {
    expect(toHdr(slotsOf([7])).maxValue).toBe(7);
    expect(toHdr(slotsOf([3, 5000])).maxValue).toBe(5003);
    expect(toHdr(new Float64Array(HDR_SLOTS)).totalCount).toBe(0);
  });

  test('takes counts beyond 32 bits', () => {
    const slots = new Float64Array(HDR_SLOTS);
    slots[5] = 2 ** 40;
    expect(toHdr(slots).totalCount).toBe(2 ** 40);
  });
});

describe('a summary', () => {
  test('of nothing is all zero', () => {
    expect(summarise(emptyHdr())).toEqual({
      ...{ count: 0, min: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 },
    });
  });

  test('of one value is that value', () => {
    const ms = 1.234;
    expect(summarise(toHdr(slotsOf([1234])))).toEqual({
      ...{ count: 1, min: ms, mean: ms, p50: ms, p90: ms, p95: ms, p99: ms, p999: ms, max: ms },
    });
  });

  test('of 1 to 1000 us is exact', () => {
    const slots = slotsOf(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(summarise(toHdr(slots))).toEqual({
      ...{ count: 1000, min: 0.001, mean: 0.501, p50: 0.5, p90: 0.9, p95: 0.95 },
      ...{ p99: 0.99, p999: 0.999, max: 1 },
    });
  });

  test('a latency below 1 us is a minimum of 0', () => {
    expect(summarise(toHdr(slotsOf([0, 900])))).toMatchObject({ count: 2, min: 0, max: 0.9 });
    expect(summarise(toHdr(slotsOf([0])))).toMatchObject({ count: 1, min: 0, mean: 0, max: 0 });
  });

  test('is in order, and within a thousandth of the truth', () => {
    fc.assert(
      fc.property(fc.array(valueUs, { minLength: 1, maxLength: 300 }), (all) => {
        const { count, min, mean, p50, p90, p95, p99, p999, max } = summarise(toHdr(slotsOf(all)));
        const order = [0, min, p50, p90, p95, p99, p999, max];
        expect(order).toEqual([...order].sort((a, b) => a - b));
        expect(mean).toBeGreaterThanOrEqual(min);
        expect(mean).toBeLessThanOrEqual(max);
        expect(count).toBe(all.length);
        const meanUs = all.reduce((a, b) => a + b, 0) / all.length;
        const near = (ms: number, us: number) =>
          expect(Math.abs(ms * 1000 - us)).toBeLessThanOrEqual(us / 1000 + 0.5);
        near(min, Math.min(...all));
        near(mean, meanUs);
        near(max, Math.max(...all));
      }),
      { numRuns: 60 },
    );
  });
});
