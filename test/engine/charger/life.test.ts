import { describe, expect, test } from 'vitest';
import type { Fleet, Life } from '../../../src/scenario/types.ts';
import type { Behaviour } from '../../sim/central.ts';
import { sentCalls } from '../../sim/log.ts';
import { counterOf, countsOf, latencyOf, timesOf } from '../../sim/read.ts';
import { lifeScenario } from '../../sim/scenario.ts';
import { simulate } from '../../sim/simulate.ts';

const POWER = '7200W';
const session = { duration: '20s', power: POWER } as const;
const SESSION = [
  'Authorize',
  'StartTransaction',
  'Charging',
  'MeterValues',
  'StopTransaction',
  'Finishing',
  'DataTransfer',
];

/** Names of the CALLs of a life: actions, and of a StatusNotification its status. */
async function namesOf(
  steps: (l: Life) => Life,
  behaviour: Partial<Behaviour> = {},
  fleet: Partial<Fleet> = {},
) {
  const scenario = lifeScenario(steps, { duration: '5m' }, fleet);
  const run = await simulate({ scenario, behaviour });
  return sentCalls(run.entries).map(({ action, payload }) => payload.status ?? action);
}

const refuse: Partial<Behaviour>['onCall'] = (call, peer) => {
  peer.send(JSON.stringify([3, call.id, { idTagInfo: { status: 'Invalid' }, transactionId: 1 }]));
  return true;
};

