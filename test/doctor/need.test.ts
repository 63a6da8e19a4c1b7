import { expect, test } from 'vitest';
import { needOf, needOfFleet } from '../../src/doctor/need.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { ramp } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import { smallScenario } from '../e2e/support.ts';

const planOf = (changes: Parameters<typeof smallScenario>[0], fleet = {}) =>
  compilePlan(smallScenario({ duration: '10s', ...changes }, fleet), {
    ...{ name: 'need.ts', file: null, seed: 3 },
  });
const AUTO = { workers: 'auto' } as const;
const LIMITS = { processors: 4, descriptors: 20_000 };
const beating = {
  chargers: 100,
  connect: ramp({ over: '1s' }),
  heartbeat: '1s' as const,
  life: life().boot(),
};

test('a plan: chargers, rates, memory', () => {
  const need = needOf(
    planOf({ target: 'ws://localhost/', maxHandshakes: 50 }, beating),
    AUTO,
    LIMITS,
  );
  expect(need).toMatchObject({ chargers: 100, workers: 1, embedded: false });
  expect(need.load).toMatchObject({ maxHandshakes: 50, partial: false, peakConnectsPerS: 100 });
  expect(need.load?.steadyCallsPerS).toBeCloseTo(100, -1);
  expect(need.load?.peakCallsPerS).toBeGreaterThanOrEqual(need.load?.steadyCallsPerS ?? 0);
  expect(need.memoryBytes).toBeGreaterThan(50e6);
});

test('of a share: its own chargers, and its part of the rates', () => {
  const plan = planOf({ target: 'ws://localhost/', maxHandshakes: 50 }, beating);
  const [whole, part] = [AUTO, { ...AUTO, share: { index: 0, of: 4 } }].map((wish) =>
    needOf(plan, wish, LIMITS),
  );
  expect(part).toMatchObject({ chargers: 25, chargersPerProcess: 25 });
  expect(part.busiestPair.chargers).toBe(25);
  expect(part.load?.steadyCallsPerS).toBeCloseTo((whole.load?.steadyCallsPerS ?? 0) / 4);
  expect(part.load).toMatchObject({ maxHandshakes: 13, peakConnectsPerS: 25 });
  expect(part.memoryBytes).toBeLessThan(whole.memoryBytes);
});

test('the embedded target takes memory, too', () => {
  const bytes = (target: string) =>
    needOf(planOf({ target }, beating), { workers: 1 }, LIMITS).memoryBytes;
  expect(bytes('embedded') - bytes('ws://localhost/')).toBeGreaterThan(50e6);
});

test('the light one takes less', () => {
  const bytes = (light: boolean) =>
    needOf(planOf({ target: 'embedded', embedded: { light } }, beating), { workers: 1 }, LIMITS);
  expect(bytes(true)).toMatchObject({ embedded: true, light: true });
  expect(bytes(true).memoryBytes).toBeLessThan(bytes(false).memoryBytes);
});

test('a closed loop is not in the figures', () => {
  const flood = { ...beating, life: life().boot().closedLoop('Heartbeat') };
  expect(needOf(planOf({}, flood), AUTO, LIMITS).load).toMatchObject({ partial: true });
});

test('so many chargers, whatever they do', () => {
  expect(needOfFleet(10_000, AUTO, LIMITS)).toMatchObject({ workers: 4, load: null });
  expect(needOfFleet(2, { workers: 8 }, LIMITS).workers).toBe(2);
});
