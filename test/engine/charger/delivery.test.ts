import { describe, expect, test } from 'vitest';
import type { Fleet, Life, Scenario } from '../../../src/scenario/types.ts';
import { checkFates } from '../../../src/snapshot/check-fates.ts';
import type { Behaviour } from '../../sim/central.ts';
import { type SentCall, sentCalls } from '../../sim/log.ts';
import { counterOf, countsOf, timesOf } from '../../sim/read.ts';
import { checkRules } from '../../sim/rules.ts';
import { lifeScenario } from '../../sim/scenario.ts';
import { type Simulation, simulate } from '../../sim/simulate.ts';

const LONG: Partial<Scenario> = {
  ...{ dialect: 'standard', duration: '15m', gracePeriod: '10s' },
  ...{ callTimeout: '2s', timeoutsBeforeReconnect: 100 },
};
const session = (l: Life) => l.session({ duration: '5m', power: '7200W' }).idle('1h');

interface Given {
  readonly life?: (l: Life) => Life;
  readonly scenario?: Partial<Scenario>;
  readonly fleet?: Partial<Fleet>;
}

/** One charger; the rules that hold for every run are checked. */
async function run(behaviour: Partial<Behaviour>, given: Given = {}): Promise<Simulation> {
  const fleet = { meterInterval: '100s', ...given.fleet } as const;
  const scenario = lifeScenario(given.life ?? session, { ...LONG, ...given.scenario }, fleet);
  const result = await simulate({ scenario, behaviour });
  expect(checkRules(result.entries, result.plan).problems).toEqual([]);
  expect(checkFates(result.snapshot)).toEqual([]);
  return result;
}

type Fault = 'error' | 'silence' | 'invalid' | 'lost';

/** Does this to the first CALLs of the action, one after the other; then answers as it should. */
function faults(action: string, all: readonly Fault[]): Partial<Behaviour> {
  return {
    onCall(call, peer) {
      const fault = call.action === action ? all[call.nth - 1] : undefined;
      if (fault === 'error') peer.send(JSON.stringify([4, call.id, 'InternalError', '', {}]));
      else if (fault === 'invalid') peer.send(JSON.stringify([3, call.id, {}]));
      else if (fault === 'lost') peer.end('reset');
      return fault !== undefined;
    },
  };
}

const callsOf = (result: Simulation, action: string) =>
  sentCalls(result.entries).filter((call) => call.action === action);
/** Between the CALLs, whole seconds. */
const gapsS = (calls: readonly SentCall[]) =>
  calls.slice(1).map(({ atNs }, i) => Math.round((atNs - calls[i].atNs) / 1e9));
const related = ['StartTransaction', 'MeterValues', 'StopTransaction'];
const relatedCalls = (result: Simulation) =>
  sentCalls(result.entries).filter(({ action }) => related.includes(action));
const namesOf = (calls: readonly SentCall[]) => calls.map(({ action }) => action);

describe('the ladder (3.7.1)', () => {
  test.each([
    ['error', [60, 120]],
    // The wait begins when the time-out has told that there is no answer.
    ['silence', [62, 122]],
    ['invalid', [60, 120]],
  ] as const)(
    'three times %s: sent again after 60 s, then 120 s, then given up',
    async (fault, gaps) => {
      const result = await run(faults('StartTransaction', [fault, fault, fault, fault]));
      const starts = callsOf(result, 'StartTransaction');
      expect(gapsS(starts)).toEqual(gaps);
      // Without it nothing of the transaction can be said.
      expect(namesOf(relatedCalls(result))).toEqual(namesOf(starts));
      expect(new Set(starts.map(({ id }) => id)).size).toBe(3);
      expect(new Set(starts.map(({ payload }) => JSON.stringify(payload))).size).toBe(1);
      expect(counterOf(result, 'ledgerDiscarded')).toBe(counterOf(result, 'ledgerMessages'));
      expect(counterOf(result, 'ledgerAttempts')).toBe(3);
      expect(counterOf(result, 'transactionsIncomplete')).toBe(1);
    },
  );

  test('each attempt has a fate of its own', async () => {
    const result = await run(faults('StopTransaction', ['error', 'silence']));
    expect(gapsS(callsOf(result, 'StopTransaction'))).toEqual([60, 122]);
    expect(countsOf(result, 'StopTransaction')).toMatchObject({
      ...{ sent: 3, callError: 1, timedOut: 1, answered: 1 },
    });
    expect(counterOf(result, 'ledgerAcknowledged')).toBe(counterOf(result, 'ledgerMessages'));
    expect(counterOf(result, 'ledgerAcknowledgedFirst')).toBe(
      counterOf(result, 'ledgerMessages') - 1,
    );
    expect(counterOf(result, 'transactionsComplete')).toBe(1);
  });

  test('an answer that does not fit is counted as such, and as answered', async () => {
    const result = await run(faults('StartTransaction', ['invalid']));
    expect(countsOf(result, 'StartTransaction')).toMatchObject({
      ...{ sent: 2, answered: 2, invalidReply: 1 },
    });
    expect(counterOf(result, 'transactionsComplete')).toBe(1);
  });

  test.each([
    ['5', '7', [7, 14, 21, 28]],
    ['1', '60', []],
    ['3', '0', [0, 0]],
  ])('with %s attempts and an interval of %s s', async (attempts, interval, gaps) => {
    const configuration = {
      TransactionMessageAttempts: attempts,
      TransactionMessageRetryInterval: interval,
    };
    const always = Array.from({ length: 9 }, () => 'error' as const);
    const result = await run(faults('StopTransaction', always), { fleet: { configuration } });
    expect(gapsS(callsOf(result, 'StopTransaction'))).toEqual(gaps);
    expect(counterOf(result, 'ledgerDiscarded')).toBe(1);
  });

  test('changed by ChangeConfiguration counts from the next failure on', async () => {
    const ladder = faults('StopTransaction', ['error', 'error', 'error', 'error', 'error']);
    const change = (key: string, value: string) =>
      JSON.stringify([2, key, 'ChangeConfiguration', { key, value }]);
    const onCall: Behaviour['onCall'] = (call, peer) => {
      if (call.action !== 'StopTransaction' || call.nth !== 2) {
        return ladder.onCall?.(call, peer) ?? false;
      }
      peer.send(change('TransactionMessageAttempts', '4'));
      peer.send(change('TransactionMessageRetryInterval', '10'));
      peer.after(1000, () => void ladder.onCall?.(call, peer));
      return true;
    };
    // The rules are judged by the plan's numbers, so they are not asked here.
    const result = await simulate({ scenario: lifeScenario(session, LONG), behaviour: { onCall } });
    expect(gapsS(callsOf(result, 'StopTransaction'))).toEqual([60, 21, 30]);
  });
});

