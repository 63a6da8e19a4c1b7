/** Every mistake that can be made with a server, and what is said of it. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { nkeys } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';
import { connectBus } from '../../src/nats/connect.ts';
import { connectError } from '../../src/nats/failure.ts';
import type { NatsOptions } from '../../src/nats/options.ts';
import { bytes, faultOf, newRunId } from '../bus/contract.ts';
import { afterFile } from '../e2e/cleanup.ts';
import { expectGolden } from '../report/golden.ts';
import { startNats } from '../support/nats-server.ts';
import { describeWith } from '../support/programs.ts';
import { testCa } from '../support/test-ca.ts';

type Given = Partial<NatsOptions> & { readonly servers: string };

/** The message and the hint, with what is different each time taken out; null: it connects. */
async function mistake(given: Given): Promise<string | null> {
  try {
    const bus = await connectBus({ name: 'test', ...given });
    await bus.close();
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(ExitCode.preflight);
    return `${error.message}\n  ${error.hint}`.replaceAll(
      /(127\.\d+\.\d+\.\d+|localhost):\d+/g,
      '$1',
    );
  }
}

/** Says `greeting` to whoever comes, and answers pings. */
async function pretender(greeting: string): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => void (String(data).includes('PING') && socket.write('PONG\r\n')));
    socket.write(greeting);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterFile(() => server.close());
  return `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const info = (facts: object) =>
  `INFO ${JSON.stringify({ server_id: 'x', headers: true, max_payload: 1048576, ...facts })}\r\n`;

test('golden: what answers is not what it takes', async () => {
  const told = [
    await mistake({ servers: 'nats://127.0.0.1:1' }),
    await mistake({ servers: await pretender('HTTP/1.1 400 Bad Request\r\n\r\n') }),
    await mistake({ servers: await pretender(''), connectLimitMs: 100 }),
    await mistake({ servers: await pretender(info({ version: '2.8.4' })) }),
    await mistake({ servers: await pretender(info({ version: '2.9.0', headers: false })) }),
    await mistake({ servers: await pretender(info({ version: '3.0.0', max_payload: 65536 })) }),
  ];
  expectGolden('nats-mistakes.txt', `${told.join('\n')}\n`);
});

test('an unknown host is named as such', () => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND bus'), { code: 'ENOTFOUND' });
  expect(connectError(error, 'nats://bus:4222').message).toMatch(/bus:4222: the host is unknown/);
});

describeWith(['nats-server', 'openssl'], 'NATS', () => {
  const ca = testCa(1);
  const tls = (verify: boolean, name = 'server') => `tls {
    cert_file: "${ca.path(`${name}.pem`)}", key_file: "${ca.path(`${name}.key`)}"
    ca_file: "${ca.path('ca.pem')}", verify: ${verify}
  }`;

  test('golden: mistakes with credentials', async () => {
    const pair = nkeys.createUser();
    const server = await startNats({
      config: `accounts {
        A { users: [{ user: a, password: secret }, { nkey: ${pair.getPublicKey()} }] }
        B { jetstream: enabled, users: [{ user: b, password: "p@ss" }] }
      }`,
    });
    const keep = (name: string, seed: Uint8Array) => {
      writeFileSync(`${server.folder}/${name}`, seed);
      return `${server.folder}/${name}`;
    };
    const as = (user: string) => server.url.replace('//', `//${user}@`);
    const right = keep('right', pair.getSeed());
    const told = [
      await mistake({ servers: server.url }),
      await mistake({ servers: as('a:wrong') }),
      await mistake({ servers: as('a:secret') }),
      await mistake({ servers: server.url, nkeyFile: right }),
      await mistake({ servers: server.url, nkeyFile: keep('wrong', nkeys.createUser().getSeed()) }),
    ];
    expectGolden('nats-credentials.txt', `${told.join('\n')}\n`);
    expect(await mistake({ servers: as('b:p%40ss') })).toBeNull();
  });

  test('golden: mistakes with TLS', async () => {
    const [plain, secure, strict, other] = await Promise.all([
      startNats(),
      startNats({ config: tls(false) }),
      startNats({ config: tls(true) }),
      startNats({ config: tls(false, 'other-name') }),
    ]);
    const secured = (url: string) => url.replace('nats:', 'tls:');
    const caFile = ca.path('ca.pem');
    const client = {
      certFile: ca.path('clients/cp1.pem'),
      keyFile: ca.path('clients/cp1.key'),
    };
    const told = [
      await mistake({ servers: secured(plain.url) }),
      await mistake({ servers: plain.url, caFile }),
      await mistake({ servers: secure.url }),
      await mistake({ servers: secured(secure.url) }),
      await mistake({ servers: secure.url, caFile: ca.path('wrong-ca.pem') }),
      await mistake({ servers: secured(other.url), caFile }),
      await mistake({ servers: secured(strict.url), caFile, connectLimitMs: 300 }),
    ];
    expectGolden('nats-tls.txt', `${told.join('\n')}\n`);
    expect(await mistake({ servers: secure.url, caFile })).toBeNull();
    expect(await mistake({ servers: secured(strict.url), caFile, ...client })).toBeNull();
  });

  test('golden: no JetStream, or no room', async () => {
    const without = await startNats({ jetstream: false });
    const server = await startNats({ config: 'max_payload: 1MB' });
    const wish = async (wished: Partial<NatsOptions>) => {
      const bus = await connectBus({ servers: server.url, name: 'test', ...wished });
      const error = await bus.createRun(newRunId()).catch((error) => error);
      await bus.close();
      expect(error).toBeInstanceOf(UserError);
      return `${error.message}\n  ${error.hint}`;
    };
    const told = [
      await mistake({ servers: without.url }),
      await wish({ replicas: 3 }),
      await wish({ logBytes: 100e9 }),
      await wish({ storeBytes: 100e9 }),
    ];
    expectGolden('nats-jetstream.txt', `${told.join('\n')}\n`);
  });

  test('what is full, or too much at once, is refused', async () => {
    const server = await startNats();
    const limits = { logBytes: 100_000, storeBytes: 100_000 };
    const bus = await connectBus({ servers: server.url, name: 'test', ...limits });
    const space = await bus.createRun(newRunId());
    const big = new Uint8Array(60_000);
    await space.append('a', '1', big);
    expect(await faultOf(space.append('a', '2', big))).toBe('refused');
    await space.put('k', big, 0);
    expect(await faultOf(space.put('l', big, 0))).toBe('refused');
    expect(await faultOf(space.append('a', '3', new Uint8Array(2e6)))).toBe('refused');
    await space.append('a', '4', bytes('small'));
    await bus.close();
  });
});
