import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/plan/plan.ts';
import {
  cellCount,
  shardCells,
  shardChargers,
  shardOfCell,
  shardOfWorker,
  shardSize,
  shareCounts,
  shareSize,
} from '../../src/plan/split.ts';

const open: Schedule = { segments: [], total: 0, endNs: 0 };

/** Fleets one after the other, as a plan numbers them. */
function fleetsOf(sizes: readonly number[], arrivals: Schedule | null) {
  let firstCharger = 0;
  return sizes.map((chargerCount) => {
    const fleet = { firstCharger, chargerCount, arrivals };
    firstCharger += chargerCount;
    return fleet;
  });
}

const parts = (fleet: ReturnType<typeof fleetsOf>[0], shards: number) =>
  Array.from({ length: shards }, (_, shard) => [...shardChargers(fleet, shard, shards)]);

test.each([null, open])(
  'every count up to 600 over up to 17 shards is a partition (%#)',
  (arrivals) => {
    for (let chargers = 1; chargers <= 600; chargers++) {
      const [, fleet] = fleetsOf([chargers % 7, chargers], arrivals);
      const shards = 1 + ((chargers * 5) % 17);
      const seen = new Uint8Array(chargers);
      for (const [shard, part] of parts(fleet, shards).entries()) {
        if (shardSize(fleet, shard, shards) !== part.length) throw new Error('another size');
        for (let k = 0; k < part.length; k++) {
          seen[part[k]] += 1;
          if (k > 0 && part[k - 1] >= part[k]) throw new Error(`not sorted: ${chargers}/${shards}`);
        }
      }
      if (!seen.every((times) => times === 1))
        throw new Error(`lost or doubled: ${chargers}/${shards}`);
    }
  },
);

test('a small fleet in all numbers of shards, with and without arrivals', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 4 });
  const shardCount = fc.integer({ min: 1, max: 17 });
  fc.assert(
    fc.property(sizes, shardCount, fc.constantFrom(null, open), (counts, shards, arrivals) => {
      const perShard = new Float64Array(shards);
      for (const fleet of fleetsOf(counts, arrivals)) {
        const dealt = parts(fleet, shards);
        expect(dealt.flat().sort((a, b) => a - b)).toEqual([...Array(fleet.chargerCount).keys()]);
        dealt.forEach((part, shard) => {
          perShard[shard] += part.length;
          const own = new Set(shardCells(fleet, shard, shards));
          expect(part.every((charger) => own.has(charger % cellCount(fleet)))).toBe(true);
          for (const cell of own) expect(shardOfCell(fleet, cell, shards)).toBe(shard);
        });
      }
      const spread = Math.max(...perShard) - Math.min(...perShard);
      if (arrivals === null) expect(spread).toBeLessThanOrEqual(counts.length);
      else expect(spread).toBeLessThanOrEqual(counts.length * 257);
    }),
    { numRuns: 60 },
  );
});

test('cells of an open fleet hold 256 chargers at most', () => {
  expect(cellCount({ firstCharger: 0, chargerCount: 5000, arrivals: open })).toBe(20);
  expect(cellCount({ firstCharger: 0, chargerCount: 3, arrivals: open })).toBe(1);
  expect(cellCount({ firstCharger: 0, chargerCount: 3, arrivals: null })).toBe(3);
});

describe('shares of a run', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 });
  const workers = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 7 });

  test('each charger is in exactly one, cells are whole, however many workers each has', () => {
    fc.assert(
      fc.property(sizes, workers, fc.constantFrom(null, open), (counts, workersOf, arrivals) => {
        const of = workersOf.length;
        const fleets = fleetsOf(counts, arrivals);
        for (const [f, fleet] of fleets.entries()) {
          const ownerOf = new Map<number, number>();
          for (const [index, workers] of workersOf.entries()) {
            const share = { index, of };
            const own = Array.from({ length: workers }, (_, worker) => {
              const { shard, shards } = shardOfWorker(share, worker, workers);
              return [...shardChargers(fleet, shard, shards)];
            }).flat();
            expect(own.length).toBe(shareCounts(fleets, share)[f]);
            // As if it had one worker alone.
            expect(own.toSorted((a, b) => a - b)).toEqual([...shardChargers(fleet, index, of)]);
            for (const charger of own) {
              expect(ownerOf.has(charger)).toBe(false);
              ownerOf.set(charger, index);
            }
          }
          expect(ownerOf.size).toBe(fleet.chargerCount);
          const cells = cellCount(fleet);
          for (const [charger, owner] of ownerOf) {
            expect(ownerOf.get(charger % cells)).toBe(owner);
          }
        }
        const all = workersOf.map((_, index) => shareSize(fleets, { index, of }));
        expect(all.reduce((a, b) => a + b, 0)).toBe(counts.reduce((a, b) => a + b, 0));
      }),
      { numRuns: 40 },
    );
  });

  test('without arrivals: the chargers whose number in the run leaves the share', () => {
    const [, fleet] = fleetsOf([4, 10], null);
    expect([...shardChargers(fleet, 1, 3)].map((charger) => (charger + 4) % 3)).toEqual([
      1, 1, 1, 1,
    ]);
    expect(shareCounts(fleetsOf([4, 10], null), { index: 1, of: 3 })).toEqual([1, 4]);
  });
});
