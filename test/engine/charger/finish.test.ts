import { describe, expect, test } from 'vitest';
import { fullJitter, ramp } from '../../../src/scenario/connect.ts';
import type { Life, Scenario } from '../../../src/scenario/types.ts';
import { checkFates } from '../../../src/snapshot/check-fates.ts';
import type { Behaviour } from '../../sim/central.ts';
import { sentCalls } from '../../sim/log.ts';
import { counterOf, countsOf, timesOf } from '../../sim/read.ts';
import { lifeScenario, simScenario } from '../../sim/scenario.ts';
import { type Simulation, simulate } from '../../sim/simulate.ts';
import { checkRun } from '../../sim/verify.ts';

const session = (l: Life) => l.session({ duration: '1h', power: '7200W' });
const never: Partial<Scenario> = { duration: '10s', gracePeriod: '20s', callTimeout: '1h' };
const namesAfter = (run: Simulation, s: number) =>
  sentCalls(run.entries)
    .filter(({ atNs }) => atNs >= s * 1e9)
    .map(({ action, payload }) => payload.status ?? action);
const silentTo = (...actions: string[]): Partial<Behaviour> => ({
  onCall: ({ action }) => actions.includes(action),
});
const sane = (run: Simulation) =>
  expect(checkRun(run, { faultless: false, drainAtMs: undefined })).toEqual([]);

describe('the drain', () => {
  test('stops an open transaction in order, and begins nothing new', async () => {
    const steps = (l: Life) => l.forever((m) => session(m.plugIn()).unplug().churn({ faults: 1 }));
    const scenario = lifeScenario(steps, { duration: '30s' }, { chargers: 5, meterInterval: '7s' });
    const run = await simulate({ scenario });
    for (let charger = 0; charger < 5; charger++) {
      const calls = sentCalls(run.entries, charger).filter(({ atNs }) => atNs >= 30e9);
      const names = calls.map(({ action, payload }) => payload.status ?? action);
      expect(names).toEqual(
        [...['StopTransaction', 'Finishing', 'DataTransfer', 'Available', 'Faulted']].slice(
          0,
          names.length,
        ),
      );
      expect(names.slice(0, 4)).toEqual([
        ...['StopTransaction', 'Finishing', 'DataTransfer', 'Available'],
      ]);
      // The charge ended with the stage, 30 s after the start of the run.
      const startS = sentCalls(run.entries, charger)[4].atNs / 1e9;
      expect(calls[0].payload.meterStop).toBe(Math.floor((30 - startS) * 2));
    }
    expect(run.endNs / 1e9).toBeLessThan(30.1);
    sane(run);
  });

  test('cuts a transaction short wherever it stands', async () => {
    // Answers take 4 s: at the end of the stage the charger waits for each of them in turn.
    for (let endS = 1; endS < 60; endS += 3) {
      const scenario = lifeScenario((l) => session(l).unplug(), {
        ...{ duration: `${endS}s`, gracePeriod: '1m' },
      });
      const run = await simulate({ scenario, behaviour: { thinkMs: [3998, 3998] } });
      sane(run);
      const { sent, unsent } = countsOf(run, 'StopTransaction');
      expect(sent + unsent).toBe(countsOf(run, 'StartTransaction').answered);
      expect(counterOf(run, 'transactionsStopped')).toBe(counterOf(run, 'transactionsStarted'));
    }
  });

  test('does not wait where the life would', async () => {
    // StartTransaction is outstanding when the stage ends; an hour's idle follows it.
    const steps = (l: Life) =>
      l.start().idle('1h').charge({ duration: '1h', power: '7kW' }).idle('1h').stop();
    const scenario = lifeScenario(steps, { duration: '5s' });
    const run = await simulate({ scenario, behaviour: { thinkMs: [1998, 1998] } });
    expect(namesAfter(run, 5)).toEqual(['MeterValues', 'StopTransaction']);
    expect(run.endNs / 1e9).toBeLessThan(11);
    expect(counterOf(run, 'transactionsStopped')).toBe(1);
  });

  test('lets everybody else finish at once', async () => {
    const scenario = simScenario({ duration: '10s' }, { chargers: 50, heartbeat: '4s' });
    const run = await simulate({ scenario });
    expect(run.entries.filter(({ kind }) => kind === 'close')).toHaveLength(50);
    expect(run.endNs / 1e9).toBeCloseTo(10.002, 6);
    expect(counterOf(run, 'finished')).toBe(50);
  });

  test('waits for a CALL that is outstanding', async () => {
    // Boot, status, Authorize: the third is sent at 10 s and answered at 15 s.
    const steps = (l: Life) => l.call('Authorize').call('Heartbeat');
    const scenario = lifeScenario(steps, { ...never, duration: '12s' });
    const run = await simulate({ scenario, behaviour: { thinkMs: [4998, 4998] } });
    expect(countsOf(run)).toMatchObject({ sent: 3, answered: 3, inFlight: 0, unsent: 0 });
    expect(Math.round(timesOf(run, 'close')[0])).toBe(15);
    expect(countsOf(run, 'Heartbeat').sent).toBe(0);
  });

  test('counts what is queued behind it as unsent', async () => {
    // A heartbeat each second from 1 s on, the life's own CALL at 5 s; the first is never answered.
    const scenario = lifeScenario((l) => l.idle('5s').authorize(), never, { heartbeat: '1s' });
    const run = await simulate({ scenario, behaviour: silentTo('Heartbeat') });
    expect(countsOf(run, 'Authorize')).toMatchObject({ sent: 0, unsent: 1 });
    expect(countsOf(run, 'Heartbeat')).toMatchObject({ sent: 1, inFlight: 1, unsent: 8 });
    sane(run);
  });

  test('can be begun early, at any moment, more than once', async () => {
    const scenario = lifeScenario((l) => session(l), { duration: '1h' }, { chargers: 3 });
    const run = await simulate({ scenario, drainAtMs: 1234 });
    expect(namesAfter(run, 1.234)).toHaveLength(9);
    expect(run.endNs / 1e9).toBeLessThan(1.3);
    expect(checkRun(run, { faultless: true, drainAtMs: 1234 })).toEqual([]);
    const atOnce = await simulate({ scenario, drainAtMs: 0 });
    expect(countsOf(atOnce).sent).toBe(0);
    expect(atOnce.endNs).toBe(0);
  });
});

