import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { descriptorsNeeded } from '../../src/fleet/limits.ts';
import { chooseSpread, MOST_PROCESSES, mostOfProcess, rangesOf } from '../../src/fleet/spread.ts';
import type { Schedule } from '../../src/plan/plan.ts';

const LIMITS = { descriptors: 20_000, processors: 2 };
const CARS = { segments: [], total: 0, endNs: 0 } as Schedule;
const planOf = (chargerCount: number, arrivals: Schedule | null = null) => ({
  fleets: [{ firstCharger: 0, chargerCount, arrivals }],
});
const auto = (chargers: number) => chooseSpread(planOf(chargers), { workers: 'auto' }, LIMITS);

describe('processes', () => {
  test('one, as long as its descriptors are enough', () => {
    expect(auto(5)).toEqual({ processes: 1, workers: 1 });
    expect(auto(5000)).toEqual({ processes: 1, workers: 2 });
    expect(auto(19_940)).toEqual({ processes: 1, workers: 2 });
    expect(auto(19_941)).toEqual({ processes: 2, workers: 2 });
    expect(auto(100_000)).toEqual({ processes: 6, workers: 6 });
    expect(auto(1_000_000)).toEqual({ processes: 51, workers: 51 });
    const limits = { descriptors: null, processors: 2 };
    expect(chooseSpread(planOf(1e6), { workers: 'auto' }, limits).processes).toBe(1);
  });

  test('as many as asked for, each with a worker, none without a charger', () => {
    const spread = (workers: number | 'auto', processes: number, chargers = 5000) =>
      chooseSpread(planOf(chargers), { workers, processes }, LIMITS);
    expect(spread('auto', 4)).toEqual({ processes: 4, workers: 4 });
    expect(spread(6, 4)).toEqual({ processes: 4, workers: 6 });
    expect(spread('auto', 4, 3)).toEqual({ processes: 3, workers: 3 });
    expect(spread(1, 1)).toEqual({ processes: 1, workers: 1 });
    expect(() => spread(3, 4)).toThrow(UserError);
    expect(() => spread(3, 4)).toThrow('--workers 3 are too few for --processes 4');
  });

  test('more workers than asked for where descriptors want more processes', () => {
    const wish = { workers: 1, processes: 'auto' } as const;
    expect(chooseSpread(planOf(50_000), wish, LIMITS)).toEqual({ processes: 3, workers: 3 });
  });

  test('fit into the descriptors of each, whatever cannot be divided', () => {
    const plan = fc.record({ chargers: fc.integer({ min: 1, max: 60_000 }), open: fc.boolean() });
    fc.assert(
      fc.property(
        plan,
        fc.integer({ min: 1100, max: 30_000 }),
        ({ chargers, open }, descriptors) => {
          const planned = planOf(chargers, open ? CARS : null);
          const limits = { descriptors, processors: 4 };
          const spread = chooseSpread(planned, { workers: 'auto' }, limits);
          if (spread.processes === MOST_PROCESSES) return;
          expect(descriptorsNeeded(mostOfProcess(planned, spread))).toBeLessThanOrEqual(
            descriptors,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a share of the run', () => {
  const third = { workers: 'auto', share: { index: 2, of: 3 } } as const;

  test('needs what its own chargers need', () => {
    expect(chooseSpread(planOf(15_000), third, LIMITS)).toEqual({ processes: 1, workers: 2 });
    expect(chooseSpread(planOf(7_000), third, LIMITS)).toEqual({ processes: 1, workers: 1 });
    const spread = chooseSpread(planOf(90_000), third, LIMITS);
    expect(spread).toEqual({ processes: 2, workers: 2 });
    expect(mostOfProcess(planOf(90_001), spread, { index: 0, of: 3 })).toBe(15_001);
    expect(mostOfProcess(planOf(90_001), spread, { index: 2, of: 3 })).toBe(15_000);
  });

  test('has its part of the handshake slots', () => {
    const plan = { ...planOf(90_000), limits: { maxHandshakes: 7 } };
    expect(chooseSpread(plan, { ...third, workers: 64 }, LIMITS).workers).toBe(2);
    const few = { ...plan, limits: { maxHandshakes: 1 } };
    expect(chooseSpread(few, { ...third, workers: 64, processes: 1 }, LIMITS).workers).toBe(1);
  });

  test('without a charger is refused', () => {
    expect(() => chooseSpread(planOf(2), third, LIMITS)).toThrow('share 3 of 3 has no chargers');
    // 512 chargers with arrivals are two groups.
    expect(() => chooseSpread(planOf(512, CARS), third, LIMITS)).toThrow(UserError);
  });
});

test('every worker has one process, and these are as even as can be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(299), (processes, more) => {
      const workers = processes + more;
      const ranges = rangesOf({ processes, workers });
      const all = ranges.flatMap(({ first, count }) =>
        Array.from({ length: count }, (_, i) => first + i),
      );
      expect(all).toEqual(Array.from({ length: workers }, (_, worker) => worker));
      const counts = ranges.map(({ count }) => count);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      expect(Math.min(...counts)).toBeGreaterThan(0);
    }),
  );
});
