import { once } from 'node:events';
import net from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { MALFORMED, UNKNOWN_ACTION } from '../../src/csms/counters.ts';
import type { CsmsOptions } from '../../src/csms/options.ts';
import { type Csms, startCsms } from '../../src/csms/server.ts';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { connect, refusedUpgrade } from './client.ts';
import { FULL_PAYLOADS } from './payloads.ts';
import { expectSumsToAgree } from './sums.ts';
import { TEST_TLS } from './tls.ts';
import { until } from './until.ts';

let csms: Csms;
const start = async (options: CsmsOptions = {}) => (csms = await startCsms(options));
afterEach(() => csms.close());

test('a whole life over a socket, and the counters say so', async () => {
  const client = await connect(await start());
  for (const action of ACTIONS) {
    const reply = await client.call(action, FULL_PAYLOADS[action]);
    expect(reply[0], action).toBe(3);
  }
  expect(csms.state.chargers.get('cp1')).toMatchObject({ connected: true, boots: 1 });
  await client.close();
  await until(() => csms.counters().connectionsOpen === 0);
  const counters = csms.counters();
  expect(counters.received).toEqual(Object.fromEntries(ACTIONS.map((action) => [action, 1])));
  expect(counters).toMatchObject({ answered: 10, errored: 0, booted: 1, connectionsAccepted: 1 });
  expect(csms.state.chargers.get('cp1')?.connected).toBe(false);
  expectSumsToAgree(counters);
});

test('wss is served with the given certificate', async () => {
  await start({ tls: TEST_TLS });
  expect(csms.url).toMatch(/^wss:/);
  const client = await connect(csms, 'cp1', { rejectUnauthorized: false });
  expect((await client.call('Heartbeat', {}))[0]).toBe(3);
  await expect(connect(csms, 'cp2')).rejects.toThrow(/self.signed/);
});

test('a newer connection of the same charger replaces the older one', async () => {
  const older = await connect(await start());
  const newer = await connect(csms);
  expect((await older.closed).code).toBe(1000);
  expect((await newer.call('Heartbeat', {}))[0]).toBe(3);
  await until(() => csms.counters().connectionsOpen === 1);
  expect(csms.state.chargers.get('cp1')?.connected).toBe(true);
  expect(csms.counters().connectionsAccepted).toBe(2);
});

test('permessage-deflate is never agreed on', async () => {
  const client = await connect(await start());
  expect(client.ws.extensions).toBe('');
});

describe('bad input', () => {
  test('is answered under its id, or under -1, and counted', async () => {
    const client = await connect(await start());
    const errorOf = async (text: string | Buffer) => (await client.exchange(text)).slice(0, 3);
    expect(await errorOf('}')).toEqual([4, '-1', 'FormationViolation']);
    expect(await errorOf(Buffer.from('[2,"1","Heartbeat",{}]'))).toEqual([
      ...[4, '-1', 'FormationViolation'],
    ]);
    expect(await errorOf('[2,"7","Heartbeat"]')).toEqual([4, '7', 'FormationViolation']);
    expect(await errorOf('[2,"8","Nonsense",{}]')).toEqual([4, '8', 'NotImplemented']);
    expect(await errorOf('[2,"9","Authorize",{"idTag":1}]')).toEqual([
      ...[4, '9', 'TypeConstraintViolation'],
    ]);
    const counters = csms.counters();
    expect(counters.received).toMatchObject({
      ...{ [MALFORMED]: 3, [UNKNOWN_ACTION]: 1, Authorize: 1 },
    });
    expect(counters).toMatchObject({ errored: 5, invalid: 5, answered: 0 });
    expectSumsToAgree(counters);
  });

  test('invalid UTF-8 closes with 1007, too much with 1009', async () => {
    await start();
    const first = await connect(csms, 'cp1');
    const bytes = Buffer.from([0x22, 0xc3, 0x28, 0x22]);
    first.ws.send(bytes, { binary: false });
    expect((await first.closed).code).toBe(1007);
    const second = await connect(csms, 'cp2');
    second.ws.send(`"${'x'.repeat(1 << 20)}"`);
    expect((await second.closed).code).toBe(1009);
  });

  test('random bytes on the port harm nobody', async () => {
    await start();
    const client = await connect(csms);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, upgraded) => {
        const socket = net.connect(csms.port, '127.0.0.1');
        socket.on('error', () => {});
        await once(socket, 'connect');
        if (upgraded) {
          socket.write(
            'GET /garbage HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
              'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
              'Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n',
          );
          await once(socket, 'data');
        }
        socket.end(bytes);
        socket.resume();
        await once(socket, 'close');
      }),
      { numRuns: 60 },
    );
    expect((await client.call('Heartbeat', {}))[0]).toBe(3);
    expectSumsToAgree(csms.counters());
  });
});

