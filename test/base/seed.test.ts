import { createAccount, createUser } from '@nats-io/nkeys';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hideSeeds, holdsSeed } from '../../src/base/seed.ts';

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const SEED = textOf(createUser().getSeed());

test.each([
  ['alone', SEED],
  ['quoted', `--trust cannot be '${SEED}'`],
  ['in a list', `UABC,${SEED},${SEED}`],
  ['after a name', `KEY=${SEED}`],
  ['as a flag', `--${SEED}`],
  ['joined by an underscore', `key_${SEED}`],
  ['in small letters', SEED.toLowerCase()],
  ['not copied to its end', SEED.slice(0, 40)],
  ['with a character that none has', `${SEED.slice(0, 30)}0${SEED.slice(30)}`],
  ['of an account', textOf(createAccount().getSeed())],
])('a seed is hidden %s', (_how, text) => {
  const start = text.search(/S[UA]/i);
  expect(holdsSeed(text)).toBe(true);
  expect(hideSeeds(text)).toContain('…');
  expect(hideSeeds(text)).not.toContain(text.slice(start + 4, start + 12));
});

test('whatever stands around it', () => {
  const around = fc.string().map((text) => text.replace(/[A-Za-z0-9]/g, '-'));
  fc.assert(
    fc.property(around, around, (before, after) => {
      expect(hideSeeds(`${before}${SEED}${after}`)).toBe(`${before}SU…${after}`);
    }),
  );
});

test.each([
  createUser().getPublicKey(),
  'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  'at shouldNotBeAllowedToReadTheFileOfAnother (file.ts:1)',
  'STATIONS_OF_THE_WHOLE_CITY_AND_ITS_SUBURBS',
])('%s is none', (text) => {
  expect(holdsSeed(text)).toBe(false);
  expect(hideSeeds(text)).toBe(text);
});
