import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyOverrides, dealChargers } from '../../src/scenario/override.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { goodFleet, goodScenario } from './fixture.ts';

test('what is given goes over the scenario, what is not stays', () => {
  const scenario = goodScenario({ target: undefined, seed: 1 });
  const changed = applyOverrides(scenario, { target: 'embedded', duration: undefined, seed: 9 });
  expect(changed).toMatchObject({ target: 'embedded', duration: '2m', seed: 9 });
  expect(scenario.seed).toBe(1);
});

test('chargers are the chargers of all fleets, in their proportion', () => {
  const fleets = [goodFleet({ chargers: 30 }), goodFleet({ name: 'b', chargers: 10 })];
  const changed = applyOverrides(goodScenario({ fleets }), { chargers: 8 }) as Scenario;
  expect(changed.fleets.map(({ chargers }) => chargers)).toEqual([6, 2].map((n) => n));
});

test.each([
  [[90, 10], 20, [18, 2]],
  [[90, 10], 3, [2, 1]],
  [[1, 1, 1], 4, [2, 1, 1]],
  [[1000, 1, 1], 3, [1, 1, 1]],
  [[1000, 1, 1], 10, [8, 1, 1]],
  [[5000], 7, [7]],
  [[3, 5], 1, [1, 1]],
])('%j dealt to %d is %j', (counts, total, dealt) => {
  expect(dealChargers(counts, total)).toEqual(dealt);
});

test('every fleet is within one charger of its share, unless it needs one at all', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 8, max: 100_000 }), (fleets, total) => {
      const sum = fleets.reduce((a, b) => a + b, 0);
      const shares = fleets.map((count) => (total * count) / sum);
      if (Math.min(...shares) < 1) return;
      for (const [i, dealt] of dealChargers(fleets, total).entries()) {
        expect(Math.abs(dealt - shares[i])).toBeLessThan(1);
      }
    }),
  );
});

test('what is no scenario is left for the validation', () => {
  expect(applyOverrides('x', { chargers: 5 })).toBe('x');
});

test('no charger is lost in dealing, and every fleet keeps one', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 8, max: 1_000_000 }), (fleets, total) => {
      const dealt = dealChargers(fleets, total);
      expect(dealt.reduce((a, b) => a + b, 0)).toBe(total);
      expect(Math.min(...dealt)).toBeGreaterThanOrEqual(1);
    }),
  );
});