describe('a lost attempt', () => {
  const fleet: Partial<Fleet> = { reconnect: { reconnect: 'fixed', delay: '5s' } };

  test('is sent again with the connection, and uses up none of the attempts', async () => {
    const all = ['lost', 'error', 'lost', 'error', 'lost', 'error'] as const;
    const result = await run(faults('StopTransaction', all), { fleet });
    const stops = callsOf(result, 'StopTransaction');
    // Lost: with the next connection; an error: interval x errors so far.
    expect(gapsS(stops)).toEqual([5, 60, 5, 120, 5]);
    expect(new Set(stops.map(({ id }) => id)).size).toBe(6);
    expect(countsOf(result, 'StopTransaction')).toMatchObject({ sent: 6, lost: 3, callError: 3 });
    expect(counterOf(result, 'ledgerDiscarded')).toBe(1);
  });

  test('is no second boot, and the first thing said', async () => {
    const result = await run(faults('StopTransaction', ['lost']), { fleet });
    const [, upS] = timesOf(result, 'up');
    const after = sentCalls(result.entries).filter(({ atNs }) => atNs >= upS * 1e9);
    expect(after[0].action).toBe('StopTransaction');
    expect(after.some(({ action }) => action === 'BootNotification')).toBe(false);
  });
});

describe('while a message waits for its turn', () => {
  const steps = (l: Life) =>
    l.plugIn().session({ duration: '150s', power: '7200W' }).unplug().idle('1h');

  test('heartbeats and statuses go on, newer messages do not', async () => {
    const result = await run(faults('StartTransaction', ['error', 'error']), {
      life: steps,
      fleet: { heartbeat: '20s', meterInterval: '50s' },
    });
    const [first, , third] = callsOf(result, 'StartTransaction');
    const between = sentCalls(result.entries).filter(
      ({ atNs }) => atNs > first.atNs && atNs < third.atNs,
    );
    const names = between.map(({ action, payload }) => payload.status ?? action);
    expect(names.filter((name) => name === 'Heartbeat')).toHaveLength(9);
    expect(names.filter((name) => !['Heartbeat', 'StartTransaction'].includes(name))).toEqual([
      ...['Charging', 'Finishing', 'DataTransfer', 'Available'],
    ]);
    const rest = relatedCalls(result).slice(3);
    expect(namesOf(rest)).toEqual([...Array(4).fill('MeterValues'), 'StopTransaction']);
    expect(counterOf(result, 'transactionsComplete')).toBe(1);
  });

  test('those behind it keep their order and the moments they are about', async () => {
    const result = await run(faults('MeterValues', ['error', 'silence']), {
      life: steps,
      fleet: { meterInterval: '10s' },
    });
    const values = callsOf(result, 'MeterValues');
    expect(values).toHaveLength(16 + 2);
    const seconds = values.map(({ payload }) => Date.parse(payload.meterValue[0].timestamp) / 1000);
    const unique = [...new Set(seconds)];
    expect(unique).toHaveLength(16);
    expect(unique.slice(1).map((s, i) => s - unique[i])).toEqual(Array(15).fill(10));
    expect(seconds.slice(0, 3)).toEqual(Array(3).fill(unique[0]));
    expect(namesOf(relatedCalls(result)).at(-1)).toBe('StopTransaction');
  });
});