describe('a session', () => {
  test('is in the order of the log', async () => {
    const names = await namesOf((l) => l.plugIn().session(session).unplug());
    expect(names).toEqual(['BootNotification', 'Available', 'Preparing', ...SESSION, 'Available']);
  });

  test('its energy is power x time, to the end', async () => {
    const steps = (l: Life) => l.session(session);
    const run = await simulate({ scenario: lifeScenario(steps, {}, { meterInterval: '5s' }) });
    const calls = sentCalls(run.entries);
    const of = (action: string) => calls.filter((call) => call.action === action);
    const [start] = of('StartTransaction');
    const samples = of('MeterValues').map(({ payload }) => payload.meterValue[0]);
    // 7 200 W are 10 Wh in 5 s.
    expect(samples.map((sample) => sample.sampledValue[0].value)).toEqual([
      ...['0.00', '0.01', '0.02', '0.03', '0.04'],
    ]);
    expect(samples[0].sampledValue[1].value).toBe('0.00');
    const [l1, l2, l3] = samples[1].sampledValue
      .slice(4, 7)
      .map((v: { value: string }) => +v.value);
    const [current] = samples[1].sampledValue.slice(1).map((v: { value: string }) => +v.value);
    expect(current * (l1 + l2 + l3)).toBeGreaterThan(7196);
    expect(current * (l1 + l2 + l3)).toBeLessThan(7204);
    // Samples are taken at start + n x interval; the stop is the charge's 20 s after Charging.
    const sentS = of('MeterValues').map(({ atNs }) => (atNs - start.atNs) / 1e9);
    expect(sentS.slice(1).map((s) => Math.round(s * 1e6))).toEqual([5e6, 10e6, 15e6, 20e6]);
    const [stop] = of('StopTransaction');
    expect(stop.payload).toMatchObject({ meterStop: 40, transactionId: 1 });
    const [{ payload }] = of('DataTransfer');
    expect(payload.data).toMatchObject({
      id: 1,
      endengry: 0.04,
      costmoney: 0.02,
      transactionId: 1,
    });
  });

  test('its register stands still between the charge and the stop', async () => {
    const steps = (l: Life) => l.start().charge(session).idle('10s').stop();
    const run = await simulate({ scenario: lifeScenario(steps) });
    const [start, stop] = sentCalls(run.entries)
      .slice(2)
      .filter((call) => /Tr/.test(call.action));
    expect(Math.round((stop.atNs - start.atNs) / 1e9)).toBe(30);
    expect(stop.payload.meterStop).toBe(40);
  });

  test('a refused Authorize skips the rest of it', async () => {
    const onCall: Behaviour['onCall'] = (call, peer) =>
      call.action === 'Authorize' && refuse(call, peer);
    const names = await namesOf((l) => l.plugIn().session(session).unplug(), { onCall });
    expect(names.slice(3)).toEqual(['Authorize', 'Available']);
  });

  test('a refused StartTransaction is stopped at once, and skips the rest (4.8)', async () => {
    const onCall: Behaviour['onCall'] = (call, peer) =>
      call.action === 'StartTransaction' && refuse(call, peer);
    const names = await namesOf((l) => l.plugIn().session(session).unplug(), { onCall });
    expect(names.slice(3)).toEqual([
      ...['Authorize', 'StartTransaction', 'StopTransaction', 'Available'],
    ]);
  });

  test('it goes on without energy where StopTransactionOnInvalidId is false', async () => {
    const onCall: Behaviour['onCall'] = (call, peer) =>
      call.action === 'StartTransaction' && refuse(call, peer);
    const configuration = { StopTransactionOnInvalidId: 'false' };
    const scenario = lifeScenario((l) => l.session(session), {}, { configuration });
    const run = await simulate({ scenario, behaviour: { onCall } });
    const calls = sentCalls(run.entries);
    expect(calls.slice(2).map(({ action, payload }) => payload.status ?? action)).toEqual(SESSION);
    const stop = calls.find(({ action }) => action === 'StopTransaction');
    expect(stop?.payload.meterStop).toBe(0);
    expect(counterOf(run, 'transactionsRefused')).toBe(1);
  });

  const error: Partial<Behaviour>['onCall'] = (call, peer) => {
    peer.send(JSON.stringify([4, call.id, 'GenericError', '', {}]));
    return true;
  };

  test('a CALLERROR to Authorize skips it', async () => {
    const onCall: Behaviour['onCall'] = (call, peer) =>
      call.action === 'Authorize' && (error?.(call, peer) ?? false);
    const names = await namesOf((l) => l.session(session).unplug(), { onCall });
    expect(names.slice(2)).toEqual(['Authorize', 'Available']);
  });

  test('after a CALLERROR to StartTransaction the car charges on; it is repeated', async () => {
    const onCall: Behaviour['onCall'] = (call, peer) =>
      call.action === 'StartTransaction' && call.nth === 1 && (error?.(call, peer) ?? false);
    const names = await namesOf((l) => l.session(session).unplug(), { onCall });
    expect(names.slice(2)).toEqual([
      ...['Authorize', 'StartTransaction', 'Charging', 'Finishing', 'DataTransfer', 'Available'],
      // 60 s later, and then what had waited for its transactionId.
      ...['StartTransaction', 'MeterValues', 'StopTransaction'],
    ]);
  });

  test('in parts: what is refused goes on behind the next stop and its followers', async () => {
    const parts = (l: Life) =>
      l
        .authorize()
        .start()
        .status('Charging')
        .charge(session)
        .stop()
        .status('Finishing')
        .record()
        .status('Reserved');
    expect((await namesOf(parts)).slice(2)).toEqual([...SESSION, 'Reserved']);
    const onCall: Behaviour['onCall'] = (call, peer) =>
      call.action === 'StartTransaction' && refuse(call, peer);
    expect((await namesOf(parts, { onCall })).slice(2)).toEqual([
      ...SESSION.slice(0, 2),
      ...['StopTransaction', 'Reserved'],
    ]);
  });

  test('any other failure lets the life go on', async () => {
    const onCall: Behaviour['onCall'] = (call, peer) => {
      if (!['StatusNotification', 'StopTransaction', 'MeterValues'].includes(call.action))
        return false;
      peer.send(JSON.stringify([4, call.id, 'InternalError', '', {}]));
      return true;
    };
    const once = { configuration: { TransactionMessageAttempts: '1' } };
    const names = await namesOf((l) => l.session(session).unplug(), { onCall }, once);
    expect(names).toEqual(['BootNotification', 'Available', ...SESSION, 'Available']);
  });

  test('counts transactions and charging chargers', async () => {
    const steps = (l: Life) => l.repeat(3, (m) => m.session({ duration: '1s', power: POWER }));
    const run = await simulate({ scenario: lifeScenario(steps) });
    expect(counterOf(run, 'transactionsStarted')).toBe(3);
    expect(counterOf(run, 'transactionsStopped')).toBe(3);
    expect(counterOf(run, 'charging')).toBe(0);
    const records = sentCalls(run.entries).filter(({ action }) => action === 'DataTransfer');
    expect(records.map(({ payload }) => payload.data.id)).toEqual([1, 2, 3]);
  });
});

