/** What central systems do to connections: refuse, replace, forget, limit, die under them. */

import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ExitCode } from '../../src/base/errors.ts';
import type { SameIdentity } from '../../src/csms/faults.ts';
import type { Csms } from '../../src/csms/server.ts';
import { spawnOne } from '../../src/csms/spawn.ts';
import type { Summary } from '../../src/report/summary.ts';
import { allAtOnce } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';
import { connect } from '../csms/client.ts';
import { expectSumsToAgree } from '../csms/sums.ts';
import { csms } from './servers.ts';
import { runScenario, runUntil, smallScenario, until } from './support.ts';

const CHARGERS = 5;
const PASSWORD = 'secret-123';
/** The charger whose identity somebody else has too. */
const TAKEN = 'CP001';

const small = (target: string, changes: Partial<Scenario> = {}, fleet: Partial<Fleet> = {}) =>
  smallScenario(
    { target, duration: '1s', ...changes },
    {
      chargers: CHARGERS,
      identities: { identity: 'CP{n:3}', password: PASSWORD },
      bootRetry: '100ms',
      ...fleet,
    },
  );

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

/** What was on its way when a connection ended makes a reset of it. */
function closes({ disconnects }: Summary): number {
  const { closedByTarget = 0, reset = 0, ...others } = disconnects;
  expect(others).toEqual({});
  return closedByTarget + reset;
}

describe('wrong credentials: HTTP 400', () => {
  const knowing = (password: string) =>
    csms({ expectedPassword: password, faults: { wrongPassword: 400 } });

  test('nobody gets in, and the report says what a 400 may mean', async () => {
    const target = await knowing('another');
    const { summary, outcome, text } = await runScenario(small(target.url));
    expect(outcome.causes).toEqual([`only 0 of ${CHARGERS} chargers booted`]);
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    const { upgraded, failed } = summary.connects;
    expect(upgraded).toBe(0);
    expect(Object.keys(failed)).toEqual(['http400']);
    expect(failed['http400']).toBeGreaterThanOrEqual(CHARGERS);
    expect(target.counters().connectionsRefused).toBeGreaterThanOrEqual(failed['http400']);
    expect(summary.calls.sent).toBe(0);
    expect(text).toContain('connect failed (http400): HTTP/1.1 400 Bad Request');
    expect(oneLine(text)).toContain('some systems answer unknown identities or wrong passwords so');
  });

  test('the right password gets in', async () => {
    const target = await knowing(PASSWORD);
    const { summary, outcome } = await runScenario(small(target.url));
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(summary.connects).toMatchObject({ upgraded: CHARGERS, failed: {} });
  });
});

/** Sessions of the charger in question that are over. */
const sessions = ({ state }: Csms) =>
  [...state.transactions.values()].filter((t) => t.chargerId === TAKEN && t.stoppedAt !== null)
    .length;

/** A session begun from now on comes to its end. */
async function goesOn(target: Csms): Promise<void> {
  const before = sessions(target);
  await until(() => sessions(target) >= before + 2, `sessions of ${TAKEN}`);
}

/** All boot; then somebody connects with the identity of one of them, and it still goes on. */
async function joinLater(sameIdentity: SameIdentity) {
  const target = await csms({ faults: { sameIdentity } });
  const callTimeout = sameIdentity === 'oldSilent' ? '500ms' : '30s';
  // What times out on a busy machine, or is not heard, is said again at once.
  const configuration = { TransactionMessageRetryInterval: '0', TransactionMessageAttempts: '99' };
  const scenario = small(target.url, { duration: '60s', callTimeout }, { configuration });
  const { run, seen } = await runUntil(scenario, async () => {
    await until(() => target.counters().booted === CHARGERS, 'the boots');
    await goesOn(target);
    const boots = target.state.chargers.get(TAKEN)?.boots;
    const second = await connect(target, TAKEN);
    if (sameIdentity === 'oldSilent') await until(() => silenced(target) > 1, 'two silences');
    else await second.closed;
    await goesOn(target);
    // No BootNotification after a plain reconnect.
    expect(target.state.chargers.get(TAKEN)?.boots).toBe(boots);
    return second;
  });
  expectSumsToAgree(target.counters());
  return { target, second: seen, ...run };
}

