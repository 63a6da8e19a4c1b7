import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMAND_FIELDS } from '../../src/ocpp/command-fields.ts';
import { COMMANDS, type Command } from '../../src/ocpp/commands.ts';
import { checkFields } from '../../src/ocpp/fields.ts';
import { validateCall } from '../support/schemas.ts';
import {
  FULL_COMMANDS,
  type Payload,
  pathOf,
  type SchemaField,
  schemaFieldsOf,
  TIMESTAMP,
  valueAt,
  withValue,
} from './command-payloads.ts';

const check = (command: Command, payload: Payload) => checkFields(payload, COMMAND_FIELDS[command]);
const FIELDS = COMMANDS.flatMap((command) =>
  schemaFieldsOf(command).map((field) => ({ command, path: pathOf(field.keys), ...field })),
);
/** What the table says once the field holds `value`. */
const verdict = (command: Command, keys: SchemaField['keys'], value: unknown) => {
  const found = check(command, withValue(FULL_COMMANDS[command], keys, value));
  return found && [found.code, found.path];
};

test.each(COMMANDS)('%s with every field passes', (command) => {
  const payload = FULL_COMMANDS[command];
  expect(check(command, payload)).toBeNull();
  expect(validateCall(command, payload)).toEqual([]);
  const missing = schemaFieldsOf(command).filter((f) => valueAt(payload, f.keys) === undefined);
  expect(missing).toEqual([]);
});

describe('every field of the official schemas', () => {
  test.each(COMMANDS)('%s has the same fields', (command) => {
    const top = FIELDS.filter((field) => field.command === command && field.keys.length === 1);
    const names = [...COMMAND_FIELDS[command].keys()];
    expect(names.toSorted()).toEqual(top.map((field) => field.path).toSorted());
  });

  test.each(FIELDS)('$command.$path', ({ command, path, keys, required, schema }) => {
    const missing = ['OccurenceConstraintViolation', path];
    expect(verdict(command, keys, undefined)).toEqual(required ? missing : null);
    const wrongType = schema.type === 'string' ? 7 : 'x';
    const isData = command === 'DataTransfer' && path === 'data';
    for (const value of [wrongType, null, true, ...(isData ? [[]] : [schema.items ? {} : []])]) {
      expect(verdict(command, keys, value)).toEqual(['TypeConstraintViolation', path]);
    }
    const outside = ['PropertyConstraintViolation', path];
    if (schema.enum) {
      for (const value of schema.enum) expect(verdict(command, keys, value)).toBeNull();
      expect(verdict(command, keys, 'Nonsense')).toEqual(outside);
    }
    if (schema.maxLength) {
      expect(verdict(command, keys, 'é'.repeat(schema.maxLength))).toBeNull();
      expect(verdict(command, keys, 'é'.repeat(schema.maxLength + 1))).toEqual(outside);
    }
    if (schema.multipleOf) expect(verdict(command, keys, 6.25)).toEqual(outside);
  });

  test('a field that the schema does not have', () => {
    const parents = FIELDS.filter(({ schema }) => schema.properties ?? schema.items?.properties);
    expect(parents.length).toBeGreaterThan(5);
    for (const { command, keys, schema } of parents) {
      const extra = [...keys, ...(schema.items ? [0] : []), 'extra'];
      expect(verdict(command, extra, 1)).toEqual(['FormationViolation', pathOf(extra)]);
    }
    for (const command of COMMANDS) {
      expect(verdict(command, ['extra'], 1)).toEqual(['FormationViolation', 'extra']);
    }
  });
});

describe('what the schemas leave open', () => {
  const schedule = ['csChargingProfiles', 'chargingSchedule'];
  const period = [...schedule, 'chargingSchedulePeriod', 0];
  test.each<[Command, (string | number)[], unknown, string]>([
    ['UnlockConnector', ['connectorId'], 0, 'PropertyConstraintViolation'],
    ['RemoteStartTransaction', ['connectorId'], 0, 'PropertyConstraintViolation'],
    ['ReserveNow', ['connectorId'], -1, 'PropertyConstraintViolation'],
    ['ReserveNow', ['connectorId'], 1.5, 'TypeConstraintViolation'],
    ['SetChargingProfile', ['csChargingProfiles', 'stackLevel'], -1, 'PropertyConstraintViolation'],
    ['SetChargingProfile', [...period, 'limit'], -6, 'PropertyConstraintViolation'],
    ['SetChargingProfile', [...period, 'startPeriod'], -1, 'PropertyConstraintViolation'],
    [
      'SetChargingProfile',
      [...schedule, 'chargingSchedulePeriod'],
      [],
      'OccurenceConstraintViolation',
    ],
  ])('%s %j %j', (command, keys, value, code) => {
    expect(verdict(command, keys, value)).toEqual([code, pathOf(keys)]);
  });
});

