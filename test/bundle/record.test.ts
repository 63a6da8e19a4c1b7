import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { readRecord } from '../../src/bundle/record.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { RECORD, records } from './record-fixture.ts';

const read = (value: unknown) => readRecord(JSON.stringify(value));
const saidOf = (value: unknown) => mistakeOf(() => read(value));

test('property: what was written is read', () => {
  fc.assert(
    fc.property(records, (record) => {
      expect(read(record)).toEqual(record);
    }),
  );
});

test('property: nothing else than a UserError comes of anything', () => {
  const keys = Object.keys(RECORD);
  const anything = fc.oneof(fc.jsonValue(), fc.string());
  fc.assert(
    fc.property(fc.constantFrom(...keys), anything, fc.jsonValue(), (key, value, whole) => {
      for (const hostile of [{ ...RECORD, [key]: value }, whole]) {
        try {
          read(hostile);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test.each(['', '{', 'null', '[]', '1', '"x"', `${'['.repeat(100_000)}`])('not %.9s', (text) => {
  expect(mistakeOf(() => readRecord(text))).toContain('the record of the run is malformed: it ');
});

describe('each field is required and checked', () => {
  test.each([
    ['protocol', 2, 'whole number from 1 to 1'],
    ['runId', 'a.b', 'letters, digits, dashes'],
    ['runId', 'a\n', 'letters, digits, dashes'],
    ['tool', '1.2', 'a version'],
    ['tool', '1.2.3 ', 'a version'],
    ['createdAt', 'now', 'a moment'],
    ['createdAt', 5, 'a moment'],
    ['seed', 2 ** 32, 'from 0 to 4294967295'],
    ['seed', 0.5, 'whole'],
    ['strict', 'true', 'true or false'],
    ['planSha256', 'B'.repeat(64), 'SHA-256'],
    ['chargerCount', 0, 'from 1 to 1000000'],
    ['environment', ['A=1'], 'name of an environment variable'],
    ['environment', 'A', 'a list'],
    ['environment', Array(1001).fill('A'), '1000 at most'],
    ['shares', 0, 'from 1'],
    ['shares', 1e9, 'to 10000'],
    ['leaseMs', -1, 'from 1 to 86400000'],
    ['onAgentLoss', 'toString', 'fail, continue, reassign'],
    ['ledger', 1, 'true or false'],
  ])('%s: %j', (field, value, says) => {
    const said = saidOf({ ...RECORD, [field]: value });
    expect(said).toContain(`malformed: ${field} must be`);
    expect(said).toContain(says);
    const { [field]: _, ...without } = RECORD as unknown as Record<string, unknown>;
    expect(saidOf(without)).toContain(`malformed: ${field} must be`);
  });

  test.each([
    ['sha256', 'x', 'SHA-256'],
    ['bytes', 2 ** 26 + 1, 'to 67108864'],
    ['chunks', 3, 'must be 2 for 600000 bytes'],
    ['chunks', 200, 'from 1 to 128'],
    ...['../fleet.ts', '/etc/passwd', 'a\\b', '..', '.', '', 'a\0', 'x'.repeat(256)].map(
      (name): [string, string, string] => ['name', name, 'the name of a file, without a folder'],
    ),
  ])('bundle.%s: %j', (field, value, says) => {
    const said = saidOf({ ...RECORD, bundle: { ...RECORD.bundle, [field]: value } });
    expect(said).toContain(`malformed: bundle.${field} must be`);
    expect(said).toContain(says);
  });

  test.each([
    ['target', 5, 'a text'],
    ['target', 'ws://a\u001b[2J', 'control characters'],
    ['sourceAddresses', ['10.0.0.1', 5], 'each must be a text'],
    ['duration', '90', 'a duration'],
    ['duration', '0s', 'a duration'],
    ['dialect', 'constructor', 'as-logged, standard'],
    ['seed', null, 'from 0'],
    ['chargers', 1.5, 'whole'],
  ])('overrides.%s: %j', (field, value, says) => {
    const said = saidOf({ ...RECORD, overrides: { [field]: value } });
    expect(said).toContain(`malformed: overrides.${field} must be`);
    expect(said).toContain(says);
  });

  test('an override that is not known is refused with the nearest that is', () => {
    const said = saidOf({ ...RECORD, overrides: { charger: 5 } });
    expect(said).toContain("overrides.'charger' is not known, chargers is");
  });
});

test('no prototype is changed or taken for a field', () => {
  const text = JSON.stringify(RECORD).replace('{', '{"__proto__":{"polluted":1},');
  expect(readRecord(text)).toEqual(RECORD);
  expect(Object.getPrototypeOf(readRecord(text))).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
  const overrides = JSON.parse('{"__proto__":{"target":"ws://evil"}}');
  expect(saidOf({ ...RECORD, overrides })).toContain('is not known');
  expect(saidOf(JSON.parse(`{"__proto__":${text}}`))).toContain('malformed');
});

test('fields that are not known are left out', () => {
  expect(read({ ...RECORD, more: 1 })).toEqual(RECORD);
});