describe('the grace period', () => {
  test('ends what does not answer: in flight, and what comes after it unsent', async () => {
    const scenario = lifeScenario(session, never, { chargers: 4, meterInterval: '3s' });
    const run = await simulate({ scenario, behaviour: silentTo('MeterValues') });
    // A sample at the start, then every 3 s to the end of the charge: 4 in all.
    expect(countsOf(run, 'MeterValues')).toMatchObject({ sent: 4, inFlight: 4, unsent: 12 });
    expect(countsOf(run, 'StopTransaction')).toMatchObject({ sent: 0, unsent: 4 });
    expect(run.endNs / 1e9).toBeCloseTo(30, 6);
    expect(run.entries.filter(({ kind }) => kind === 'destroy')).toHaveLength(4);
    sane(run);
  });

  test.each(['0s', '50ms', '3s'] as const)('of %s is kept to the moment', async (gracePeriod) => {
    const scenario = lifeScenario(session, { ...never, gracePeriod });
    const run = await simulate({ scenario, behaviour: silentTo('StopTransaction') });
    const graceS = { '0s': 0, '50ms': 0.05, '3s': 3 }[gracePeriod];
    expect(run.endNs / 1e9).toBeCloseTo(10 + graceS, 6);
    expect(countsOf(run, 'StopTransaction').inFlight).toBe(1);
  });

  test('a target that does not close its end is given a second', async () => {
    const run = await simulate({
      scenario: simScenario({ duration: '60s' }, { chargers: 3 }),
      behaviour: { transitMs: [5000, 5000] },
    });
    expect(run.endNs / 1e9).toBeGreaterThan(61);
    expect(run.endNs / 1e9).toBeLessThan(61.2);
    sane(run);
  });

  test('late samples of a cut-off charge are counted, all of them', async () => {
    // Charging is answered 20 s late, so samples of 20 s are due when the charge begins.
    const scenario = lifeScenario(
      session,
      { duration: '60s', gracePeriod: '1s', callTimeout: '1h' },
      { meterInterval: '2s' },
    );
    const onCall: Behaviour['onCall'] = (call, peer) => {
      if (call.payload.status === 'Charging') {
        peer.after(20_000, () => peer.send(`[3,"${call.id}",{}]`));
        return true;
      }
      return call.action === 'MeterValues';
    };
    const run = await simulate({ scenario, behaviour: { onCall } });
    const [start] = sentCalls(run.entries).filter(({ action }) => action === 'StartTransaction');
    const taken = Math.floor((60 - start.atNs / 1e9) / 2) + 1;
    const { sent, unsent } = countsOf(run, 'MeterValues');
    expect(sent + unsent).toBe(taken);
  });
});

