import { createAccount, fromSeed } from '@nats-io/nkeys';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { signingKey } from '../../src/bundle/keys.ts';
import { isPublicKey, openRecord, openRecordOf, signRecord } from '../../src/bundle/sign.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { RECORD, records } from './record-fixture.ts';

const key = signingKey(undefined);
const other = signingKey(undefined);
const signed = signRecord(RECORD, key.seed);

/** Any text, signed as a record would be. */
function signText(text: string, seed = key.seed) {
  const bytes = Buffer.from(text);
  return {
    record: bytes.toString('base64'),
    signature: Buffer.from(fromSeed(seed).sign(bytes)).toString('base64'),
    signer: fromSeed(seed).getPublicKey(),
  };
}
const opened = (value: unknown, trust: readonly string[] | 'any' = [key.publicKey]) =>
  mistakeOf(() => openRecord(value, trust, '0.1.0'));

test('property: a signed record is opened by who trusts the key', () => {
  fc.assert(
    fc.property(records, (record) => {
      const sent = JSON.parse(JSON.stringify(signRecord(record, key.seed)));
      expect(openRecord(sent, [other.publicKey, key.publicKey], '0.9.9')).toEqual(record);
    }),
    { numRuns: 10 },
  );
});

test('property: whichever bit of it changes, it is not opened', () => {
  const fields = fc.constantFrom('record', 'signature', 'signer');
  fc.assert(
    fc.property(fields, fc.nat(), fc.nat(7), (field, at, bit) => {
      const text = Buffer.from(signed[field as keyof typeof signed]);
      text[at % text.length] ^= 1 << bit;
      const changed = { ...signed, [field]: text.toString('latin1') };
      try {
        // Of the last base64 digit some bits mean nothing: then it is the same record.
        expect(openRecord(changed, 'any', '0.1.0')).toEqual(RECORD);
        expect(field).not.toBe('signer');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    { numRuns: 40 },
  );
});

test('a record that was copied to another run is none of it', () => {
  expect(openRecordOf(RECORD.runId, signed, 'any', '0.1.0')).toEqual(RECORD);
  const said = mistakeOf(() => openRecordOf('other', signed, [key.publicKey], '0.1.0'));
  expect(said).toContain(`the run other has the record of the run ${RECORD.runId}`);
});

describe('a stranger', () => {
  test('is named, and how to trust it', () => {
    const said = opened(signed, [other.publicKey]);
    expect(said).toContain(`signed by ${key.publicKey}, whom this agent does not trust`);
    expect(said).toContain(`--trust ${key.publicKey} on the agents; it trusts ${other.publicKey}`);
    expect(opened(signed, [])).toContain('it trusts nobody');
  });

  test('is not read: what is wrong with its record is not told', () => {
    expect(opened(signText('{'), [other.publicKey])).toContain('does not trust');
  });

  test('is opened by who trusts any, if it is its own', () => {
    expect(openRecord(signed, 'any', '0.1.0')).toEqual(RECORD);
    const said = opened({ ...signed, signer: other.publicKey }, 'any');
    expect(said).toContain(`says that ${other.publicKey} signed it, and did not`);
  });
});

describe('another version', () => {
  test.each([
    [{ protocol: 2 }, 'the run speaks protocol 2, this agent is 0.1.0 with protocol 1'],
    [{ protocol: '1' }, "the run speaks protocol '1'"],
    [{ protocol: 0 }, 'the run speaks protocol 0'],
    [{ tool: '1.0.0' }, "the run is of ocpp-load '1.0.0', this agent is 0.1.0"],
    [{ tool: 'x' }, "the run is of ocpp-load 'x'"],
    [{ protocol: 2, leaseMs: 'forever' }, 'the run speaks protocol 2'],
  ])('%j', (change, says) => {
    const said = opened(signText(JSON.stringify({ ...RECORD, ...change })));
    expect(said).toContain(says);
    expect(said).toContain('install the same version on all machines');
  });

  test('of the same major is one', () => {
    expect(openRecord(signed, 'any', '0.99.0-beta').tool).toBe('0.1.0');
    expect(() => openRecord(signed, 'any', '1.1.0')).toThrow('this agent is 1.1.0');
  });
});

describe('hostile', () => {
  const account = Buffer.from(createAccount().getPublicKey()).toString();
  test.each([
    ...[undefined, null, 5, '', [], {}, [signed]].map((value): [string, unknown] => [
      JSON.stringify(value) ?? 'undefined',
      value,
    ]),
    ['no base64', { ...signed, record: '%' }],
    ['a short signature', { ...signed, signature: 'AAAA' }],
    ['a signature of another length', { ...signed, signature: `${'A'.repeat(88)}` }],
    ['a record beyond all measure', { ...signed, record: 'A'.repeat(1024 * 1024 + 4) }],
    ['the key of an account', { ...signed, signer: account }],
    ['a key with a wrong checksum', { ...signed, signer: `U${'A'.repeat(55)}` }],
    ['a key that is no text', { ...signed, signer: { toString: 'U' } }],
    ['a key with a line', { ...signed, signer: `${key.publicKey}\n` }],
  ])('%s', (_, value) => {
    expect(opened(value, 'any')).toContain('the run is not signed');
  });

  test('property: whoever signs whatever, nothing else than a UserError comes of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string()), (value) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        expect(opened(signText(text))).not.toBe('');
      }),
      { numRuns: 15 },
    );
  });

  test('bytes that are no text', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x7b]);
    const signature = Buffer.from(fromSeed(key.seed).sign(bytes)).toString('base64');
    const said = opened({ ...signed, record: bytes.toString('base64'), signature });
    expect(said).toContain('malformed: it is no JSON');
  });
});

test('isPublicKey', () => {
  expect([key.publicKey, 'any', '', 5, `${Buffer.from(key.seed)}`].map(isPublicKey)).toEqual([
    ...[true, false, false, false, false],
  ]);
});
