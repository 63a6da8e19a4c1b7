import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostInPair, numbered, pairLoads } from '../../src/plan/routes.ts';
import { shardChargers } from '../../src/plan/split.ts';

const schedule = { segments: [], total: 0, endNs: 0 };

/** Fleets of so many chargers, every second one an open load. */
function planOf(sizes: readonly number[], targets: number, of: Uint16Array | null = null) {
  let firstCharger = 0;
  const fleets = sizes.map((chargerCount, index) => {
    const fleet = { firstCharger, chargerCount, arrivals: index % 2 === 1 ? schedule : null };
    firstCharger += chargerCount;
    return fleet;
  });
  const urls = Array.from({ length: targets }, (_, i) => `ws://host${i}/{id}`);
  return { fleets, chargerCount: firstCharger, target: { urls, of } } as never;
}

test('texts that are alike have one number', () => {
  expect(numbered(['b', 'a', 'b', 'c'])).toEqual([0, 1, 0, 2]);
});

test('targets in turn, and the chargers of each take the sources in turn', () => {
  const { pairOf, all } = pairLoads(planOf([8], 2), { destinations: [0, 1], sources: 2 });
  expect([...pairOf]).toEqual([0, 2, 1, 3, 0, 2, 1, 3]);
  expect([...all]).toEqual([2, 2, 2, 2]);
});

test('targets with one address and port share its pairs', () => {
  expect(mostInPair(planOf([10], 2), { destinations: [0, 0], sources: 1 })).toBe(10);
  expect(mostInPair(planOf([10], 2), { destinations: [0, 1], sources: 1 })).toBe(5);
});

test('a function of the charger may give a target more than the others', () => {
  const of = Uint16Array.from({ length: 10 }, (_, i) => (i < 9 ? 0 : 1));
  const { all } = pairLoads(planOf([10], 2, of), { destinations: [0, 1], sources: 2 });
  expect([...all]).toEqual([5, 4, 1, 0]);
});

test('a share has its own pairs: its chargers take the sources in turn, whatever its step', () => {
  const plan = planOf([12], 1);
  const pairs = { destinations: [0], sources: 3 };
  for (const index of [0, 1, 2]) {
    const { all, pairOf } = pairLoads(plan, pairs, { shard: index, shards: 3, shares: 3 });
    expect([...all]).toEqual([2, 1, 1]);
    expect([0, 3, 6, 9].map((step) => pairOf[index + step])).toEqual([0, 1, 2, 0]);
  }
  expect(mostInPair(plan, pairs, { index: 2, of: 3 })).toBe(2);
  // Two workers of that share know of each other.
  const second = pairLoads(plan, pairs, { shard: 5, shards: 6, shares: 3 });
  expect([second.before, second.mine, second.all].map((each) => [...each])).toEqual([
    [1, 0, 1],
    [1, 1, 0],
    [2, 1, 1],
  ]);
});

test('the split only decides what is whose', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 6 }),
      (sizes, targets, sources, shards) => {
        const plan = planOf(sizes, targets);
        const { fleets } = plan as { fleets: never[] };
        const pairs = { destinations: Array.from({ length: targets }, (_, i) => i), sources };
        const whole = pairLoads(plan, pairs);
        const sum = new Uint32Array(whole.all.length);
        for (let shard = 0; shard < shards; shard++) {
          const part = pairLoads(plan, pairs, { shard, shards, shares: 1 });
          expect(part.pairOf).toEqual(whole.pairOf);
          expect(part.all).toEqual(whole.all);
          expect(part.before).toEqual(sum);
          for (let pair = 0; pair < sum.length; pair++) sum[pair] += part.mine[pair];
          const own = fleets.reduce(
            (n, fleet) => n + shardChargers(fleet, shard, shards).length,
            0,
          );
          expect(part.mine.reduce((a, b) => a + b, 0)).toBe(own);
        }
        expect(sum).toEqual(whole.all);
      },
    ),
    { numRuns: 50 },
  );
});
