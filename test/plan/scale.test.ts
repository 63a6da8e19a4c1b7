import { expect, test } from 'vitest';
import { compilePlan } from '../../src/plan/compile.ts';
import { carsPerHour, scaleArrivals } from '../../src/plan/scale.ts';
import { eventTimeNs } from '../../src/plan/schedule.ts';
import { rate, stages } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet } from '../../src/scenario/types.ts';
import { smallScenario } from '../e2e/support.ts';

const cars = life()
  .boot()
  .forever((l) => l.awaitArrival().plugIn().unplug());
const planOf = (arrivals: Fleet['arrivals']) =>
  compilePlan(smallScenario({ duration: '100s' }, { arrivals, life: cars }), {
    ...{ name: 'a.ts', file: null, seed: 1 },
  });

test('as many times more cars, at the same moments of the profile', () => {
  const plan = planOf(
    stages([
      { duration: '20s', to: '2/s' },
      { duration: '20s', to: '1/s' },
    ]),
  );
  const [before, after] = [plan, scaleArrivals(plan, 2.5)].map(({ fleets }) => fleets[0].arrivals);
  if (!before || !after) throw new Error('the plan has arrivals');
  expect(Math.abs(after.total - 2.5 * before.total)).toBeLessThanOrEqual(2.5);
  for (const n of [0, 10, 40, 100]) {
    expect(eventTimeNs(after, 2.5 * n) / eventTimeNs(before, n)).toBeCloseTo(1, 9);
  }
  expect(scaleArrivals(plan, 1).fleets[0].arrivals).toEqual(before);
  expect(carsPerHour(plan)).toBeCloseTo(3600);
  expect(carsPerHour(scaleArrivals(plan, 2.5))).toBeCloseTo(9000);
});

test('a fleet without arrivals has none', () => {
  const plan = compilePlan(smallScenario(), { name: 'a.ts', file: null, seed: 1 });
  expect(scaleArrivals(plan, 3)).toEqual(plan);
  expect(carsPerHour(plan)).toBe(0);
  expect(carsPerHour(planOf(rate('1/h')))).toBeCloseTo(1);
});