describe('a transaction begun without a connection', () => {
  const offline: Partial<Fleet> = {
    meterInterval: '10s',
    reconnect: { reconnect: 'fixed', delay: '2m' },
    configuration: { LocalAuthorizeOffline: 'true' },
  };
  const steps = (l: Life) =>
    l.idle('10s').plugIn().session({ duration: '40s', power: '7200W' }).unplug().idle('1h');
  const cutAfterBoot = (rest: Behaviour['onCall']): Partial<Behaviour> => ({
    onCall(call, peer) {
      if (call.action === 'BootNotification') peer.after(5000, () => peer.end('reset'));
      return rest(call, peer);
    },
  });
  const startAnswer =
    (status: string): Behaviour['onCall'] =>
    (call, peer) => {
      if (call.action !== 'StartTransaction') return false;
      const payload = { transactionId: 4711, idTagInfo: { status } };
      peer.send(JSON.stringify([3, call.id, payload]));
      return true;
    };

  test('gets its id later, and its values and its stop carry it', async () => {
    const behaviour = cutAfterBoot(startAnswer('Accepted'));
    const result = await run(behaviour, { life: steps, fleet: offline });
    const [start, ...rest] = relatedCalls(result);
    expect(start.action).toBe('StartTransaction');
    expect(start.atNs).toBeGreaterThan(120e9);
    expect(namesOf(rest)).toEqual([...Array(5).fill('MeterValues'), 'StopTransaction']);
    expect(rest.every(({ payload }) => payload.transactionId === 4711)).toBe(true);
    // What happened when, not when it was told.
    const startedMs = Date.parse(start.payload.timestamp);
    const times = rest.map(({ payload }) => payload.timestamp ?? payload.meterValue[0].timestamp);
    expect(times.map((time) => (Date.parse(time) - startedMs) / 1000)).toEqual([
      ...[0, 10, 20, 30, 40, 40],
    ]);
    expect(rest.at(-1)?.payload.meterStop - start.payload.meterStart).toBe(80);
    expect(callsOf(result, 'Authorize')).toHaveLength(0);
    expect(counterOf(result, 'transactionsComplete')).toBe(1);
    expect(countsOf(result, 'MeterValues')).toMatchObject({ answered: 5, dropped: 0 });
  });

  test('and refused is told to its end, and counted as refused', async () => {
    const behaviour = cutAfterBoot(startAnswer('Invalid'));
    const result = await run(behaviour, { life: steps, fleet: offline });
    expect(namesOf(relatedCalls(result)).at(-1)).toBe('StopTransaction');
    expect(counterOf(result, 'transactionsRefused')).toBe(1);
    expect(counterOf(result, 'ledgerAcknowledged')).toBe(counterOf(result, 'ledgerMessages'));
  });

  test('and refused while it still runs is stopped then, if so configured', async () => {
    const long = (l: Life) => l.idle('10s').session({ duration: '10m', power: '7200W' }).idle('1h');
    const behaviour = cutAfterBoot(startAnswer('Blocked'));
    const result = await run(behaviour, { life: long, fleet: offline });
    const [stop] = callsOf(result, 'StopTransaction');
    const [start] = callsOf(result, 'StartTransaction');
    expect(stop.payload).toMatchObject({ transactionId: 4711, reason: 'DeAuthorized' });
    expect(Date.parse(stop.payload.timestamp) / 1000).toBeCloseTo(
      Date.parse(start.payload.timestamp) / 1000 + (start.atNs / 1e9 - 10),
      -1,
    );
  });

  test('is not begun when the central system must be asked first', async () => {
    const configuration = { LocalAuthorizeOffline: 'false' };
    const behaviour = cutAfterBoot(() => false);
    const result = await run(behaviour, { life: steps, fleet: { ...offline, configuration } });
    expect(callsOf(result, 'Authorize')[0].atNs).toBeGreaterThan(120e9);
    expect(callsOf(result, 'StartTransaction')[0].atNs).toBeGreaterThan(120e9);
  });
});

describe('a refused start', () => {
  const refuse: Partial<Behaviour> = { refusedStarts: 1 };

  test('ends the transaction at once, and the session with it', async () => {
    const result = await run(refuse);
    expect(namesOf(relatedCalls(result))).toEqual(['StartTransaction', 'StopTransaction']);
    const [start, stop] = relatedCalls(result);
    expect(stop.atNs - start.atNs).toBeLessThan(1e9);
    expect(stop.payload.reason).toBe('DeAuthorized');
    expect(counterOf(result, 'transactionsRefused')).toBe(1);
    expect(counterOf(result, 'transactionsStarted')).toBe(0);
  });

  test('goes on without energy when StopTransactionOnInvalidId is false (4.8)', async () => {
    const configuration = { StopTransactionOnInvalidId: 'false' };
    const result = await run(refuse, { fleet: { configuration } });
    const calls = relatedCalls(result);
    expect(namesOf(calls)).toEqual([
      ...['StartTransaction', ...Array(4).fill('MeterValues'), 'StopTransaction'],
    ]);
    expect(calls[5].payload.meterStop).toBe(calls[0].payload.meterStart);
    expect(counterOf(result, 'transactionsRefused')).toBe(1);
  });
});