const silenced = (target: Csms) => target.counters().silenced;

describe('a second connection with the same identity', () => {
  test('the new one closed 1008: a charger whose identity is taken stays out', async () => {
    const target = await csms({ faults: { sameIdentity: 'newRefused1008' } });
    const first = await connect(target, TAKEN);
    const { summary, outcome, text } = await runScenario(small(target.url));
    expect(outcome.causes).toEqual([`only ${CHARGERS - 1} of ${CHARGERS} chargers booted`]);
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    const refused = summary.connects.upgraded - (CHARGERS - 1);
    expect(refused).toBeGreaterThan(1);
    expect(closes(summary)).toBe(refused);
    expect(target.counters().connectionsTurnedAway).toBeGreaterThanOrEqual(refused);
    // Only what was said to a closed door is without an answer.
    expect(summary.actions['BootNotification']).toMatchObject({ answered: CHARGERS - 1 });
    expect(summary.calls.lost).toBe(summary.calls.sent - summary.calls.answered);
    expect(text).toContain('connection lost (closedByTarget): close code 1008');
    expect(oneLine(text)).toContain('many close an identity that connects twice');
    // The one that came first is served as ever.
    expect((await first.call('Heartbeat', {}))[2]).toHaveProperty('currentTime');
    await first.close();
  });

  test('the new one closed 1008: the charger that is there does not notice', async () => {
    const { second, summary, target } = await joinLater('newRefused1008');
    expect(await second.closed).toMatchObject({ code: 1008 });
    expect(second.messages).toEqual([]);
    expect(target.counters().connectionsTurnedAway).toBe(1);
    expect(summary.disconnects).toEqual({});
    expect(summary.connects.upgraded).toBe(CHARGERS);
    expect(summary.calls.answered).toBe(summary.calls.sent);
  });

  test('the old one closed 1000: the charger comes back, and takes its place again', async () => {
    const { second, summary, text } = await joinLater('newWins');
    expect(await second.closed).toMatchObject({ code: 1000 });
    expect(summary.disconnects).toEqual({ closedByTarget: 1 });
    expect(summary.connects.upgraded).toBe(CHARGERS + 1);
    expect(summary.calls.lost).toBeLessThanOrEqual(1);
    expect(text).toContain('connection lost (closedByTarget): close code 1000');
  });

  test('the old one open but silent: CALLs time out until the charger reconnects', async () => {
    const { second, summary, target, text } = await joinLater('oldSilent');
    expect(Object.keys(summary.disconnects)).toEqual(['callTimeouts']);
    expect(summary.connects.upgraded).toBeGreaterThan(CHARGERS);
    expect(summary.calls.timedOut).toBeGreaterThanOrEqual(silenced(target));
    expect(silenced(target)).toBeGreaterThanOrEqual(2);
    expect(oneLine(text)).toContain('given up by the charger after unanswered CALLs');
    // Now the other one is the old one: open, and not answered.
    expect(second.ws.readyState).toBe(WebSocket.OPEN);
    const before = silenced(target);
    second.ws.send('[2,"1","Heartbeat",{}]');
    await until(() => silenced(target) === before + 1, 'the silence');
    await second.close();
    expect(second.messages).toEqual([]);
  });
});

test('a process that dies under a connect storm: the run tells how far it came', async () => {
  const [storm, most] = [60, 10];
  const target = await spawnOne({ faults: { exitAfterUpgrades: most } });
  const scenario = small(target.url, {}, { chargers: storm, connect: allAtOnce() });
  const { summary, outcome, text } = await runScenario(scenario);
  expect(await target.exited).toMatchObject({ code: 137, signal: null });
  const { booted } = summary.chargers;
  const { upgraded, failed } = summary.connects;
  expect(booted).toBeLessThanOrEqual(upgraded);
  expect(upgraded).toBeLessThanOrEqual(most);
  expect(outcome.causes).toEqual([`only ${booted} of ${storm} chargers booted`]);
  expect(outcome.exitCode).toBe(ExitCode.thresholds);
  expect(summary.ending).toBe('completed');
  // Every connection ended with the process, and all came again to a closed port.
  const { endedByTarget = 0, reset = 0, ...others } = summary.disconnects;
  expect({ ended: endedByTarget + reset, others }).toEqual({ ended: upgraded, others: {} });
  expect(failed['refused']).toBeGreaterThanOrEqual(storm);
  const { answered, lost, sent } = summary.calls;
  expect(answered + lost).toBe(sent);
  expect(oneLine(text)).toContain('connection refused: nothing listens on that port');
});

