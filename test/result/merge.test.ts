import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeFooters, mergeHeaders, mergeIntervals } from '../../src/result/merge.ts';
import { readResult } from '../../src/result/reader.ts';
import type { ResultFile } from '../../src/result/types.ts';
import type { Interval } from '../../src/series/interval.ts';
import { type Delta, differenceOf, joinDeltas, sumOf } from '../../src/snapshot/delta.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { anyIntervals, fixtureFooter, fixtureHeader, resultBytes } from './fixtures.ts';

const file = (bytes: Uint8Array) => readResult(bytes, 'part.olr');
/** Merged as the command does it, through the bytes of a file. */
function merged(parts: readonly ResultFile[]): ResultFile {
  const footer = mergeFooters(parts.map((part) => part.footer));
  const header = mergeHeaders(parts.map(({ header }) => header));
  const all = mergeIntervals(parts);
  return file(resultBytes(all, header, footer, Number.POSITIVE_INFINITY));
}
/** Sparse: a test would compare millions of zeros. */
const total = (result: ResultFile) => {
  const { length } = result.header.fleets;
  const sum = sumOf(
    [...result.intervals()].map(({ delta }) => delta),
    length,
  );
  return differenceOf(sum, emptySnapshot(length));
};

/** Deals the counts of a delta to so many parts: every count is in one of them, or split. */
function deal(delta: Delta, parts: number, salt: number): Delta[] {
  const share = (amount: number, i: number, part: number) => {
    const owner = (i * 7 + salt) % parts;
    const half = Math.trunc(amount / 2);
    if (parts === 1) return amount;
    return part === owner ? amount - half : part === (owner + 1) % parts ? half : 0;
  };
  return Array.from({ length: parts }, (_, part) => {
    const keep = (places: Uint32Array, amounts: Float64Array) => {
      const rows = [...places.entries()].map(([i, place]) => [place, share(amounts[i], i, part)]);
      const some = rows.filter(([, amount]) => amount !== 0);
      return {
        places: Uint32Array.from(some, ([place]) => place),
        amounts: Float64Array.from(some, ([, amount]) => amount),
      };
    };
    const counters = keep(delta.counterPlaces, delta.counterChanges);
    const histograms = delta.histograms.flatMap(({ histogram, slots, counts }) => {
      const { places, amounts } = keep(slots, counts);
      return places.length === 0 ? [] : [{ histogram, slots: places, counts: amounts }];
    });
    return {
      fleetCount: delta.fleetCount,
      counterPlaces: counters.places,
      counterChanges: counters.amounts,
      histograms,
    };
  });
}

const partFiles = (intervals: readonly Interval[], parts: number): ResultFile[] => {
  const dealt = intervals.map(({ delta, index }) => deal(delta, parts, index));
  return Array.from({ length: parts }, (_, part) => {
    const own = intervals.map((each, i) => ({ ...each, delta: dealt[i][part] }));
    return file(resultBytes(own, fixtureHeader({ seed: part })));
  });
};

const fewIntervals = anyIntervals(1, 3).map((all) => all.slice(0, 5));

describe('merging', () => {
  const shuffled = (parts: readonly ResultFile[], order: readonly number[]) =>
    parts
      .map((part, i) => ({ part, at: order[i % order.length] * 31 + i }))
      .sort((a, b) => a.at - b.at)
      .map(({ part }) => part);

  test.each([1, 4, 16])('%i parts in any order and grouping gives the run, to the bit', (count) => {
    const cases = [fewIntervals, fc.array(fc.nat(50), { minLength: 16 }), fc.nat(15)] as const;
    fc.assert(
      fc.property(...cases, (intervals, order, split) => {
        const whole = file(resultBytes(intervals));
        const parts = partFiles(intervals, count);
        const flat = merged(parts);
        expect(total(flat)).toEqual(total(whole));
        const mixed = shuffled(parts, order);
        const cut = Math.min(split, count - 1);
        const groups = [mixed.slice(0, cut), mixed.slice(cut)].filter(({ length }) => length > 0);
        const grouped = merged(groups.map(merged));
        const text = (result: ResultFile) => [
          result.header,
          result.footer,
          [...result.intervals()],
        ];
        expect(text(grouped)).toEqual(text(flat));
      }),
      { numRuns: 3 },
    );
  });

  test('keeps seconds that only one part has', () => {
    const all = fc.sample(anyIntervals(1, 6), { seed: 3, numRuns: 1 })[0].slice(0, 6);
    const odd = file(resultBytes(all.filter(({ index }) => index % 2 === 1)));
    const even = file(resultBytes(all.filter(({ index }) => index % 2 === 0)));
    expect([...mergeIntervals([odd, even])]).toEqual(all);
  });

  test('has the worst outcome and the longest stages', () => {
    const finding = {
      cause: 'gc',
      level: 'DEGRADED',
      fromS: 1,
      toS: 2,
      text: 'a',
      fix: 'b',
    } as const;
    const degraded = fixtureFooter({
      verdict: { trust: 'DEGRADED', findings: [finding] },
      ...{ exitCode: 99, causes: ['only 9 of 10 chargers booted'], steadyS: 12 },
    });
    const footer = mergeFooters([fixtureFooter(), degraded]);
    expect(footer).toMatchObject({
      ...{ ending: 'completed', exitCode: 99, steadyS: 12, peakConnected: 20, summary: null },
      verdict: degraded.verdict,
      events: [{ atS: 1.5, text: 'first refused connect' }],
      // How many booted of a part that passed is no sentence about all.
      causes: ['only 9 of 10 chargers booted'],
    });
    expect(mergeFooters([fixtureFooter(), fixtureFooter()])?.causes).toEqual(['every part passed']);
  });

  test('a part that was killed makes it worse than the others are', () => {
    const failed = fixtureFooter({ exitCode: 99, causes: ['a threshold failed'] });
    expect(mergeFooters([fixtureFooter(), null])).toMatchObject({
      ...{ ending: 'killed', exitCode: 105 },
      causes: ['a part has no verdict: killed before its end'],
    });
    const flat = mergeFooters([failed, null, fixtureFooter()]);
    expect(flat?.causes).toEqual([
      ...['a part has no verdict: killed before its end', 'a threshold failed'],
    ]);
    expect(mergeFooters([mergeFooters([null, fixtureFooter()]), failed])).toEqual(flat);
    expect(mergeFooters([null, null])).toBe(null);
  });

  test('adds the chargers of all parts up', () => {
    const header = mergeHeaders([fixtureHeader(), fixtureHeader({ seed: 2 })]);
    expect(header).toMatchObject({ chargerCount: 20, fleets: [{ chargers: 20 }], parts: 2 });
  });
});

test('joined deltas add up, and what cancels out is gone', () => {
  const of = (places: number[], changes: number[]): Delta => ({
    ...{ fleetCount: 1, histograms: [] },
    counterPlaces: Uint32Array.from(places),
    counterChanges: Float64Array.from(changes),
  });
  const joined = joinDeltas(of([1, 3, 9], [5, 1, 2]), of([0, 3, 9], [7, -1, 4]));
  expect(joined).toEqual(of([0, 1, 9], [7, 5, 6]));
  const two = { ...of([], []), fleetCount: 2 };
  expect(() => joinDeltas(of([], []), two)).toThrow('different fleets');
});
