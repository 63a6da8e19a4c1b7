/** What central systems answer, and when they command: odd, but no reason for a charger to stop. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { type CsmsCounters, receivedTotal } from '../../src/csms/counters.ts';
import { SAME_TRANSACTION_ID, type TransactionIds } from '../../src/csms/faults/ids.ts';
import type { Faults } from '../../src/csms/faults.ts';
import type { CsmsOptions } from '../../src/csms/options.ts';
import type { Csms } from '../../src/csms/server.ts';
import type { CommandPlan } from '../../src/scenario/command-plan.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';
import { expectSumsToAgree } from '../csms/sums.ts';
import { csms } from './servers.ts';
import { type Run, runScenario, runUntil, smallFleet, smallScenario, until } from './support.ts';

const CHARGERS = 5;
const quiet = { life: life().boot(), heartbeat: 'off' } as const;
const talkative = { life: life().boot(), heartbeat: '50ms' } as const;
/** Longer than any test. */
const LONG = { duration: '10m', power: '7kW' } as const;

interface Against extends Run {
  readonly target: Csms;
}

/** A run against a central system of this kind; all that it answered is known on both sides. */
async function runAgainst(
  options: CsmsOptions,
  changes: Partial<Scenario> = {},
  fleet: Partial<Fleet> = {},
): Promise<Against> {
  const target = await csms(options);
  const scenario = smallScenario(
    { target: target.url, duration: '1s', ...changes },
    { chargers: CHARGERS, bootRetry: '100ms', ...fleet },
  );
  const run = await runScenario(scenario);
  await until(() => target.counters().connectionsOpen === 0, 'the connections to end');
  expectSumsToAgree(target.counters());
  expect(run.summary.calls.sent).toBe(receivedTotal(target.counters()));
  return { ...run, target };
}

/** A charger that waits no longer has left: what comes then, on a busy machine, is not read. */
function expectRead(read: number, sent: number): void {
  expect(read).toBeLessThanOrEqual(sent);
  expect(read).toBeGreaterThanOrEqual(sent - CHARGERS);
}

/** Each second Heartbeat, and each StartTransaction at first, gets a CALLERROR. */
const refusing = (faults: Partial<Faults>): CsmsOptions => ({
  faults: {
    refuseFirst: { actions: ['Heartbeat', 'StartTransaction'], attempts: 1, how: 'error' },
    ...faults,
  },
});

describe('a CALLERROR', () => {
  test.each([
    'FormationViolation',
    'FormatViolation',
    'OccurenceConstraintViolation',
    'OccurrenceConstraintViolation',
  ])('%s is a fate, is named, and what is about a transaction is repeated', async (code) => {
    const configuration = { TransactionMessageRetryInterval: '0' };
    const { summary, outcome, text, target } = await runAgainst(
      refusing({ callErrorCode: code }),
      {},
      { configuration, heartbeat: '100ms' },
    );
    expect(outcome.exitCode).toBe(ExitCode.ok);
    const { calls, actions, ledger, transactions, answers } = summary;
    expect(target.counters()).toMatchObject({ errored: calls.callError, answered: calls.answered });
    expect(calls.answered + calls.callError).toBe(calls.sent);
    expect(answers).toMatchObject({ unknownId: 0, unreadable: 0 });
    for (const action of ['Heartbeat', 'StartTransaction']) {
      expect(actions[action].callError).toBeGreaterThanOrEqual(CHARGERS);
      expect(actions[action].answered).toBeGreaterThanOrEqual(CHARGERS);
    }
    expect(text).toContain('the target answered CALLERROR: [4,');
    expect(text).toContain(`"${code}"`);
    // Refused once, then taken: nothing is lost.
    expect(ledger).toMatchObject({ acknowledged: ledger.messages, pendingAtEnd: 0 });
    expect(ledger.attempts).toBe(ledger.messages + actions['StartTransaction'].callError);
    expect(transactions).toMatchObject({ complete: transactions.begun, incomplete: 0 });
    expect(target.counters().transactionsStopped).toBe(transactions.complete);
  });
});