describe('what passes beyond the schemas', () => {
  const profile = ['chargingProfile'];
  test.each<[Command, (string | number)[], unknown]>([
    ['ReserveNow', ['expiryDate'], '2021-11-10T09:55:50.877'],
    ['UpdateFirmware', ['retrieveDate'], '2021-11-09T15:53:20.247'],
    ['UpdateFirmware', ['location'], '192.0.2.10:21:ftpuser:secret:/test/AC48k01_update.bin'],
    ['UpdateFirmware', ['location'], ''],
    ['GetDiagnostics', ['location'], 'diagnosticFiles'],
    ['DataTransfer', ['data'], { prices: [1, 2] }],
    ['RemoteStartTransaction', [...profile, 'chargingSchedule', 'duration'], 0],
    ['RemoteStartTransaction', [...profile, 'recurrencyKind'], undefined],
    ['RemoteStopTransaction', ['transactionId'], -1],
    ['RemoteStopTransaction', ['transactionId'], 2 ** 31],
    ['SendLocalList', ['localAuthorizationList'], []],
    ['GetConfiguration', ['key'], []],
    ['ReserveNow', ['connectorId'], 0],
  ])('%s %j %j', (command, keys, value) => expect(verdict(command, keys, value)).toBeNull());
});

type Change = readonly [how: string, pick: number, value: unknown];

/** Sets, deletes or adds a field at any depth, and returns the keys of where. */
function change(payload: Payload, [how, pick, value]: Change): [Payload, SchemaField['keys']] {
  const all = everyKey(payload, []);
  if (how === 'add' || all.length === 0) {
    const objects = [[], ...all.filter((keys) => isPlain(valueAt(payload, keys)))];
    const keys = [...objects[pick % objects.length], 'unexpected'];
    return [withValue(payload, keys, value), keys];
  }
  const keys = all[pick % all.length];
  const isItem = typeof keys[keys.length - 1] === 'number';
  return [withValue(payload, keys, how === 'delete' && !isItem ? undefined : value), keys];
}

const isPlain = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function everyKey(value: unknown, keys: SchemaField['keys']): SchemaField['keys'][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const below = [...keys, Array.isArray(value) ? Number(name) : name];
    return [below, ...everyKey(inner, below)];
  });
}

/** The fields that are wider than the schema for any value. */
const isOdd = (command: Command, keys: SchemaField['keys']) =>
  keys[0] === 'location' || (command === 'DataTransfer' && keys[0] === 'data');

const HOW = fc.constantFrom('set', 'delete', 'add');
/** Values on which the tables and the schemas agree: no zoneless time, empty list, number < 1. */
const AGREED = fc.constantFrom<unknown>(
  ...[null, true, 1, 2.5, 2.55, 70_000, '', 'x', 'x'.repeat(21), 'x'.repeat(501), TIMESTAMP],
  ...[{}, { data: 1 }, [1], ['x'], [{}], [null], 'A', 'Full', 'Hard', 'Operative', 'Daily'],
);

test('the tables and the official schemas agree about any changed payload', () => {
  const seen = { good: 0, bad: 0 };
  const changes = fc.tuple(HOW, fc.nat(), AGREED);
  fc.assert(
    fc.property(fc.constantFrom(...COMMANDS), changes, (command, how) => {
      const [payload, keys] = change(FULL_COMMANDS[command], how);
      if (isOdd(command, keys)) return;
      const good = check(command, payload) === null;
      seen[good ? 'good' : 'bad']++;
      expect(validateCall(command, payload).length === 0, JSON.stringify(payload)).toBe(good);
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(50);
});

test('what passes after any changes follows the official schemas', () => {
  const value = fc.oneof(AGREED, fc.jsonValue(), fc.integer(), fc.double());
  const changes = fc.array(fc.tuple(HOW, fc.nat(), value), { minLength: 1, maxLength: 3 });
  let accepted = 0;
  fc.assert(
    fc.property(fc.constantFrom(...COMMANDS), changes, (command, list) => {
      let payload = FULL_COMMANDS[command];
      for (const how of list) {
        const [changed, keys] = change(payload, how);
        if (!isOdd(command, keys)) payload = changed;
      }
      if (check(command, payload) !== null) return;
      accepted++;
      expect(validateCall(command, payload), JSON.stringify(payload)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
  expect(accepted).toBeGreaterThan(50);
});
