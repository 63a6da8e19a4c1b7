import { describe, expect, test } from 'vitest';
import { answer, type Desk } from '../../src/csms/answer.ts';
import { readMessage } from '../../src/csms/check.ts';
import { emptyCounters } from '../../src/csms/counters.ts';
import { chargerOf, emptyState } from '../../src/csms/state.ts';
import { ACTIONS, type Action } from '../../src/ocpp/actions.ts';
import { validateResult } from '../support/schemas.ts';
import { FULL_PAYLOADS } from './payloads.ts';

function desk(changes: Partial<Desk> = {}): Desk {
  return {
    state: emptyState(['blocked']),
    counters: emptyCounters(),
    intervalS: 60,
    requireBoot: false,
    deduplicate: false,
    faults: {},
    ...changes,
  };
}

/** The reply to one CALL, parsed. */
function ask(at: Desk, action: string, payload: unknown, charger = 'cp1', id = '100') {
  const message = readMessage(JSON.stringify([2, id, action, payload]));
  if (message.kind === 'response') throw new Error('not a CALL');
  return JSON.parse(answer(at, chargerOf(at.state, charger), message).text);
}

const NOW = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const ACCEPTED = { idTagInfo: { status: 'Accepted' } };

test.each<[Action, object]>([
  ['BootNotification', { currentTime: NOW, interval: 60, status: 'Accepted' }],
  ['StatusNotification', {}],
  ['Heartbeat', { currentTime: NOW }],
  ['Authorize', ACCEPTED],
  ['StartTransaction', { ...ACCEPTED, transactionId: 1 }],
  ['MeterValues', {}],
  ['StopTransaction', ACCEPTED],
  ['DataTransfer', { status: 'Accepted' }],
  ['DiagnosticsStatusNotification', {}],
  ['FirmwareStatusNotification', {}],
])('%s is answered by the book', (action, expected) => {
  const reply = ask(desk(), action, FULL_PAYLOADS[action]);
  expect(reply).toEqual([3, '100', expected]);
  expect(validateResult(action, reply[2])).toEqual([]);
});

test('currentTime is now', () => {
  const before = Date.now();
  const [, , { currentTime }] = ask(desk(), 'Heartbeat', {});
  expect(Date.parse(currentTime)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(currentTime)).toBeLessThanOrEqual(Date.now());
});

test('an id is given back as it was, quotes and all', () => {
  const id = '"\\\u0001é😀';
  expect(ask(desk(), 'Heartbeat', {}, 'cp1', id)[1]).toBe(id);
  expect(ask(desk(), 'Nonsense', {}, 'cp1', id)[1]).toBe(id);
});

describe('transactions', () => {
  test('are kept with what the charger said', () => {
    const at = desk();
    ask(at, 'StartTransaction', FULL_PAYLOADS.StartTransaction);
    ask(at, 'StopTransaction', FULL_PAYLOADS.StopTransaction);
    expect(at.state.transactions.get(1)).toEqual({
      row: 1,
      id: 1,
      chargerId: 'cp1',
      connectorId: 1,
      idTag: '13800000001',
      meterStartWh: 0,
      startedAt: '2021-11-09T16:20:35Z',
      stoppedAt: '2021-11-09T16:20:35Z',
      meterStopWh: 350,
      messageId: '100',
      stopReason: 'Local',
      meterValues: 0,
      lastEnergyWh: null,
    });
    expect(at.counters).toMatchObject({ transactionsStarted: 1, transactionsStopped: 1 });
  });

  test('a stop without idTag is answered with nothing, and an unknown one is counted', () => {
    const at = desk();
    const payload = { meterStop: 1, timestamp: '2021-11-09T16:20:35', transactionId: 9 };
    expect(ask(at, 'StopTransaction', payload)).toEqual([3, '100', {}]);
    expect(at.counters).toMatchObject({ transactionsUnknown: 1, transactionsStopped: 0 });
  });

  test('a blocked idTag is told so, and still gets the required transaction id', () => {
    const at = desk();
    const blocked = { idTagInfo: { status: 'Blocked' } };
    expect(ask(at, 'Authorize', { idTag: 'blocked' })[2]).toEqual(blocked);
    const start = { ...FULL_PAYLOADS.StartTransaction, idTag: 'blocked' };
    expect(ask(at, 'StartTransaction', start)[2]).toEqual({ ...blocked, transactionId: 1 });
  });
});

test('statuses are kept per connector', () => {
  const at = desk();
  for (const [connectorId, status] of [
    [0, 'Available'],
    [1, 'Preparing'],
    [1, 'Charging'],
  ]) {
    ask(at, 'StatusNotification', { connectorId, status, errorCode: 'NoError' });
  }
  expect(chargerOf(at.state, 'cp1').statuses).toEqual(
    new Map([
      [0, 'Available'],
      [1, 'Charging'],
    ]),
  );
});

describe('boots', () => {
  const boot = FULL_PAYLOADS.BootNotification;

  test('a charger that boots twice is one booted charger', () => {
    const at = desk();
    ask(at, 'BootNotification', boot);
    ask(at, 'BootNotification', boot);
    ask(at, 'BootNotification', boot, 'cp2');
    expect(at.counters.booted).toBe(2);
    expect(chargerOf(at.state, 'cp1').boots).toBe(2);
  });

  test('the first ones are refused when told to', () => {
    const at = desk({ faults: { refuseBoots: { status: 'Pending', times: 2 } } });
    const statuses = [1, 2, 3].map(() => ask(at, 'BootNotification', boot)[2].status);
    expect(statuses).toEqual(['Pending', 'Pending', 'Accepted']);
    expect(at.counters.booted).toBe(1);
  });

  test('requireBoot refuses everything else before one was accepted', () => {
    const at = desk({
      requireBoot: true,
      faults: { refuseBoots: { status: 'Rejected', times: 1 } },
    });
    const refused = [4, '100', 'SecurityError', expect.stringContaining('Heartbeat before'), {}];
    expect(ask(at, 'Heartbeat', {})).toEqual(refused);
    ask(at, 'BootNotification', boot);
    expect(ask(at, 'Heartbeat', {})).toEqual(refused);
    ask(at, 'BootNotification', boot);
    expect(ask(at, 'Heartbeat', {})[0]).toBe(3);
    expect(at.counters.invalid).toBe(2);
  });
});

test('what does not pass the checks changes nothing but `invalid`', () => {
  const at = desk();
  expect(ask(at, 'BootNotification', {})).toEqual([
    ...[4, '100', 'OccurenceConstraintViolation', 'chargePointVendor is missing', {}],
  ]);
  expect(ask(at, 'Nonsense', {})[2]).toBe('NotImplemented');
  expect(at.counters).toEqual({ ...emptyCounters(), invalid: 2 });
  expect(chargerOf(at.state, 'cp1').boots).toBe(0);
});

test('every action has an answer', () => {
  for (const action of ACTIONS) expect(ask(desk(), action, FULL_PAYLOADS[action])[0]).toBe(3);
});