/** CALLs time out soon, and no charger reconnects for that. Runs until so much was answered. */
async function runWithTimeouts(faults: Faults, enough: (counters: CsmsCounters) => boolean) {
  const target = await csms({ faults });
  const changes = { callTimeout: '400ms', timeoutsBeforeReconnect: 1000, duration: '60s' } as const;
  const scenario = smallScenario(
    { target: target.url, ...changes },
    { ...talkative, chargers: CHARGERS, bootRetry: '100ms' },
  );
  const { run } = await runUntil(scenario, () =>
    until(() => {
      const counters = target.counters();
      return counters.booted === CHARGERS && enough(counters);
    }, 'the answers'),
  );
  await until(() => target.counters().connectionsOpen === 0, 'the connections to end');
  const counters = target.counters();
  expectSumsToAgree(counters);
  const { calls, answers, chargers, actions, disconnects } = run.summary;
  expect(calls.sent).toBe(receivedTotal(counters));
  expect(calls).toMatchObject({ callError: 0, invalidReply: 0, lost: 0, inFlight: 0 });
  expect(answers).toMatchObject({ duplicate: 0, unreadable: 0 });
  // They go on: what is not spoilt is answered.
  expect(chargers.booted).toBe(CHARGERS);
  expect(actions['Heartbeat'].answered).toBeGreaterThan(0);
  expect(disconnects).toEqual({});
  return { ...run, counters };
}

test('a CALLERROR with the id null answers nothing: its CALL times out', async () => {
  const { summary, counters, text } = await runWithTimeouts(
    { refuseFirst: { actions: ['Heartbeat'], attempts: 1, how: 'error' }, callErrorId: null },
    ({ corrupted, answered }) => corrupted >= 2 * CHARGERS && answered >= 4 * CHARGERS,
  );
  const { answers, calls } = summary;
  expect(answers.unknownId).toBeGreaterThanOrEqual(CHARGERS);
  expectRead(answers.unknownId, counters.corrupted);
  expect(calls.timedOut).toBeGreaterThanOrEqual(counters.corrupted);
  expect(text).toContain('had the id of no CALL that was sent');
});

test('answers out of order: the one that was overtaken is late, the other one counts', async () => {
  const { summary, counters, text } = await runWithTimeouts(
    { mixUp: 'outOfOrder', actions: ['Heartbeat'] },
    // Boot, status, and Heartbeats two by two.
    ({ answered }) => answered >= 6 * CHARGERS,
  );
  const { answers, calls } = summary;
  // One CALL at a time: an answer that waits to be overtaken waits for the time-out of its CALL.
  expect(answers.late).toBeGreaterThanOrEqual(CHARGERS);
  expect(calls.timedOut).toBeGreaterThanOrEqual(answers.late);
  expect(answers.unknownId).toBe(0);
  expectRead(calls.answered + answers.late, counters.answered);
  // Those that were never overtaken went with their connection.
  expect(counters.answered + counters.abandoned).toBe(calls.sent);
  expect(text).toContain('came after the CALL had timed out');
});

describe('an expiryDate', () => {
  test.each([
    ['equal to now', 'Z'],
    ['that is no date', 'notIso'],
  ] as const)('%s: Accepted is accepted, the charger charges', async (_name, style) => {
    const faults = { expiryInMs: 0, currentTime: style };
    const { summary, outcome, target } = await runAgainst({ faults });
    expect(outcome.exitCode).toBe(ExitCode.ok);
    const { calls, transactions } = summary;
    expect(calls).toMatchObject({ answered: calls.sent, refused: 0, invalidReply: 0 });
    expect(transactions.begun).toBeGreaterThanOrEqual(CHARGERS);
    expect(transactions).toMatchObject({ complete: transactions.begun, refused: 0, incomplete: 0 });
    expect(target.counters().transactionsStopped).toBe(transactions.complete);
  });
});

