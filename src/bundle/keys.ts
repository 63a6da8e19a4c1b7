/** Keys that runs are signed with: nkeys of users, as NATS has them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createUser, fromSeed } from '@nats-io/nkeys';
import { UserError } from '../base/errors.ts';
import { holdsSeed } from '../base/seed.ts';

export interface SigningKey {
  readonly seed: Uint8Array;
  /** `U...`: what agents are told to trust. */
  readonly publicKey: string;
  /** Made for this run alone: no agent can know it. */
  readonly fresh: boolean;
}

/** @param path of a file that `writeKey` wrote; undefined: a key for this run is made. */
export function signingKey(path: string | undefined): SigningKey {
  if (path !== undefined) return { ...readKey(path), fresh: false };
  const key = createUser();
  return { seed: key.getSeed(), publicKey: key.getPublicKey(), fresh: true };
}

/** What to tell whoever starts a run with a key that no agent can know; '' for another one. */
export const freshKeyNote = ({ fresh, publicKey }: SigningKey): string =>
  fresh
    ? `the run is signed with a key made for it alone, ${publicKey}: agents run it with ` +
      '--trust any; `ocpp-load keys new` makes a key to keep, for --sign-key'
    : '';

const SEED = /\bSU[A-Z2-7]{56}\b/;

/** @throws UserError when there is no key in it. */
export function readKey(path: string): Omit<SigningKey, 'fresh'> {
  const text = readText(path);
  try {
    const seed = Buffer.from(SEED.exec(text)?.[0] ?? '');
    return { seed, publicKey: fromSeed(seed).getPublicKey() };
  } catch {
    const given = /\bU[A-Z2-7]{55}\b/.test(text) ? 'it holds a public key; ' : '';
    throw new UserError(
      `${path} holds no key to sign with`,
      `${given}it takes the seed of a user, SU…, as \`ocpp-load keys new\` writes it`,
    );
  }
}

const MOST_CHARACTERS = 10_000;

function readText(path: string): string {
  refuseSeed(path);
  try {
    return readFileSync(path, 'utf8').slice(0, MOST_CHARACTERS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hint = code === 'ENOENT' ? `make one: ocpp-load keys new ${path}` : 'it takes a file';
    throw new UserError(`${path} cannot be read (${code})`, hint);
  }
}

function refuseSeed(path: string): void {
  if (!holdsSeed(path)) return;
  throw new UserError('that is the secret (SU…)', 'give the path of the file that holds it');
}

/**
 * Makes a key and writes its seed, for its owner alone to read. @returns its public key.
 * @throws UserError when there is such a file, or it cannot be written.
 */
export function writeKey(path: string): string {
  refuseSeed(path);
  const { seed, publicKey } = signingKey(undefined);
  try {
    writeFileSync(path, `${Buffer.from(seed)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new UserError(`${path} exists`, 'a key is never replaced: name another file');
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const folder = dirname(resolve(path));
      throw new UserError(`${path}: the folder ${folder} does not exist`, 'create it first');
    }
    throw new UserError(`${path} cannot be written (${code})`, 'name another place');
  }
  return publicKey;
}