describe('a limit on the connections of an address', () => {
  const MOST = 3;
  test.each([
    ['all are wanted', undefined, ExitCode.thresholds],
    ['so many may fail', (CHARGERS - MOST) / CHARGERS, ExitCode.ok],
  ])('those above it are closed with 1008, the others go on: %s', async (_name, allow, code) => {
    const target = await csms({ faults: { maxConnectionsPerAddress: MOST } });
    const changes = allow === undefined ? {} : { allowBootFailures: allow };
    const { summary, outcome, text } = await runScenario(small(target.url, changes));
    expect(outcome.exitCode).toBe(code);
    expect(summary.chargers).toMatchObject({ planned: CHARGERS, booted: MOST });
    const refused = summary.connects.upgraded - MOST;
    expect(refused).toBeGreaterThanOrEqual(CHARGERS - MOST);
    expect(closes(summary)).toBe(refused);
    expect(target.counters()).toMatchObject({ booted: MOST });
    expect(target.counters().connectionsTurnedAway).toBeGreaterThanOrEqual(refused);
    expect(text).toContain('connection lost (closedByTarget): close code 1008');
    // The three stay until the end, and bring everything to it.
    expect(summary.transactions).toMatchObject({ incomplete: 0, openAtEnd: 0 });
    expect(summary.transactions.begun).toBeGreaterThanOrEqual(MOST);
    expect(target.counters().transactionsStopped).toBe(summary.transactions.complete);
    expect(summary.calls.lost).toBe(summary.calls.sent - summary.calls.answered);
  });
});

describe('answers cached by message id across connections', () => {
  const fleet = { life: life().boot(), heartbeat: '50ms' } as const;

  test('an old answer that does not fit fails its CALL, and the charger goes on', async () => {
    const target = await csms({ faults: { mixUp: 'cached' } });
    // A tonly48A counts its ids from 100: boot, boot again, status, Heartbeats.
    const former = await connect(target, TAKEN);
    const status = { connectorId: 1, errorCode: 'NoError', status: 'Available' };
    for (const id of ['100', '103']) await former.call('StatusNotification', status, id);
    await former.close();
    const { summary, outcome, text } = await runScenario(small(target.url, {}, fleet));
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(summary.actions['BootNotification']).toMatchObject({
      ...{ sent: CHARGERS + 1, answered: CHARGERS + 1, invalidReply: 1 },
    });
    expect(summary.actions['Heartbeat']).toMatchObject({ invalidReply: 1, callError: 0 });
    expect(summary.calls).toMatchObject({ answered: summary.calls.sent, invalidReply: 2 });
    expect(text).toContain('2 answers did not fit the action of its CALL');
    // It has answered that boot without having seen it.
    expect(target.state.chargers.get(TAKEN)?.boots).toBe(1);
  });

  test('after a Reset the ids begin again: the answers of the life before are taken', async () => {
    const reset = { action: 'Reset', payload: { type: 'Hard' }, after: '300ms' } as const;
    const target = await csms({ faults: { mixUp: 'cached' }, commands: [reset] });
    const scenario = small(
      target.url,
      { duration: '60s' },
      { ...fleet, heartbeat: 'off', rebootTime: '100ms' },
    );
    const told = () => target.counters().received['StatusNotification'];
    const { run } = await runUntil(scenario, () => until(() => told() === 2 * CHARGERS, 'lives'));
    const { actions, restarts, disconnects } = run.summary;
    expect(actions['BootNotification']).toMatchObject({ sent: 2 * CHARGERS, invalidReply: 0 });
    expect(actions['StatusNotification']).toMatchObject({ answered: 2 * CHARGERS });
    expect({ restarts, disconnects }).toEqual({ restarts: CHARGERS, disconnects: {} });
    // The second boot of each was answered out of the cache.
    expect([...target.state.chargers.values()].map(({ boots }) => boots)).toEqual(
      Array(CHARGERS).fill(1),
    );
  });
});
