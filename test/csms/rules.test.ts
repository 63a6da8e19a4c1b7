import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAYLOAD_FIELDS } from '../../src/csms/rules.ts';
import { ACTIONS, type Action } from '../../src/ocpp/actions.ts';
import { checkFields } from '../../src/ocpp/fields.ts';
import { validateCall } from '../support/schemas.ts';
import { FULL_PAYLOADS, TIMESTAMP } from './payloads.ts';

const check = (action: Action, payload: Record<string, unknown>) =>
  checkFields(payload, PAYLOAD_FIELDS[action]);
const verdict = (action: Action, changes: Record<string, unknown>) => {
  const found = check(action, { ...FULL_PAYLOADS[action], ...changes });
  return found && [found.code, found.path];
};
const meterValue = (sample: Record<string, unknown>) => [
  { timestamp: TIMESTAMP, sampledValue: [{ value: '1' }, { value: '2', ...sample }] },
];

test.each(ACTIONS)('%s with every field passes', (action) => {
  expect(check(action, FULL_PAYLOADS[action])).toBeNull();
  expect(validateCall(action, FULL_PAYLOADS[action])).toEqual([]);
});

describe('a violation has its code and its path', () => {
  test.each<[Action, Record<string, unknown>, string, string]>([
    ['Authorize', { idTag: 7 }, 'TypeConstraintViolation', 'idTag'],
    ['Authorize', { idTag: null }, 'TypeConstraintViolation', 'idTag'],
    ['Authorize', { idTag: 'x'.repeat(21) }, 'PropertyConstraintViolation', 'idTag'],
    ['Authorize', { idtag: 'x' }, 'FormationViolation', 'idtag'],
    ['Heartbeat', { extra: 1 }, 'FormationViolation', 'extra'],
    ['StartTransaction', { connectorId: 0 }, 'PropertyConstraintViolation', 'connectorId'],
    ['StartTransaction', { meterStart: 1.5 }, 'TypeConstraintViolation', 'meterStart'],
    ['StartTransaction', { meterStart: '1' }, 'TypeConstraintViolation', 'meterStart'],
    ['StatusNotification', { connectorId: -1 }, 'PropertyConstraintViolation', 'connectorId'],
    ['StatusNotification', { status: 'Idle' }, 'PropertyConstraintViolation', 'status'],
    ['StatusNotification', { errorCode: true }, 'TypeConstraintViolation', 'errorCode'],
    ['DataTransfer', { data: 5 }, 'TypeConstraintViolation', 'data'],
    ['DataTransfer', { data: [] }, 'TypeConstraintViolation', 'data'],
    ['MeterValues', { meterValue: {} }, 'TypeConstraintViolation', 'meterValue'],
    ['MeterValues', { meterValue: [] }, 'OccurenceConstraintViolation', 'meterValue'],
    ['MeterValues', { meterValue: [1] }, 'TypeConstraintViolation', 'meterValue[0]'],
    [
      'MeterValues',
      { meterValue: [{ timestamp: TIMESTAMP, sampledValue: [] }] },
      'OccurenceConstraintViolation',
      'meterValue[0].sampledValue',
    ],
    [
      'MeterValues',
      { meterValue: [{ timestamp: TIMESTAMP, sampledValue: [{}] }] },
      'OccurenceConstraintViolation',
      'meterValue[0].sampledValue[0].value',
    ],
    [
      'MeterValues',
      { meterValue: meterValue({ unit: 'furlong' }) },
      'PropertyConstraintViolation',
      'meterValue[0].sampledValue[1].unit',
    ],
  ])('%s %j', (action, changes, code, path) => {
    expect(verdict(action, changes)).toEqual([code, path]);
  });

  test('a required field that is missing', () => {
    expect(check('Authorize', {})).toMatchObject({
      code: 'OccurenceConstraintViolation',
      path: 'idTag',
    });
  });

  test('a field named __proto__ is just unknown', () => {
    expect(check('Heartbeat', JSON.parse('{"__proto__":{}}'))?.code).toBe('FormationViolation');
    expect(check('Authorize', JSON.parse('{"__proto__":{"idTag":"x"}}'))?.path).toBe('idTag');
  });
});

describe('both dialects', () => {
  test.each([
    ...['2021-11-09T16:20:35', '2021-11-09T16:20:35.123', '2021-11-09T16:20:35Z'],
    ...['2021-11-09T16:20:35.123456Z', '2021-11-09T16:20:35+08:00', '2021-11-09T16:20:35-0330'],
  ])('the time %s', (timestamp) => expect(verdict('StartTransaction', { timestamp })).toBeNull());

  test.each([
    ...['', '2021-11-09', '2021-11-09 16:20:35', '2021-13-09T16:20:35Z', '2021-11-32T16:20:35Z'],
    ...['2021-11-09T24:20:35Z', '2021-11-09T16:60:35Z', '2021-11-09T16:20Z', 'now'],
  ])('but not the time %j', (timestamp) => {
    expect(verdict('StartTransaction', { timestamp })?.[0]).toBe('PropertyConstraintViolation');
  });

  test('data as a string and as an object', () => {
    expect(verdict('DataTransfer', { data: '{"id":1}' })).toBeNull();
    expect(verdict('DataTransfer', { data: { id: 1 } })).toBeNull();
  });
});

/** Values on which the tables and the official schemas agree: no zoneless time, no empty list. */
const VALUES = fc.oneof(
  fc.constantFrom<unknown>(null, true, 1, 2.5, 70_000, '', 'x', 'x'.repeat(21), 'x'.repeat(256)),
  fc.constantFrom<unknown>({}, { data: 1 }, [1], ['x'], [{}], 'Available', 'Local', TIMESTAMP, 'A'),
);

test('the tables and the official schemas agree about any changed payload', () => {
  const change = fc.tuple(fc.constantFrom('set', 'delete', 'add'), fc.nat(), VALUES);
  const seen = { good: 0, bad: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...ACTIONS), change, fc.boolean(), (action, how, nested) => {
      const payload = structuredClone(FULL_PAYLOADS[action]);
      change1(nested ? innermost(payload) : payload, ...how);
      // The schema takes a string alone: the one field where this system is wider.
      if (action === 'DataTransfer' && typeof payload['data'] === 'object') return;
      const good = check(action, payload) === null;
      seen[good ? 'good' : 'bad']++;
      expect(validateCall(action, payload).length === 0, JSON.stringify(payload)).toBe(good);
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(50);
});

function innermost(payload: Record<string, unknown>): Record<string, unknown> {
  const list = (payload['meterValue'] ?? payload['transactionData']) as
    | { sampledValue: Record<string, unknown>[] }[]
    | undefined;
  return list ? list[0].sampledValue[0] : payload;
}

function change1(object: Record<string, unknown>, how: string, pick: number, value: unknown) {
  const names = Object.keys(object);
  if (how === 'add' || names.length === 0) object['unexpected'] = value;
  else if (how === 'delete') delete object[names[pick % names.length]];
  else object[names[pick % names.length]] = value;
}
