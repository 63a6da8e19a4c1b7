import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { layoutNames } from '../../src/result/layout-names.ts';
import { openResult, readResult } from '../../src/result/reader.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { anyIntervals, fixtureFooter, fixtureHeader, resultBytes } from './fixtures.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-result-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Some intervals, the same every time; more than one block of them. */
const [sample] = fc.sample(anyIntervals(1, 70), { seed: 7, numRuns: 1 });

describe('a result file', () => {
  const fleets = [1, 3].map((fleetCount) => ({
    fleetCount,
    header: fixtureHeader({
      fleets: Array.from({ length: fleetCount }, (_, i) => ({
        ...{ name: `fleet ${i}`, model: 'any', chargers: 5 },
      })),
    }),
  }));
  test.each(fleets)('of $fleetCount fleets gives back what was written, bit for bit', (each) => {
    fc.assert(
      fc.property(anyIntervals(each.fleetCount), (intervals) => {
        const result = readResult(resultBytes(intervals, each.header), 'run.olr');
        expect([...result.intervals()]).toEqual(intervals);
        expect(result).toMatchObject({ header: each.header, warnings: [] });
        expect(result.footer).toEqual({ ...fixtureFooter(), intervals: intervals.length });
      }),
      { numRuns: 40 },
    );
  });

  test('can be read from a disk, again and again', () => {
    const file = path.join(folder, 'run.olr');
    fs.writeFileSync(file, resultBytes(sample));
    const result = openResult(file);
    expect([...result.intervals()]).toEqual([...result.intervals()]);
    expect(result.file).toBe(file);
  });

  test('of a killed run is readable up to its last whole block, and says so', () => {
    const long = Array.from({ length: 100 }, (_, i) => ({ ...sample[1], ...times(i) }));
    const result = readResult(resultBytes(long, fixtureHeader(), null), 'run.olr');
    expect(result.footer).toBe(null);
    expect([...result.intervals()]).toHaveLength(60);
    expect(result.warnings.join()).toContain('the run was killed');
  });
});

const times = (i: number) => ({ index: i, fromS: i, toS: i + 1 });

describe('damage', () => {
  const bytes = resultBytes(sample);
  const read = (changed: Uint8Array) => {
    const result = readResult(changed, 'run.olr');
    return { ...result, all: [...result.intervals()] };
  };
  const whole = read(bytes);

  test('a flipped bit anywhere is an error', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const changed = Uint8Array.from(bytes);
        changed[at] ^= 1 << bit;
        expect(() => read(changed)).toThrow(UserError);
      }),
      { numRuns: 200 },
    );
  });

  test('a file that is cut off anywhere is an error, or has no end', () => {
    const isSound = (length: number) => {
      let result: ReturnType<typeof read>;
      try {
        result = read(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        return;
      }
      expect(result.footer).toBe(null);
      expect(result.warnings).toHaveLength(1);
      expect(result.all).toEqual(whole.all.slice(0, result.all.length));
    };
    for (let length = 0; length < 40; length += 3) isSound(length);
    for (let left = 1; left < 60; left += 7) isSound(bytes.length - left);
    fc.assert(fc.property(fc.nat(bytes.length - 1), isSound), { numRuns: 20 });
  });

  test('garbage is an error, with or without our first bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (garbage, ours) => {
        const file = ours ? Buffer.concat([bytes.subarray(0, 10), garbage]) : garbage;
        expect(() => read(file)).toThrow(UserError);
      }),
    );
  });

  test.each<[string, () => Uint8Array, RegExp]>([
    ['an empty file', () => new Uint8Array(), /^run\.olr is empty$/],
    ['a text', () => Buffer.from('{"schema": 1}'), /^run\.olr is no result file of ocpp-load$/],
    ['a later format', () => with1(bytes, 8, 2), /is of format 2, this .* reads format 1$/],
    ['a header that is cut', () => bytes.subarray(0, 40), /ends within its header/],
    ['a checksum', () => with1(bytes, 60, bytes[60] ^ 1), /damaged at byte 10: a checksum/],
    ['two files in one', () => Buffer.concat([bytes, bytes]), /something follows its end/],
  ])('%s is named', (_name, make, words) => {
    expect(() => read(make())).toThrow(words);
  });

  test.each([
    ['missing.olr', /does not exist/],
    ['.', /is a folder/],
  ])('%s is named', (name, words) => {
    expect(() => openResult(path.join(folder, name))).toThrow(words);
  });
  test('a device is no file', () => {
    expect(() => openResult('/dev/null')).toThrow('/dev/null is no file');
  });
});

const with1 = (bytes: Uint8Array, at: number, value: number) => {
  const changed = Uint8Array.from(bytes);
  changed[at] = value;
  return changed;
};

describe('a file of another version', () => {
  const ours = layoutNames();
  const intervals = sample;

  test('with other names in another order is read by its names', () => {
    // As if a version had one more counter in front, and the histograms the other way round.
    const header = fixtureHeader({
      layout: {
        ...ours,
        counters: { ...ours.counters, first: ['run/new', ...ours.counters.first] },
        histograms: { ...ours.histograms, first: [...ours.histograms.first].reverse() },
      },
    });
    const last = ours.histograms.first.length - 1;
    const theirs = intervals.map((interval) => ({
      ...interval,
      delta: {
        ...interval.delta,
        counterPlaces: Uint32Array.of(0, ...interval.delta.counterPlaces.map((p) => p + 1)),
        counterChanges: Float64Array.of(5, ...interval.delta.counterChanges),
        histograms: interval.delta.histograms
          .map((each) => ({ ...each, histogram: last - each.histogram }))
          .reverse(),
      },
    }));
    const result = readResult(resultBytes(theirs, header), 'run.olr');
    expect([...result.intervals()]).toEqual(intervals);
    expect(result.warnings).toEqual(['run.olr counts what this ocpp-load does not know: run/new']);
  });

  test('without a name has zeros for it', () => {
    const header = fixtureHeader({
      layout: { ...ours, counters: { ...ours.counters, first: ours.counters.first.slice(0, 3) } },
    });
    const only = { counterPlaces: Uint32Array.of(1), counterChanges: Float64Array.of(4) };
    const [first] = intervals;
    const theirs = [{ ...first, delta: { fleetCount: 1, ...only, histograms: [] } }];
    const result = readResult(resultBytes(theirs, header), 'run.olr');
    const sum = sumOf(
      [...result.intervals()].map(({ delta }) => delta),
      1,
    );
    expect(sum.counters.reduce((a, b) => a + b)).toBe(4);
    expect(result.warnings).toEqual([]);
  });

  test('with other buckets is refused', () => {
    const buckets = { ...ours.buckets, digits: 2 };
    const header = fixtureHeader({ layout: { ...ours, buckets } });
    expect(() => readResult(resultBytes([], header), 'run.olr')).toThrow('other buckets');
  });
});
