/** What a forecast says of a scenario and seed, against a real run of them on loopback. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { ramp, rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { callCounts, callLatency, runCounter, type Snapshot } from '../../src/snapshot/snapshot.ts';
import { ASSUMED, playAll } from '../forecast/support.ts';
import { type Run, runScenario, smallScenario } from './support.ts';

const SEED = 7;
const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** A shipped scenario, with a ramp that a test has the time for. */
async function shipped(name: string, chargers: number): Promise<Scenario> {
  const { scenario } = await loadScenario(FOLDER + name, { chargers, duration: '20s' });
  const fleets = scenario.fleets.map((fleet) => ({ ...fleet, connect: ramp({ over: '2s' }) }));
  return { ...scenario, fleets, thresholds: {} };
}

const openLoad = (): Scenario =>
  smallScenario(
    { duration: '10s' },
    {
      chargers: 150,
      connect: ramp({ over: '2s' }),
      heartbeat: '2s',
      arrivals: rate('15/s'),
      meterInterval: '1s',
      life: life()
        .boot()
        .forever((l) =>
          l
            .awaitArrival()
            .plugIn()
            .session({ duration: { uniform: ['2s', '6s'] }, power: '7kW' })
            .unplug(),
        ),
    },
  );

/** null: the machine is too busy for a run that means anything. */
async function calmRun(scenario: Scenario): Promise<Run | null> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const run = await runScenario(scenario, { seed: SEED });
    if (run.result.verdict.trust === 'VALID') return run;
  }
  return null;
}

const sentOf = (snapshot: Snapshot, action?: number) => callCounts(snapshot, 'whole', action).sent;
const PLANNED = ['connectsAttempted', 'connectsUpgraded', 'booted', 'finished'] as const;

// One at a time: a forecast keeps the thread that looks after a run busy.
describe('a forecast of', () => {
  test.for([
    ['5-chargers.ts', () => shipped('5-chargers.ts', 400)],
    ['5000-chargers.ts', () => shipped('5000-chargers.ts', 1000)],
    ['an open load', async () => openLoad()],
  ] as const)('%s agrees with a run of it', async ([, load], { skip }) => {
    const scenario = await load();
    const run = await calmRun(scenario);
    if (run === null) return skip('the machine was too busy for a VALID run');
    const { result, plan } = run;
    // A machine that is busy answers late: the forecast is told how late. Not of the drain, in
    // which all stop at once: what that takes changes no life.
    const meanNs = callLatency(result.snapshot, 'service', 'steady').mean * 1e3;
    const assumed = { ...ASSUMED, latency: { kind: 'constant', meanNs } as const };
    const forecast = await playAll(scenario, { seed: SEED, assumed });
    expect(forecast.plan).toEqual({ ...plan, name: 'forecast' });
    for (const counter of PLANNED) {
      const [said, was] = [forecast.snapshot, result.snapshot].map((s) => runCounter(s, counter));
      expect(said, counter).toBe(was);
    }
    const cars = ({ snapshot }: { snapshot: Snapshot }) =>
      runCounter(snapshot, 'carsArrived') + runCounter(snapshot, 'carsMissed');
    expect(cars(forecast)).toBe(cars(result));
    const all = callCounts(forecast.snapshot, 'whole');
    expect(all).toMatchObject({ answered: all.sent, lost: 0, timedOut: 0, inFlight: 0 });
    expect(callCounts(result.snapshot, 'whole')).toMatchObject({ lost: 0, timedOut: 0 });
    const [said, was] = [all.sent, sentOf(result.snapshot)];
    expect(Math.abs(said / was - 1), `${said} CALLs, and ${was} sent`).toBeLessThan(0.005);
    for (const [action, name] of ACTIONS.entries()) {
      const [one, other] = [sentOf(forecast.snapshot, action), sentOf(result.snapshot, action)];
      expect(Math.abs(one - other), `${name}: ${one}, and ${other} sent`).toBeLessThanOrEqual(
        Math.max(5, 0.02 * other),
      );
    }
  });
});