describe('loops and branches', () => {
  test('repeat() nests', async () => {
    const names = await namesOf((l) =>
      l.repeat(2, (a) =>
        a.status('Reserved').repeat(3, (b) => b.call('Heartbeat').repeat(2, (c) => c.authorize())),
      ),
    );
    const inner = ['Heartbeat', 'Authorize', 'Authorize'];
    const once = ['Reserved', ...inner, ...inner, ...inner];
    expect(names.slice(2)).toEqual([...once, ...once]);
  });

  test('repeat() has its counter for each charger', async () => {
    const steps = (l: Life) =>
      l.repeat(3, (a) => a.idle({ uniform: ['0s', '1s'] }).call('Heartbeat'));
    const scenario = lifeScenario(steps, {}, { chargers: 20 });
    const run = await simulate({ scenario });
    for (let charger = 0; charger < 20; charger++) {
      const beats = sentCalls(run.entries, charger).filter((call) => call.action === 'Heartbeat');
      expect(beats).toHaveLength(3);
    }
  });

  test.each([0, 0.3, 1])('churn({ faults: %d })', async (faults) => {
    const steps = (l: Life) => l.churn({ faults, duration: '1s' });
    const run = await simulate({ scenario: lifeScenario(steps, {}, { chargers: 500 }) });
    const statuses = sentCalls(run.entries).filter((call) => call.action === 'StatusNotification');
    const faulted = statuses.filter(({ payload }) => payload.status === 'Faulted');
    // 5 standard deviations of a binomial count.
    const spread = 5 * Math.sqrt(500 * faults * (1 - faults));
    expect(Math.abs(faulted.length - 500 * faults)).toBeLessThanOrEqual(spread);
    expect(faulted.every(({ payload }) => payload.errorCode === 'ReaderFailure')).toBe(true);
    expect(statuses).toHaveLength(500 + 2 * faulted.length);
  });

  test('forever() goes back to its first step', async () => {
    const steps = (l: Life) => l.call('Authorize').forever((m) => m.idle('10s').call('Heartbeat'));
    const run = await simulate({ scenario: lifeScenario(steps, { duration: '45s' }) });
    expect(countsOf(run, 'Heartbeat').sent).toBe(4);
    expect(countsOf(run, 'Authorize').sent).toBe(1);
  });

  test('an ended life stays connected and keeps its heartbeat', async () => {
    const scenario = lifeScenario((l) => l.idle('1s'), { duration: '60s' }, { heartbeat: '10s' });
    const run = await simulate({ scenario });
    expect(countsOf(run, 'Heartbeat').sent).toBe(5);
    expect(timesOf(run, 'close')).toEqual([60]);
  });

  test('a closed loop goes on with the answer: response equals service', async () => {
    const run = await simulate({
      scenario: lifeScenario((l) => l.closedLoop('Heartbeat'), { duration: '1s' }),
      behaviour: { thinkMs: [0, 30] },
    });
    const { sent } = countsOf(run, 'Heartbeat');
    expect(sent).toBeGreaterThan(40);
    expect(latencyOf(run, 'response', 'Heartbeat')).toEqual(latencyOf(run, 'service', 'Heartbeat'));
    expect(latencyOf(run, 'lateness').max).toBe(0);
  });
});

describe('time', () => {
  test('a wait counts from the deadline before it, not from the late wake-up', async () => {
    const steps = (l: Life) => l.repeat(9, (m) => m.idle('1001ms')).call('Heartbeat');
    const run = await simulate({ scenario: lifeScenario(steps, { slack: '500ms' }) });
    const [, available] = timesOf(run, '<');
    const beat = sentCalls(run.entries).find(({ action }) => action === 'Heartbeat');
    const waitedS = Number(beat?.atNs) / 1e9 - available;
    expect(waitedS).toBeGreaterThanOrEqual(9.009);
    expect(waitedS).toBeLessThan(9.009 + 0.5);
  });

  test('a call() of MeterValues is about the moment at which it is made', async () => {
    const steps = (l: Life) => l.idle('30s').call('MeterValues');
    const run = await simulate({ scenario: lifeScenario(steps) });
    const call = sentCalls(run.entries).find(({ action }) => action === 'MeterValues');
    // The run begins at 08:00:00 UTC, which the charger prints in its zone (UTC+8).
    expect(call?.payload.meterValue[0].timestamp).toBe('2026-01-05T16:00:30');
  });
});
