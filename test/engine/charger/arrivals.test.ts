import { describe, expect, test } from 'vitest';
import type { Duration } from '../../../src/base/units.ts';
import { eventTimeNs } from '../../../src/plan/schedule.ts';
import { ramp, rate, stages } from '../../../src/scenario/connect.ts';
import { life } from '../../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../../src/scenario/types.ts';
import { sentCalls } from '../../sim/log.ts';
import { counterOf, countsOf, latencyOf } from '../../sim/read.ts';
import { simScenario } from '../../sim/scenario.ts';
import { type Simulation, simulate } from '../../sim/simulate.ts';

/** Cars stay so long; a session more or less fills that time. */
function openScenario(stay: Duration, fleet: Partial<Fleet>, changes: Partial<Scenario> = {}) {
  const session = { duration: stay, power: '7kW' } as const;
  const steps = life()
    .boot()
    .forever((l) => l.awaitArrival().plugIn().session(session).unplug());
  return simScenario({ duration: '60s', ...changes }, { life: steps, ...fleet });
}

const plannedOf = (run: Simulation) => run.plan.fleets[0].arrivals?.total ?? 0;
const carsOf = (run: Simulation) => [counterOf(run, 'carsArrived'), counterOf(run, 'carsMissed')];
const plugIns = (run: Simulation) =>
  sentCalls(run.entries).filter(({ payload }) => payload.status === 'Preparing');

describe.each([
  ['a rate', rate('10/s')],
  [
    'stages',
    stages([
      { duration: '20s', to: '20/s' },
      { duration: '10s', to: '0/s' },
    ]),
  ],
])('%s of cars', (_, arrivals) => {
  test.each([1, 4])('all arrive where chargers are free, in time, in %i shards', async (shards) => {
    const connect = ramp({ over: '2s' });
    const scenario = openScenario('1s', { chargers: 600, arrivals, connect });
    const run = await simulate({ scenario, shards });
    const planned = plannedOf(run);
    expect(planned).toBeGreaterThan(250);
    expect(carsOf(run)).toEqual([planned, 0]);
    const schedule = run.plan.fleets[0].arrivals;
    if (schedule === null) throw new Error('no arrivals in the plan');
    const dueMs = Array.from({ length: planned }, (_, n) => eventTimeNs(schedule, n) / 1e6);
    const seenMs = plugIns(run).map(({ atNs }) => atNs / 1e6);
    expect(seenMs.map((ms) => ms.toFixed(3))).toEqual(dueMs.map((ms) => ms.toFixed(3)));
    expect(latencyOf(run, 'lateness').max).toBe(0);
  });
});

test('no free charger: missed; nobody gets a second car while busy', async () => {
  // 8 chargers, cars stay for 5 s and a little: at most 1.6 cars a second of 5.
  const scenario = openScenario('5s', { chargers: 8, arrivals: rate('5/s') });
  const run = await simulate({ scenario });
  const [arrived, missed] = carsOf(run);
  expect(arrived + missed).toBe(plannedOf(run));
  expect(arrived).toBe(plugIns(run).length);
  expect(arrived).toBeGreaterThan(80);
  expect(arrived).toBeLessThanOrEqual(96);
  for (let charger = 0; charger < 8; charger++) {
    const starts = sentCalls(run.entries, charger).filter(
      ({ payload }) => payload.status === 'Preparing',
    );
    starts.slice(1).forEach(({ atNs }, index) => {
      expect(atNs - starts[index].atNs).toBeGreaterThan(5e9);
    });
  }
});

test('chargers that did not boot are not free', async () => {
  const scenario = openScenario('1s', { chargers: 4, arrivals: rate('2/s') });
  const run = await simulate({ scenario, behaviour: { rejectedBoots: 1 } });
  expect(carsOf(run)).toEqual([0, 120]);
  expect(countsOf(run, 'StatusNotification').sent).toBe(0);
});

test('the cars choose evenly', async () => {
  const scenario = openScenario('0s', { chargers: 10, arrivals: rate('20/s') });
  const run = await simulate({ scenario });
  for (let charger = 0; charger < 10; charger++) {
    const cars = sentCalls(run.entries, charger).filter(({ action }) => action === 'Authorize');
    expect(Math.abs(cars.length - 120)).toBeLessThan(50);
  }
});

test('none comes once the run drains', async () => {
  const scenario = openScenario('1s', { chargers: 50, arrivals: rate('10/s') });
  const run = await simulate({ scenario, drainAtMs: 20_050 });
  const [arrived, missed] = carsOf(run);
  expect(arrived + missed).toBe(201);
  expect(plugIns(run).every(({ atNs }) => atNs < 20.05e9)).toBe(true);
});

test('a car plugs in at a charger that is offline, and is told of later', async () => {
  const scenario = openScenario('1s', { chargers: 1, arrivals: rate('6/min') });
  const run = await simulate({
    scenario,
    behaviour: {
      onConnect: (_, nth) => (nth === 1 ? {} : { delayMs: 15_000 }),
      onCall(call, peer) {
        if (call.action === 'BootNotification') peer.after(5000, () => peer.end('reset'));
        return false;
      },
    },
  });
  const [, second] = plugIns(run);
  expect(second.atNs).toBeGreaterThan(20e9);
  expect(latencyOf(run, 'offline').count).toBe(1);
});
