import { describe, expect, test } from 'vitest';
import { OTHER_COMMAND } from '../../../../src/ocpp/commands.ts';
import { commandCounts } from '../../../../src/snapshot/snapshot.ts';
import type { Behaviour } from '../../../sim/central.ts';
import { counterOf, countsOf } from '../../../sim/read.ts';
import { type Commanded, callsOf, countsOfCommand, DIALECTS, type Order, send } from './send.ts';

const othersOf = ({ run }: Commanded) => commandCounts(run.snapshot, OTHER_COMMAND);

/** Answers boots after `delayMs`. */
const slowBoot = (delayMs: number, status = 'Accepted'): Partial<Behaviour> => ({
  onCall(call, peer) {
    if (call.action !== 'BootNotification') return false;
    const payload = { currentTime: '2026-01-05T08:00:00Z', interval: 10, status };
    peer.after(delayMs, () => peer.send(JSON.stringify([3, call.id, payload])));
    return true;
  },
});

describe.each(DIALECTS)('%s', (dialect) => {
  test('a command is answered beside an outstanding CALL, and does not disturb it', async () => {
    const orders: Order[] = [
      [1, 'GetLocalListVersion', {}],
      [2, '[2,"20211110159454930","NoSuchCommand",{"any":1}]'],
      [3, ' [ 2, "b\\u00e4" , "ResetÄ", {} ] '],
    ];
    const told = await send(orders, { dialect, behaviour: slowBoot(5000) });
    expect(told.sent.map(({ id, payload, code }) => [id, payload, code])).toEqual([
      ['c0', { listVersion: 0 }, ''],
      ['20211110159454930', expect.any(String), 'NotImplemented'],
      ['bä', expect.any(String), 'NotImplemented'],
    ]);
    expect(told.sent.map(({ atS }) => Math.floor(atS))).toEqual([1, 2, 3]);
    expect(othersOf(told)).toMatchObject({ received: 2, errored: 2, answered: 0 });
    expect(countsOfCommand(told, 'GetLocalListVersion')).toMatchObject({
      received: 1,
      answered: 1,
    });
    expect(told.run.notes['commandRefused']).toContain('NotImplemented');
    expect(countsOf(told.run, 'BootNotification')).toMatchObject({ sent: 1, answered: 1 });
    expect(callsOf(told, 'StatusNotification')[0].id).toBe('101');
  });
});

test('an id that equals our outstanding one is theirs all the same', async () => {
  const told = await send([[1, '[2,"100","ClearCache",{}]']], { behaviour: slowBoot(5000) });
  expect(told.sent).toMatchObject([{ id: '100', payload: { status: 'Accepted' } }]);
  expect(countsOf(told.run, 'BootNotification')).toMatchObject({ sent: 1, answered: 1 });
});

test('the same id twice is answered twice', async () => {
  const order: Order = [1, '[2,"twice","ClearCache",{}]'];
  const told = await send([order, order]);
  expect(told.sent.map(({ id }) => id)).toEqual(['twice', 'twice']);
});

describe('malformed', () => {
  test.each([
    ['[2,"a","Reset"]', 'FormationViolation'],
    ['[2,"a",{}]', 'FormationViolation'],
    ['[2,"a",["key",{}]]', 'FormationViolation'],
    ['[2,"a","Reset",[]]', 'FormationViolation'],
    ['[2,"a","Reset",{},{}]', 'FormationViolation'],
    ['[2,"a","Reset",{}]', 'OccurenceConstraintViolation'],
    ['[2,"a","Reset",{"type":7}]', 'TypeConstraintViolation'],
    ['[2,"a","Reset",{"type":"Warm"}]', 'PropertyConstraintViolation'],
    ['[2,"a","Reset",{"type":"Soft","more":1}]', 'FormationViolation'],
    ['[2,"a","reset",{}]', 'NotImplemented'],
  ])('%s: CALLERROR %s, and no effect', async (text, code) => {
    const told = await send([[1, text]], { mayBreak: 'CALLERROR' });
    expect(told.sent).toMatchObject([{ id: 'a', code }]);
    expect(counterOf(told.run, 'restarts')).toBe(0);
  });

  test.each([
    ['[2,7,"Reset",{}]'],
    [`[2,"${'x'.repeat(37)}","Reset",{"type":"Soft"}]`],
    ['[2,"","Reset",{"type":"Soft"}]'],
    ['[2,"a","Reset",{"type":"Soft"}'],
  ])('%s has no id to answer under: it is counted', async (text) => {
    const told = await send([[1, text]]);
    expect(told.sent).toEqual([]);
    const { received, dropped } = othersOf(told);
    expect([received, dropped]).toEqual([1, 1]);
    expect(counterOf(told.run, 'booted')).toBe(1);
    expect(counterOf(told.run, 'restarts')).toBe(0);
  });

  test('[2] is no message at all: unreadable', async () => {
    const told = await send([[1, '[2]']]);
    expect(told.sent).toEqual([]);
    expect(counterOf(told.run, 'unreadable')).toBe(1);
    expect(othersOf(told).received).toBe(0);
  });

  test('an id of 36 characters is the longest', async () => {
    const id = 'x'.repeat(36);
    const told = await send([[1, `[2,"${id}","ClearCache",{}]`]]);
    expect(told.sent).toMatchObject([{ id, payload: { status: 'Accepted' } }]);
  });
});

