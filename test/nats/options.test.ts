import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { connectBus } from '../../src/nats/connect.ts';
import { clientOptions, type NatsOptions, serverNames } from '../../src/nats/options.ts';

const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-nats-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const client = (given: Partial<NatsOptions>) =>
  clientOptions({ servers: 'nats://a', name: 'me', ...given });

describe('servers', () => {
  test('are a list, with a port of their own or that of NATS', () => {
    const options = client({ servers: 'nats://a, tls://b:5222,nats://[::1]' });
    expect(options.servers).toEqual(['a:4222', 'b:5222', '[::1]:4222']);
    expect(options.tls).toEqual({});
    expect(client({}).tls).toBeUndefined();
  });

  test('may have a user, whose password nobody sees', () => {
    const servers = 'nats://me:p%40ss@a:4222,nats://b';
    expect(client({ servers })).toMatchObject({ user: 'me', pass: 'p@ss' });
    expect(client({ servers: 'nats://token@a' })).toMatchObject({ token: 'token' });
    expect(serverNames(servers)).toBe('nats://a:4222, nats://b:4222');
    expect(() => client({ servers: 'http://me:secret@a' })).toThrow(
      '"http://a" is not the address',
    );
  });

  test.each([
    '',
    'a:4222',
    'http://a',
    'nats://',
    'nats://a:99999',
    'nats://a,,nats://b',
    'nats://a/x',
  ])('%j is none', (servers) => {
    expect(() => client({ servers })).toThrow(UserError);
  });
});

test.each([
  [{ nkeyFile: join(folder, 'none') }, /--nats-nkey .*none: there is no such file/],
  [{ nkeyFile: file('text', 'hello') }, /has no seed of a user's nkey/],
  [{ nkeyFile: file('typo', `SU${'A'.repeat(56)}`) }, /has no seed of a user's nkey/],
  [{ credsFile: file('text', 'hello') }, /has no NATS credentials/],
  [{ credsFile: 'a', nkeyFile: 'b' }, /exclude each other/],
  [{ certFile: file('cert', 'x') }, /--nats-cert needs --nats-key/],
  [{ keyFile: file('key', 'x') }, /--nats-key needs --nats-cert/],
  [{ caFile: join(folder, 'none') }, /--nats-ca .*none: there is no such file/],
])('files: %j', (given, message) => {
  expect(() => client(given)).toThrow(message);
});

test('a name is one token of a subject', async () => {
  const connecting = connectBus({ servers: 'nats://127.0.0.1:1', name: 'a.b' });
  await expect(connecting).rejects.toThrow('"a.b" cannot be a name on NATS.');
});