test('each well-formed CALL gets exactly one answer, whatever comes between', async () => {
  await start();
  let run = 0;
  const call = fc.constantFrom(...ACTIONS, 'Nonsense');
  const junk = fc.oneof(fc.json(), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(call, junk), { maxLength: 20 }), async (exchanges) => {
      const client = await connect(csms, `cp${run++}`);
      for (const [i, [action, text]] of exchanges.entries()) {
        client.ws.send(text);
        const payload = FULL_PAYLOADS[action as keyof typeof FULL_PAYLOADS] ?? {};
        client.ws.send(JSON.stringify([2, `call-${i}`, action, payload]));
      }
      const pong = once(client.ws, 'pong');
      client.ws.ping();
      await pong;
      const ids = client.messages.map((message) => JSON.parse(message)[1] as string);
      expect(ids.filter((id) => id.startsWith('call-'))).toEqual(
        exchanges.map((_, i) => `call-${i}`),
      );
      client.ws.terminate();
    }),
    { numRuns: 50 },
  );
  expectSumsToAgree(csms.counters());
});

describe('upgrade faults', () => {
  test.each([401, 404, 429, 503])('status %d with Retry-After', async (httpStatus) => {
    await start({ faults: { httpStatus, retryAfterS: 3 } });
    const refused = await refusedUpgrade(csms, 'cp1');
    expect([refused.status, refused.headers['retry-after']]).toEqual([httpStatus, '3']);
    expect(csms.counters()).toMatchObject({ connectionsRefused: 1, connectionsAccepted: 0 });
  });

  test('a redirect has a Location', async () => {
    await start({ faults: { httpStatus: 302 } });
    expect((await refusedUpgrade(csms, 'cp1')).headers.location).toBeDefined();
  });

  test('only the first upgrades meet a fault', async () => {
    await start({ faults: { httpStatus: 503, upgrades: 1 } });
    expect((await refusedUpgrade(csms, 'cp1')).status).toBe(503);
    expect((await connect(csms)).ws.protocol).toBe('ocpp1.6');
  });

  test('a wrong or missing sub-protocol', async () => {
    await start({ faults: { subprotocol: 'other' } });
    await expect(connect(csms)).rejects.toThrow(/invalid subprotocol/);
    await csms.close();
    await start({ faults: { subprotocol: 'none' } });
    await expect(connect(csms)).rejects.toThrow(/no subprotocol/);
  });

  test('a wrong Sec-WebSocket-Accept', async () => {
    await start({ faults: { wrongAccept: true } });
    await expect(connect(csms)).rejects.toThrow(/Sec-WebSocket-Accept/);
  });

  test.each([1008, 1006])('closed with %d right after the 101', async (closeAfterUpgrade) => {
    await start({ faults: { closeAfterUpgrade } });
    expect((await (await connect(csms)).closed).code).toBe(closeAfterUpgrade);
  });

  test('an upgrade that is never answered does not hold up the close', async () => {
    await start({ faults: { stallUpgrade: true } });
    const socket = net.connect(csms.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'GET /cp1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    );
    await once(socket, 'connect');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const closed = once(socket, 'close');
    await csms.close();
    await closed;
    expect(socket.bytesRead).toBe(0);
  });
});

describe('listening', () => {
  test('a port in use is the user`s to change', async () => {
    await start();
    await expect(startCsms({ port: csms.port })).rejects.toMatchObject({
      name: 'UserError',
      message: `port ${csms.port} of 127.0.0.1 is in use`,
    });
  });

  test('an address of another machine is refused', async () => {
    await start();
    await expect(startCsms({ host: '192.0.2.1' })).rejects.toMatchObject({
      name: 'UserError',
      message: "host '192.0.2.1' is not an address of this machine",
    });
  });

  test('every address is reached by the loopback one', async () => {
    await start({ host: '0.0.0.0' });
    expect(csms.url).toBe(`ws://127.0.0.1:${csms.port}`);
  });
});

test('close tells its chargers 1001 and can be repeated', async () => {
  const client = await connect(await start());
  await csms.close();
  expect((await client.closed).code).toBe(1001);
  await csms.close();
  await expect(connect(csms)).rejects.toThrow(/ECONNREFUSED/);
});
