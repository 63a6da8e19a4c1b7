import { spawnSync } from 'node:child_process';
import { env as imported } from 'node:process';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  missingEnvironment,
  recordEnvironment,
  refuseCredentials,
  requiredNames,
} from '../../src/bundle/environment.ts';
import { mistakeOf } from '../scenario/fixture.ts';

const SET = { B7_TOKEN: 'secret', B7_EMPTY: '', B7_URL: 'ws://csms' };
Object.assign(process.env, SET);
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('B7_')) delete process.env[name];
  Object.assign(process.env, SET);
});

/** The last in the list of all names. */
const LAST_NAME = 'B7_URL';
const LAST = () => process.env[LAST_NAME];

async function namesOf(work: () => unknown): Promise<readonly string[]> {
  return (await recordEnvironment(async () => work())).names;
}

describe('recordEnvironment', () => {
  test.each<[string, () => unknown, string[]]>([
    ['a reading', () => process.env['B7_URL'], ['B7_URL']],
    [
      'several, sorted',
      () => [process.env['B7_URL'], process.env['B7_TOKEN']],
      ['B7_TOKEN', 'B7_URL'],
    ],
    ['a default', () => process.env['B7_NOT_SET'] ?? 'x', []],
    ['one that is empty', () => process.env['B7_EMPTY'], ['B7_EMPTY']],
    ['`in`', () => 'B7_URL' in process.env, ['B7_URL']],
    ['hasOwn', () => Object.hasOwn(process.env, 'B7_URL'), ['B7_URL']],
    [
      'a pattern',
      () => {
        const { B7_URL, ...rest } = process.env;
        return [B7_URL, rest];
      },
      ['B7_URL'],
    ],
    ['an import of env', () => imported['B7_URL'], ['B7_URL']],
    ['a copy of all', () => ({ ...process.env }), []],
    ['a child process', () => spawnSync('true'), []],
    ['a reading after that', () => [spawnSync('true'), process.env['B7_URL']], ['B7_URL']],
    ['all entries', () => Object.entries(process.env), []],
    [
      'all in a loop',
      () => {
        for (const key in process.env) process.env[key];
      },
      [],
    ],
    ['a reading after names', () => [Object.keys(process.env), LAST()], [LAST_NAME]],
    ['a reading of the last after a copy', () => [{ ...process.env }, LAST()], [LAST_NAME]],
    ['a reading after a copy', () => [{ ...process.env }, process.env['B7_URL']], ['B7_URL']],
    [
      'hasOwn after a copy',
      () => [{ ...process.env }, Object.hasOwn(process.env, 'B7_URL')],
      ['B7_URL'],
    ],
    [
      'one that it set itself',
      () => {
        process.env['B7_OWN'] = 'x';
        return process.env['B7_OWN'];
      },
      [],
    ],
    [
      'the way of dotenv',
      () => {
        if (!Object.hasOwn(process.env, 'B7_FILE')) process.env['B7_FILE'] = 'x';
      },
      ['B7_FILE'],
    ],
    [
      'what machines have anyway',
      () => [process.env['PATH'], process.env['HOME'], process.env['NODE_OPTIONS']],
      [],
    ],
    ['names of objects', () => [process.env['constructor'], `${process.env}`], []],
  ])('%s', async (_, work, names) => {
    expect(await namesOf(work)).toEqual(names);
  });

  test('across an await, and the result comes through', async () => {
    const recorded = await recordEnvironment(async () => {
      await new Promise(setImmediate);
      return process.env['B7_TOKEN'];
    });
    expect(recorded).toEqual({ result: 'secret', names: ['B7_TOKEN'] });
  });

  test('the environment is as before afterwards, also after an exception', async () => {
    const { env } = process;
    await expect(recordEnvironment(() => Promise.reject(new Error('mine')))).rejects.toThrow(
      'mine',
    );
    expect(process.env).toBe(env);
    await recordEnvironment(async () => {
      process.env['B7_SET'] = 'kept';
      delete process.env['B7_URL'];
    });
    expect(process.env).toBe(env);
    expect(env['B7_SET']).toBe('kept');
    expect('B7_URL' in env).toBe(false);
  });
});

describe('names', () => {
  test('of the machine and of ocpp-load are not required', () => {
    const env = { OCPP_LOAD_SEED: '1', NODE_ENV: 'x', PATH: '/', LC_ALL: 'C', PATH_TO_CSV: 'y' };
    expect(requiredNames([...Object.keys(env), 'PATH_TO_CSV'], env)).toEqual(['PATH_TO_CSV']);
  });

  test('that are missing are told in their order; an empty value is one', () => {
    const environment = ['A', 'B', 'C', 'toString', '__proto__'];
    const missing = missingEnvironment({ environment }, { A: 'x', B: '', C: undefined });
    expect(missing).toEqual(['C', 'toString', '__proto__']);
  });
});

describe('refuseCredentials', () => {
  test.each([
    'ws://user:word@csms/{id}',
    'ws://user@csms/',
    'wss://:word@csms/',
    'wss://csms/{id}, wss://user:word@csms/{id}',
    'ws:\\\\user:word@csms/',
    'ws:/user:word@csms/',
    'ws://{id}:word@csms/',
    'http://user:word@csms',
    'ws://user:wo rd@csms',
  ])('%s', (target) => {
    const said = mistakeOf(() => refuseCredentials(target));
    expect(said).toContain('--target holds a user or a password');
    expect(said).toContain('process.env.CSMS_URL');
    expect(said).not.toMatch(/word@|user@|:word/);
  });

  test.each([undefined, 'embedded', '', 'ws://csms/a@b/{id}', 'wss://csms/?mail=a@b', '@'])(
    'not %s',
    (target) => expect(() => refuseCredentials(target)).not.toThrow(),
  );

  test('property: whatever the words are, they are seen and not told', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9%._~-]{6,12}$/);
    fc.assert(
      fc.property(
        word,
        word,
        fc.constantFrom('', '/', '/a?b=c', '/{id}'),
        (user, password, path) => {
          const said = mistakeOf(() => refuseCredentials(`wss://${user}:${password}@csms${path}`));
          expect(said).not.toContain(`${user}:${password}`);
        },
      ),
    );
  });
});