describe('a charger without a connection', () => {
  const cutDuringSession: Partial<Behaviour> = {
    onCall(call, peer) {
      if (call.action === 'StartTransaction') peer.after(3000, () => peer.end('reset'));
      return false;
    },
  };

  test("that is connecting or queued gives up, and takes nobody else's slot", async () => {
    const run = await simulate({
      scenario: simScenario({ duration: '5s', maxHandshakes: 2 }, { chargers: 40 }),
      behaviour: { onConnect: () => ({ outcome: 'silent' }) },
    });
    expect(counterOf(run, 'connectsAttempted')).toBe(2);
    expect(run.entries.map(({ kind }) => kind)).toEqual([
      'connect',
      'connect',
      'destroy',
      'destroy',
    ]);
    expect(run.endNs).toBe(5e9);
  });

  test('that waits to connect again gives up, too', async () => {
    const run = await simulate({
      scenario: simScenario({ duration: '5s' }, { chargers: 40 }),
      behaviour: { onConnect: () => ({ outcome: 'refused' }) },
    });
    expect(run.endNs).toBeLessThan(5.01e9);
    expect(counterOf(run, 'finished')).toBe(40);
  });

  test('comes back to stop its transaction', async () => {
    const scenario = lifeScenario(session, never, {
      reconnect: fullJitter({ base: '1ms', max: '1ms' }),
    });
    const onConnect: Behaviour['onConnect'] = (_, nth) => ({ delayMs: nth === 1 ? 1 : 12_000 });
    const run = await simulate({ scenario, behaviour: { ...cutDuringSession, onConnect } });
    const [, upS] = timesOf(run, 'up');
    expect(upS).toBeGreaterThan(15);
    // What its life said meanwhile was not queued; the record is lost, the status is told.
    expect(namesAfter(run, upS)).toEqual(['StopTransaction', 'Finishing']);
    sane(run);
  });

  test('and for which the grace period is too short leaves it unsent', async () => {
    const scenario = lifeScenario(session, never);
    const onConnect: Behaviour['onConnect'] = (_, nth) => (nth === 1 ? {} : { outcome: 'refused' });
    const run = await simulate({ scenario, behaviour: { ...cutDuringSession, onConnect } });
    expect(countsOf(run, 'StopTransaction')).toMatchObject({ sent: 0, unsent: 1 });
    expect(run.endNs / 1e9).toBeCloseTo(30, 6);
    sane(run);
  });

  test('whose turn for a slot comes in the drain still stops its transaction', async () => {
    const scenario = lifeScenario(
      session,
      { duration: '10s', maxHandshakes: 1 },
      {
        chargers: 6,
        connect: ramp({ over: '1s' }),
        reconnect: fullJitter({ base: '1ms', max: '1ms' }),
      },
    );
    const onConnect: Behaviour['onConnect'] = (_, nth) => ({ delayMs: nth === 1 ? 1 : 2500 });
    const run = await simulate({ scenario, behaviour: { ...cutDuringSession, onConnect } });
    expect(countsOf(run, 'StopTransaction')).toMatchObject({ answered: 6, unsent: 0 });
    sane(run);
  });

  test('drops what is due while it is offline', async () => {
    const scenario = simScenario({ duration: '10s' }, { heartbeat: '1s' });
    const run = await simulate({
      scenario,
      behaviour: {
        onConnect: (_, nth) => (nth === 1 ? {} : { outcome: 'silent' }),
        onCall(call, peer) {
          if (call.action === 'BootNotification') peer.after(5500, () => peer.end('reset'));
          return false;
        },
      },
    });
    expect(countsOf(run, 'Heartbeat')).toMatchObject({ sent: 5, unsent: 0, dropped: 4 });
    expect(counterOf(run, 'droppedOffline')).toBe(4);
  });
});

test('a boot that is outstanding is waited for; one that would be retried is not', async () => {
  const waiting = await simulate({
    scenario: simScenario({ ...never, duration: '1s' }),
    behaviour: { thinkMs: [3000, 3000] },
  });
  expect(countsOf(waiting)).toMatchObject({ sent: 1, answered: 1 });
  expect(counterOf(waiting, 'booted')).toBe(1);
  const retrying = await simulate({
    scenario: simScenario({ ...never, duration: '1s' }),
    behaviour: { pendingBoots: 1, bootIntervalS: 2 },
  });
  expect(retrying.endNs / 1e9).toBeCloseTo(1.002, 6);
  expect(checkFates(retrying.snapshot)).toEqual([]);
});
