import { expect, test } from 'vitest';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { expectLoad } from '../../src/plan/expect.ts';
import { allAtOnce, ramp, rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import { goodFleet, goodScenario } from '../scenario/fixture.ts';

const load = (changes: object, fleet: object = {}) =>
  expectLoad(compilePlan(goodScenario(changes, fleet), { name: 'a', file: null, seed: 1 }));

test('idle chargers: a boot, a status, and heartbeats by the interval', () => {
  const figures = load({ duration: '5m' }, { chargers: 1000, connect: ramp({ over: '10s' }) });
  expect(figures).toMatchObject({
    rampS: 10,
    steadyS: 300,
    totalS: 310,
    chargers: 1000,
    sockets: 1000,
    memoryBytes: 67_000_000,
  });
  expect(figures.peakConnectsPerS).toBeCloseTo(100, 3);
  expect(figures.totalCalls).toMatchObject({ BootNotification: 1000, Heartbeat: 5000 });
  expect(figures.steadyActions.Heartbeat).toBeCloseTo(1000 / 60, 1);
  expect(figures.points.length).toBeLessThanOrEqual(60);
});

test('the points hold every CALL and every connect once', () => {
  const figures = load({ duration: '100s' }, { chargers: 500 });
  const ends = figures.points.map(({ atS }) => Math.min(atS + figures.pointS, figures.totalS));
  const total = (pick: (index: number) => number) =>
    figures.points.reduce((sum, { atS }, index) => sum + pick(index) * (ends[index] - atS), 0);
  expect(total((index) => figures.points[index].connectsPerS)).toBeCloseTo(500, 3);
  const calls = Object.values(figures.totalCalls).reduce((a, b) => a + b, 0);
  expect(total((index) => figures.points[index].callsPerS)).toBeCloseTo(calls, 3);
});

test('a paced loop is what arithmetic says', () => {
  const paced = life().boot().closedLoop('Heartbeat', { think: '500ms' });
  const figures = load({ duration: '1m' }, { chargers: 5000, life: paced, heartbeat: 'off' });
  expect(figures.steadyCallsPerS).toBeCloseTo(10_000, -2);
  expect(figures.fleets[0].unbounded).toBe(false);
});

test('an endless closed loop is said to be one, and adds no invented figures', () => {
  const figures = load({ duration: '1m' }, { life: life().boot().closedLoop('Heartbeat') });
  expect(figures.fleets[0].unbounded).toBe(true);
  expect(figures.totalCalls).toMatchObject({ BootNotification: 5, StatusNotification: 5 });
});

test('all at once is a peak of all', () => {
  expect(load({}, { chargers: 400, connect: allAtOnce() }).peakConnectsPerS).toBe(400);
});

test('every connector lives its own life; the charger boots and beats once', () => {
  const model = generic1_6({ connectors: 3 });
  const paced = life().boot().closedLoop('StatusNotification', { think: '10s' });
  const figures = load({ duration: '5m' }, { chargers: 10, model, life: paced });
  expect(figures.totalCalls.BootNotification).toBe(10);
  expect(figures.steadyActions.Heartbeat).toBeCloseTo(10 / 60, 1);
  expect(figures.steadyActions.StatusNotification).toBeCloseTo(3, 1);
  expect(figures.totalCalls).not.toHaveProperty('StartTransaction');
});

test('a closed loop of three connectors: four statuses, that of the whole among them', () => {
  const spinning = life().boot().closedLoop('Heartbeat');
  const figures = load({}, { model: generic1_6({ connectors: 3 }), life: spinning });
  expect(figures.fleets[0].unbounded).toBe(true);
  expect(figures.totalCalls).toMatchObject({ BootNotification: 5, StatusNotification: 20 });
});

test('values on the clock, and none of a transaction when their key is 0', () => {
  const session = life()
    .boot()
    .forever((l) => l.session({ duration: '1m', power: '7kW' }));
  const configuration = { ClockAlignedDataInterval: '10', MeterValueSampleInterval: '0' };
  const figures = load({ duration: '100s' }, { chargers: 20, life: session, configuration });
  expect(figures.steadyActions.MeterValues).toBeCloseTo(2, 1);
});

test('cars find any free connector', () => {
  const model = generic1_6({ connectors: 4 });
  const changes = { chargers: 100, model, life: waits, arrivals: rate('20/s') };
  const figures = load({ duration: '2m' }, changes);
  expect(figures.steadyActions.StartTransaction).toBeCloseTo(20, 0);
  expect(figures.totalCalls).not.toHaveProperty('DataTransfer');
});

const waits = life()
  .boot()
  .forever((l) => l.awaitArrival().plugIn().session({ duration: '10s', power: '7kW' }).unplug());

test('open load: sessions start as cars arrive, which are missed when all are taken', () => {
  const figures = load({ duration: '2m' }, { chargers: 1000, life: waits, arrivals: rate('20/s') });
  expect(figures.steadyActions.StartTransaction).toBeCloseTo(20, 0);
  expect(figures.fleets[0].arrivals).toEqual({ total: 2400, missed: 0 });
  const full = load({ duration: '2m' }, { chargers: 100, life: waits, arrivals: rate('20/s') });
  expect(full.steadyActions.StartTransaction).toBeCloseTo(10, 0);
  expect(full.fleets[0].arrivals?.missed).toBeGreaterThan(1000);
});

test('fleets add up', () => {
  const fleets = [goodFleet({ chargers: 100 }), goodFleet({ name: 'b', chargers: 300 })];
  const figures = load({ fleets });
  expect(figures.fleets.map(({ chargers }) => chargers)).toEqual([100, 300]);
  expect(figures.totalCalls.BootNotification).toBe(400);
  const sum = figures.fleets.reduce((total, fleet) => total + fleet.steadyCallsPerS, 0);
  expect(figures.steadyCallsPerS).toBeCloseTo(sum, 6);
});

test('a huge plan is estimated by a sample', () => {
  const written = life().boot().closedLoop('Heartbeat', { think: '10ms' });
  const figures = load({ duration: '10m' }, { chargers: 1_000_000, life: written });
  expect(figures.totalCalls.BootNotification).toBeCloseTo(1_000_000, -4);
});
