/** A forecast is the run of the simulation, without its frames. */
import { describe, expect, test } from 'vitest';
import { BIN_WIDTH, BinColumnIndex, callsOf, columnOf } from '../../src/forecast/bins.ts';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { ramp, rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import { callCounts, runCounter } from '../../src/snapshot/snapshot.ts';
import { sentCalls } from '../sim/log.ts';
import { simScenario } from '../sim/scenario.ts';
import { type Simulation, simulate } from '../sim/simulate.ts';
import { ASSUMED, type Played, playAll } from './support.ts';

const SESSION = { duration: { uniform: ['5s', '40s'] }, power: '7kW' } as const;
const CLOSED: Partial<Fleet> = {
  chargers: 60,
  connect: ramp({ over: '10s' }),
  heartbeat: '7s',
  meterInterval: '3s',
  life: life()
    .boot()
    .forever((l) =>
      l
        .idle({ exponential: '5s' })
        .plugIn()
        .session(SESSION)
        .unplug()
        .churn({ faults: 0.3, duration: '2s' }),
    ),
};
const OPEN: Partial<Fleet> = {
  chargers: 520,
  connect: ramp({ over: '5s' }),
  heartbeat: 'boot',
  arrivals: rate('4/s'),
  life: life()
    .boot()
    .forever((l) => l.awaitArrival().plugIn().session(SESSION).unplug()),
};
const SCENARIO = (fleet: Partial<Fleet>, changes: Partial<Scenario> = {}) =>
  simScenario({ duration: '90s', maxHandshakes: 1000, ...changes }, fleet);

/** The central system of the simulation as a forecast assumes it. */
const AS_ASSUMED = {
  thinkMs: [20, 20],
  transitMs: [0, 0],
  onConnect: () => ({ delayMs: 20, transitMs: 0 }),
} as const;

function perSecond({ entries }: Simulation, seconds: number, action: string): number[] {
  const counts = new Array<number>(seconds).fill(0);
  for (const call of sentCalls(entries)) {
    const second = Math.floor(call.atNs / 1e9);
    if (call.action === action && second < seconds) counts[second]++;
  }
  return counts;
}

const bytesUp = ({ entries }: Simulation) =>
  entries
    .filter(({ kind }) => kind === '>')
    .reduce((sum, { text }) => sum + text.length + (text.length < 126 ? 6 : 8), 0);

describe.each([
  ['a closed load', SCENARIO(CLOSED)],
  ['an open load', SCENARIO(OPEN)],
  ['two fleets', { ...SCENARIO({}), fleets: [CLOSED, OPEN].map((fleet, i) => named(fleet, i)) }],
])('%s', (_, scenario) => {
  test('sends what the simulation sends, second by second', async () => {
    const simulated = await simulate({ scenario, seed: 1, behaviour: AS_ASSUMED });
    const { bins, snapshot } = await playAll(scenario, {});
    expect(checkFates(snapshot)).toEqual([]);
    for (const [index, action] of ACTIONS.entries()) {
      const here = Array.from(columnOf(bins, action));
      expect(here, action).toEqual(perSecond(simulated, bins.seconds, action));
      expect(callCounts(snapshot, 'whole', index), action).toEqual(
        callCounts(simulated.snapshot, 'whole', index),
      );
    }
    // The simulation's transactions have ids of fewer digits.
    const sent = runCounter(snapshot, 'bytesSent') / bytesUp(simulated);
    expect(sent).toBeGreaterThan(1);
    expect(sent).toBeLessThan(1.01);
    expect(runCounter(snapshot, 'carsMissed')).toBe(runCounter(simulated.snapshot, 'carsMissed'));
  });

  test('is the same in 5 shards', async () => {
    const assumed = { ...ASSUMED, latency: { kind: 'exponential', meanNs: 30e6 } as const };
    const [one, five] = [
      await playAll(scenario, { assumed }),
      await playAll(scenario, { assumed, shards: 5 }),
    ];
    expect(five.bins.rows).toEqual(one.bins.rows);
    expect(callsOf(one.bins).some((count) => count > 0)).toBe(true);
  });
});

function named(fleet: Partial<Fleet>, index: number): Fleet {
  return { ...simScenario({}, fleet).fleets[0], name: `fleet-${index}` };
}

describe('an outage', () => {
  const outage = { fromNs: 30e9, toNs: 50e9 };
  const fleet = { ...CLOSED, reconnect: { reconnect: 'fixed', delay: '3s' } } as const;
  const played = (changes: Partial<Fleet> = {}, shards = 1): Promise<Played> =>
    playAll(SCENARIO({ ...fleet, ...changes }), { assumed: { ...ASSUMED, outage }, shards });

  test('ends every connection, lets none be made, and all come back by their rules', async () => {
    const { bins, snapshot } = await played();
    expect(checkFates(snapshot)).toEqual([]);
    const connected = columnOf(bins, 'connected');
    expect([connected[29], connected[30], connected[49]]).toEqual([60, 0, 0]);
    expect([connected[53], connected[89]]).toEqual([60, 60]);
    expect(columnOf(bins, 'cut')[30]).toBe(60);
    // 20 s of attempts 3 s after the last one was refused, which took 20 ms.
    expect(columnOf(bins, 'refused').reduce((a, b) => a + b, 0)).toBe(60 * 6);
    expect(Array.from(callsOf(bins).subarray(31, 50)).every((count) => count === 0)).toBe(true);
  });

  test('messages of transactions are delivered after it', async () => {
    const { bins, snapshot } = await played();
    const queued = columnOf(bins, 'queued');
    expect(queued[49]).toBeGreaterThan(100);
    expect(queued[60]).toBeLessThan(5);
    expect(runCounter(snapshot, 'ledgerQueued')).toBe(0);
    expect(runCounter(snapshot, 'ledgerDiscarded')).toBe(0);
    expect(bins.rest?.[BinColumnIndex.queued]).toBeLessThanOrEqual(0);
  });

  test('is the same in 3 shards, with random reconnects', async () => {
    const reconnect = { reconnect: 'fullJitter', base: '1s', max: '20s' } as const;
    const [one, three] = [await played({ reconnect }), await played({ reconnect }, 3)];
    expect(three.bins.rows).toEqual(one.bins.rows);
  });

  test('whoever never reconnects stays away, and the forecast ends', async () => {
    const { bins } = await played({ reconnect: { reconnect: 'none' } });
    expect(columnOf(bins, 'connected')[89]).toBe(0);
  });
});

describe('scripts', () => {
  const scripted = (script: Parameters<ReturnType<typeof life>['script']>[0]) =>
    SCENARIO({ chargers: 3, life: life().boot().script(script) });

  test('go on by virtual timers, and hear answers', async () => {
    const seen: unknown[] = [];
    const scenario = scripted(async (charger) => {
      await charger.sleep('20s');
      const { payload } = await charger.call('DataTransfer', { vendorId: 'x' });
      seen.push(payload, charger.nowMs());
    });
    const { bins, scriptErrors } = await playAll(scenario, {});
    expect(scriptErrors).toEqual([]);
    expect(columnOf(bins, 'DataTransfer')[20]).toBe(3);
    const here = seen.splice(0);
    expect(here[0]).toEqual({ status: 'Accepted' });
    await simulate({ scenario, behaviour: AS_ASSUMED });
    expect(here).toEqual(seen);
  });

  test('that throw are told', async () => {
    const { scriptErrors } = await playAll(
      scripted(async () => {
        throw new RangeError('boom');
      }),
      {},
    );
    expect(scriptErrors[0].message).toBe('boom');
  });
});

test('answers that take longer than the charger waits time out, and nothing hangs', async () => {
  const assumed = { ...ASSUMED, latency: { kind: 'exponential', meanNs: 2e9 } as const };
  const { snapshot, bins } = await playAll(SCENARIO(CLOSED, { callTimeout: '3s' }), { assumed });
  expect(checkFates(snapshot)).toEqual([]);
  expect(callCounts(snapshot, 'whole').timedOut).toBeGreaterThan(10);
  expect(bins.rows.length).toBe((bins.seconds + 1) * BIN_WIDTH);
});
