import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addToBins,
  type Bins,
  binTables,
  DEFAULT_BOUNDS_S,
  emptyBins,
  FIRST_NATIVE,
  SCHEMA,
} from '../../src/prometheus/bins.ts';
import { HIGHEST_US, hdrIndex, hdrValueUs, toHdr } from '../../src/snapshot/hdr.ts';

const TABLES = binTables(DEFAULT_BOUNDS_S);
const BASE = 2 ** (2 ** -SCHEMA);

function binsOf(valuesUs: readonly number[], tables = TABLES): Bins {
  const bins = emptyBins(tables);
  const slots = Uint32Array.from(valuesUs, hdrIndex);
  addToBins(bins, tables, { slots, counts: new Float64Array(slots.length).fill(1) });
  return bins;
}

const highestUs = (us: number) => Math.min(hdrValueUs(hdrIndex(us) + 1) - 1, HIGHEST_US);
const durations = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: 0, max: 60e6 }),
  fc.integer({ min: 0, max: HIGHEST_US }),
);

describe('classic buckets', () => {
  test('hold what is not above their bound, to the last one', () => {
    fc.assert(
      fc.property(fc.array(durations, { maxLength: 50 }), (us) => {
        const { classic, count } = binsOf(us);
        let below = 0;
        for (const [i, boundS] of DEFAULT_BOUNDS_S.entries()) {
          below += classic[i];
          expect(below).toBe(us.filter((each) => highestUs(each) <= boundS * 1e6).length);
        }
        expect(below + (classic.at(-1) ?? 0)).toBe(us.length);
        expect(count).toBe(us.length);
      }),
    );
  });

  test('a slot that straddles a bound is above it, as a percentile says', () => {
    // 10 s lies in a slot that ends above it: 9.999 s does not.
    expect(highestUs(10e6)).toBeGreaterThan(10e6);
    expect(binsOf([9_990_000, 10_000_000]).classic).toEqual(binsOf([9_990_000, 11e6]).classic);
  });

  test('may be others', () => {
    const tables = binTables([0.5]);
    expect([...binsOf([1, 500_000, 600_000, 700_000], tables).classic]).toEqual([1, 3]);
    expect([...binsOf([1, 2], binTables([])).classic]).toEqual([2]);
  });
});

describe('native buckets', () => {
  test('hold the highest value of a slot', () => {
    fc.assert(
      fc.property(durations, (us) => {
        const { native, zeros } = binsOf([us]);
        if (highestUs(us) === 0) {
          expect(zeros).toBe(1);
          return;
        }
        const index = native.indexOf(1) + FIRST_NATIVE;
        const seconds = highestUs(us) / 1e6;
        expect(seconds).toBeLessThanOrEqual(BASE ** index * (1 + 1e-12));
        expect(seconds).toBeGreaterThan(BASE ** (index - 1) * (1 - 1e-12));
      }),
    );
  });

  test('know where they lie', () => {
    fc.assert(
      fc.property(fc.array(durations, { maxLength: 9 }), (us) => {
        const { native, nativeFrom, nativeTo } = binsOf(us);
        const within = native.slice(nativeFrom, nativeTo);
        const sum = (counts: Float64Array) => counts.reduce((all, n) => all + n, 0);
        expect(sum(within)).toBe(sum(native));
        for (const end of [within.at(0), within.at(-1)]) expect(end).not.toBe(0);
      }),
    );
  });

  test('are narrower than a hundredth', () => {
    expect(BASE - 1).toBeLessThan(0.0055);
  });
});

test('the sum gives the mean of the report', () => {
  fc.assert(
    fc.property(fc.array(durations, { minLength: 1, maxLength: 50 }), (us) => {
      const slots = new Float64Array(28 * 1024);
      for (const each of us) slots[hdrIndex(each)]++;
      const { sumUs, count } = binsOf(us);
      const { mean } = toHdr(slots);
      expect(Math.abs(sumUs / count - mean)).toBeLessThanOrEqual(1e-9 * mean);
    }),
  );
});