describe('a transactionId', () => {
  /** Sessions end only as the central system asks for it, by the id that it gave. */
  const stop: CommandPlan = {
    action: 'RemoteStopTransaction',
    payload: { transactionId: '{transactionId}' },
    ...{ after: '300ms', every: '100ms' },
  };
  const charging = life()
    .boot()
    .forever((l) => l.plugIn().session(LONG).unplug());
  const fleets = [
    smallFleet({ name: 'tonly', chargers: CHARGERS, life: charging }),
    smallFleet({ name: 'generic', chargers: CHARGERS, life: charging, model: generic1_6() }),
  ];

  test.each<[TransactionIds, 'as-logged' | 'standard', (row: number) => number]>([
    ['zero', 'as-logged', () => 0],
    ['same', 'as-logged', () => SAME_TRANSACTION_ID],
    ['negative', 'standard', (row) => -row],
    ['huge', 'standard', (row) => 2 ** 31 + row],
  ])('%s: values and stops carry it, commands find it (%s)', async (ids, dialect, idOf) => {
    const changes = { duration: '1500ms', dialect, fleets } as const;
    const options = { faults: { transactionIds: ids }, commands: [stop] };
    const { summary, outcome, target } = await runAgainst(options, changes);
    expect(outcome.exitCode).toBe(ExitCode.ok);
    const { calls, actions, transactions, ledger, commands } = summary;
    expect(calls.answered).toBe(calls.sent);
    const rows = [...target.state.transactions.values()];
    expect(rows.map(({ id }) => id)).toEqual(rows.map(({ row }) => idOf(row)));
    // Whatever carried another id would be counted as unknown, or not be counted.
    expect(target.counters()).toMatchObject({ transactionsUnknown: 0, duplicateStarts: 0 });
    expect(rows.every(({ stoppedAt }) => stoppedAt !== null)).toBe(true);
    expect(rows.length).toBe(transactions.complete);
    const values = rows.reduce((sum, { meterValues }) => sum + meterValues, 0);
    expect(values).toBe(actions['MeterValues'].answered);
    expect(values).toBeGreaterThanOrEqual(2 * CHARGERS);
    expect(transactions).toMatchObject({ begun: rows.length, incomplete: 0, openAtEnd: 0 });
    expect(ledger).toMatchObject({ acknowledged: ledger.messages, attempts: ledger.messages });
    const stops = commands.perCommand['RemoteStopTransaction'];
    expect(stops).toMatchObject({ errored: 0, dropped: 0 });
    const stopped = summary.effects['RemoteStopTransaction'].count;
    expect(stopped).toBeGreaterThanOrEqual(2 * CHARGERS);
    expect(stopped).toBeLessThanOrEqual(stops.answered - stops.refused);
    // The others were ended by the end of the run, at most one a charger.
    expect(rows.length - stopped).toBeLessThanOrEqual(2 * CHARGERS);
  });
});

const get: CommandPlan = { action: 'GetConfiguration', payload: { key: ['MaxCurrent'] } };
const trigger = (requestedMessage: string): CommandPlan => ({
  action: 'TriggerMessage',
  payload: { requestedMessage },
});
const remoteStart: CommandPlan = {
  action: 'RemoteStartTransaction',
  payload: { connectorId: 1, idTag: 'REMOTE' },
};
/** Of each charger one, answered with its consent. */
const CONSENT = { received: CHARGERS, answered: CHARGERS, errored: 0, refused: 0, dropped: 0 };

test('CALLs 2 s after the boot: answered, and followed', async () => {
  const target = await csms({ commands: [get, trigger('Heartbeat'), remoteStart] });
  const changes = { target: target.url, duration: '60s' } as const;
  const startedMs = performance.now();
  const { run, seen } = await runUntil(
    smallScenario(changes, { ...quiet, chargers: CHARGERS }),
    async () => {
      await until(() => target.counters().commandsSent > 0, 'a command');
      const firstMs = performance.now();
      await until(() => target.counters().transactionsStarted === CHARGERS, 'the sessions');
      return firstMs;
    },
  );
  expect(seen - startedMs).toBeGreaterThanOrEqual(2_000);
  const { commands, effects, actions, transactions } = run.summary;
  expect(commands.perCommand).toMatchObject({
    ...{ GetConfiguration: CONSENT, TriggerMessage: CONSENT, RemoteStartTransaction: CONSENT },
  });
  expect(target.counters()).toMatchObject({ commandsSent: 3 * CHARGERS, commandsErrored: 0 });
  expect(target.counters().commandsAccepted).toBe(3 * CHARGERS);
  // Nothing but the triggered ones: they have no heartbeats of their own.
  expect(actions['Heartbeat']).toMatchObject({ sent: CHARGERS, answered: CHARGERS });
  expect(effects['TriggerMessage'].count).toBe(CHARGERS);
  expect(effects['RemoteStartTransaction'].count).toBe(CHARGERS);
  expect(transactions).toMatchObject({ begun: CHARGERS, complete: CHARGERS });
  const idTags = [...target.state.transactions.values()].map(({ idTag }) => idTag);
  expect(idTags).toEqual(Array(CHARGERS).fill('REMOTE'));
});

