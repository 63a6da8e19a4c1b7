import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccount, fromPublic, fromSeed } from '@nats-io/nkeys';
import { describe, expect, test } from 'vitest';
import { freshKeyNote, readKey, signingKey, writeKey } from '../../src/bundle/keys.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { scratchFolder } from '../scenario/scratch.ts';

describe('writeKey', () => {
  test('writes the seed of a user for its owner alone', () => {
    const path = join(scratchFolder(), 'load.nk');
    const publicKey = writeKey(path);
    expect(publicKey).toMatch(/^U[A-Z2-7]{55}$/);
    expect(readFileSync(path, 'utf8')).toMatch(/^SU[A-Z2-7]{56}\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readKey(path).publicKey).toBe(publicKey);
    const key = signingKey(path);
    expect(key).toMatchObject({ publicKey, fresh: false });
    const text = Buffer.from('text');
    expect(fromPublic(publicKey).verify(text, fromSeed(key.seed).sign(text))).toBe(true);
    expect(freshKeyNote(key)).toBe('');
  });

  test('never replaces a file', () => {
    const path = join(scratchFolder(), 'load.nk');
    writeFileSync(path, 'precious');
    expect(mistakeOf(() => writeKey(path))).toContain('load.nk exists\na key is never replaced');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test('a folder that is not there', () => {
    const path = join(scratchFolder(), 'no', 'load.nk');
    expect(mistakeOf(() => writeKey(path))).toMatch(/the folder .*\/no does not exist/);
  });
});

describe('readKey', () => {
  test('lines of a creds file around it are passed over', () => {
    const path = join(scratchFolder(), 'a.creds');
    const publicKey = writeKey(path);
    const around = `-----BEGIN USER NKEY SEED-----\n${readFileSync(path, 'utf8')}------END------\n`;
    writeFileSync(path, around);
    expect(readKey(path).publicKey).toBe(publicKey);
  });

  const account = Buffer.from(createAccount().getSeed()).toString();
  const folder = scratchText();
  test.each([
    ['nothing', '', 'holds no key to sign with\nit takes the seed of a user'],
    ['a public key', signingKey(undefined).publicKey, 'it holds a public key; it takes the seed'],
    ['the key of an account', account, 'holds no key to sign with'],
    ['a wrong checksum', `SU${'A'.repeat(56)}`, 'holds no key to sign with'],
  ])('%s', (_, text, says) => {
    const path = folder(text);
    const said = mistakeOf(() => readKey(path));
    expect(said).toContain(says);
    if (text.startsWith('S')) expect(said).not.toContain(text);
  });

  test('a file that is not there, and one that may not be read', () => {
    const path = join(scratchFolder(), 'load.nk');
    const said = mistakeOf(() => signingKey(path));
    expect(said).toContain(`cannot be read (ENOENT)\nmake one: ocpp-load keys new ${path}`);
    expect(mistakeOf(() => signingKey(scratchFolder()))).toContain('(EISDIR)');
    writeKey(path);
    chmodSync(path, 0o400);
    expect(readKey(path).publicKey).toMatch(/^U/);
  });
});

/** Writes a text into a file of its own. */
function scratchText() {
  return (text: string) => {
    const path = join(scratchFolder(), 'key');
    writeFileSync(path, text);
    return path;
  };
}

test('without a file a key is made, another one each time, and said to be unknown', () => {
  const [a, b] = [signingKey(undefined), signingKey(undefined)];
  expect(a.publicKey).not.toBe(b.publicKey);
  expect(a.fresh).toBe(true);
  const note = freshKeyNote(a);
  for (const part of [a.publicKey, '--trust any', 'ocpp-load keys new', '--sign-key']) {
    expect(note).toContain(part);
  }
});
