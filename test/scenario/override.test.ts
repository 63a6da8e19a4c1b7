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