describe('the reaction time', () => {
  test('passes between arrival and answer', async () => {
    const told = await send([[1, 'ClearCache', {}]], { fleet: { reactionTime: '250ms' } });
    // 1 ms of transit.
    expect(told.answers[0]?.atS).toBeCloseTo(1.251, 6);
  });

  test('of 0 is no time at all', async () => {
    const told = await send([[1, 'ClearCache', {}]], { fleet: { reactionTime: '0ms' } });
    expect(told.answers[0]?.atS).toBeCloseTo(1.001, 9);
  });

  test('is drawn anew for each command', async () => {
    const orders = Array.from({ length: 50 }, (_, n): Order => [1 + n, 'ClearCache', {}]);
    const told = await send(orders, { fleet: { reactionTime: { uniform: ['0ms', '400ms'] } } });
    const delays = told.answers.map((answer, n) => Number(answer?.atS) - 1.001 - n);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(0.4);
    expect(new Set(delays.map((each) => each.toFixed(6))).size).toBeGreaterThan(45);
  });

  test('that a connection does not outlive leaves commands unanswered, all counted', async () => {
    const orders: Order[] = [
      [1, 'ClearCache', {}],
      [1.5, 'GetLocalListVersion', {}],
      [1.5, '[2,"x","NoSuchCommand",{}]'],
    ];
    const told = await send(orders, {
      fleet: { reactionTime: '800ms' },
      behaviour: {
        onCall(call, peer) {
          if (call.action === 'BootNotification') peer.after(2000, () => peer.end('reset'));
          return false;
        },
      },
    });
    expect(told.sent.map(({ id }) => id)).toEqual(['c0']);
    expect(countsOfCommand(told, 'ClearCache')).toMatchObject({ answered: 1, unanswered: 0 });
    expect(countsOfCommand(told, 'GetLocalListVersion')).toMatchObject({
      received: 1,
      answered: 0,
      unanswered: 1,
    });
    expect(othersOf(told)).toMatchObject({ received: 1, errored: 0, unanswered: 1 });
    expect(countsOf(told.run, 'BootNotification').sent).toBe(1);
  });

  test('that outlasts the run leaves them unanswered, too', async () => {
    const told = await send([[9.5, 'ClearCache', {}]], {
      scenario: { duration: '10s' },
      fleet: { reactionTime: '1s' },
    });
    expect(countsOfCommand(told, 'ClearCache')).toMatchObject({ received: 1, unanswered: 1 });
  });
});

describe('maxCommandRate', () => {
  test('is what a charger reads in a second; the rest is dropped and counted', async () => {
    const burst = Array.from({ length: 20 }, (): Order => [1, 'ClearCache', {}]);
    const told = await send([...burst, [2.5, 'ClearCache', {}]], { fleet: { maxCommandRate: 5 } });
    expect(told.answers.map((answer) => answer !== undefined)).toEqual([
      ...Array(5).fill(true),
      ...Array(15).fill(false),
      true,
    ]);
    expect(countsOfCommand(told, 'ClearCache')).toMatchObject({ received: 6, answered: 6 });
    // They are not even read: nobody knows what they were.
    expect(othersOf(told)).toMatchObject({ received: 15, dropped: 15 });
    expect(told.run.notes['commandDropped']).toContain('maxCommandRate');
  });
});

describe('before the boot is accepted', () => {
  test('Rejected: the charger is silent (OCPP 1.6, 4.2)', async () => {
    const told = await send([[1, 'ClearCache', {}]], { behaviour: slowBoot(5, 'Rejected') });
    expect(told.sent).toEqual([]);
    expect(othersOf(told)).toMatchObject({ received: 1, dropped: 1 });
  });

  test('Pending: commands are answered, and remote starts are not allowed', async () => {
    const told = await send(
      [
        [1, 'GetConfiguration', { key: ['HeartbeatInterval'] }],
        [2, 'ChangeConfiguration', { key: 'HeartbeatInterval', value: '7' }],
        [3, 'RemoteStartTransaction', { idTag: 'REMOTE' }],
        [4, 'RemoteStopTransaction', { transactionId: 1 }],
      ],
      { behaviour: slowBoot(5, 'Pending') },
    );
    expect(told.answers[0]?.payload.configurationKey).toHaveLength(1);
    expect(told.statuses.slice(1)).toEqual(['Accepted', 'Rejected', 'Rejected']);
    expect(new Set(told.calls.map(({ action }) => action))).toEqual(new Set(['BootNotification']));
  });
});