describe('CALLs before the boot is accepted', () => {
  const early = (plan: CommandPlan, after: CommandPlan['after'] = '300ms'): CommandPlan => ({
    ...{ ...plan, beforeBoot: true, after },
  });
  const never = (status: 'Pending' | 'Rejected', times: number): Faults => ({
    refuseBoots: { status, times, intervalS: 600 },
  });

  test('right behind the 101: answered', async () => {
    const commands = [early(get, '0s')];
    const { summary, outcome, target } = await runAgainst({ commands });
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(summary.commands).toMatchObject(CONSENT);
    expect(target.counters().commandsAccepted).toBe(CHARGERS);
    expect(summary.calls.answered).toBe(summary.calls.sent);
  });

  test('Pending: answered; only what is triggered is sent, a boot too', async () => {
    const plans = [get, remoteStart, trigger('StatusNotification'), trigger('BootNotification')];
    const target = await csms({
      commands: plans.map((p) => early(p)),
      faults: never('Pending', 1),
    });
    const changes = { target: target.url, duration: '60s' } as const;
    const { run } = await runUntil(smallScenario(changes, { ...quiet, chargers: CHARGERS }), () =>
      until(() => target.counters().received['StatusNotification'] === 2 * CHARGERS, 'statuses'),
    );
    const { actions, commands, chargers } = run.summary;
    expect(commands.perCommand).toMatchObject({
      GetConfiguration: CONSENT,
      RemoteStartTransaction: { ...CONSENT, refused: CHARGERS },
      TriggerMessage: { ...CONSENT, received: 2 * CHARGERS, answered: 2 * CHARGERS },
    });
    expect(chargers.booted).toBe(CHARGERS);
    expect(Object.keys(actions)).toEqual(['BootNotification', 'StatusNotification']);
    expect(actions['BootNotification']).toMatchObject({ sent: 2 * CHARGERS, refused: CHARGERS });
    expect(actions['StatusNotification']).toMatchObject({ answered: 2 * CHARGERS });
    expectSumsToAgree(target.counters());
  });

  test('Rejected: silence, and a note in the report', async () => {
    const options = { commands: [early(get, '500ms')], faults: never('Rejected', 1) };
    const { summary, outcome, text, target } = await runAgainst(options, { duration: '1500ms' });
    expect(outcome.causes).toEqual([`only 0 of ${CHARGERS} chargers booted`]);
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    expect(summary.commands).toMatchObject({
      ...{ received: CHARGERS, dropped: CHARGERS, answered: 0, errored: 0 },
    });
    expect(target.counters()).toMatchObject({ responses: 0, commandsLost: CHARGERS });
    expect(summary.calls).toMatchObject({ sent: CHARGERS, answered: CHARGERS, refused: CHARGERS });
    expect(text).toContain(`${CHARGERS} commands not read`);
  });
});

test('a limit on the CALLs of a station: CALLERRORs, no transaction is lost', async () => {
  const charge = { duration: '300ms', power: '7kW' } as const;
  const fleet: Partial<Fleet> = {
    ...talkative,
    life: life().boot().plugIn().start().charge(charge).stop(),
    configuration: { TransactionMessageAttempts: '9', TransactionMessageRetryInterval: '1' },
  };
  const faults = { maxCallsPerS: 5, callErrorCode: 'GenericError' } as const;
  const { summary, outcome, text, target } = await runAgainst({ faults }, {}, fleet);
  expect(outcome.exitCode).toBe(ExitCode.ok);
  const { calls, actions, ledger, transactions, disconnects } = summary;
  expect(target.counters()).toMatchObject({ errored: calls.callError, answered: calls.answered });
  expect(calls.answered + calls.callError).toBe(calls.sent);
  // Each of them sends more than 20 in this second.
  expect(actions['Heartbeat'].callError).toBeGreaterThanOrEqual(10 * CHARGERS);
  expect(disconnects).toEqual({});
  expect(text).toContain('"GenericError"');
  expect(ledger).toMatchObject({ acknowledged: ledger.messages, pendingAtEnd: 0, discarded: 0 });
  const about = ['StartTransaction', 'MeterValues', 'StopTransaction'];
  const refused = about.reduce((sum, action) => sum + actions[action].callError, 0);
  expect(ledger.attempts).toBe(ledger.messages + refused);
  expect(transactions).toMatchObject({ begun: CHARGERS, complete: CHARGERS });
  expect(target.counters().transactionsStopped).toBe(CHARGERS);
});
