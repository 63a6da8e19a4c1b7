import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { receivedTotal } from '../../../src/csms/counters.ts';
import { type LightCsms, startLight } from '../../../src/csms/light/server.ts';
import { encodeFrame } from '../../../src/engine/frame/mask.ts';
import { ACTIONS } from '../../../src/ocpp/actions.ts';
import { validateResult } from '../../support/schemas.ts';
import { connect, refusedUpgrade } from '../client.ts';
import { FULL_PAYLOADS } from '../payloads.ts';
import { until } from '../until.ts';

let csms: LightCsms;
beforeAll(async () => {
  csms = await startLight({ light: true, intervalS: 7 });
});
afterAll(() => csms.close());

/** Starts one of its own, for its counters. */
async function withLight(
  use: (light: LightCsms) => Promise<void>,
  ...args: Parameters<typeof startLight>
): Promise<void> {
  const light = await startLight(...args);
  try {
    await use(light);
  } finally {
    await light.close();
  }
}

describe('answers', () => {
  test.each(ACTIONS)('%s as the schemas want it, under its id', async (action) => {
    const client = await connect(csms);
    for (const id of ['1', 'i'.repeat(36), 'wīth "ěscapes"\\']) {
      const [type, answerId, payload] = await client.call(action, FULL_PAYLOADS[action], id);
      expect([type, answerId]).toEqual([3, id]);
      expect(validateResult(action, payload)).toEqual([]);
    }
    await client.close();
  });

  test('a boot with the interval and the time', async () => {
    const client = await connect(csms);
    const [, , boot] = await client.call('BootNotification', FULL_PAYLOADS.BootNotification);
    expect(boot).toMatchObject({ interval: 7, status: 'Accepted' });
    expect(Math.abs(Date.parse(boot.currentTime) - Date.now())).toBeLessThan(60_000);
  });

  test('starts with ids of their own, also from several processes', async () => {
    const idsOf = async (index: number) => {
      const ids: number[] = [];
      const options = { light: true } as const;
      await withLight(
        async (light) => {
          const client = await connect(light);
          for (let i = 0; i < 3; i++) {
            const reply = await client.call('StartTransaction', FULL_PAYLOADS.StartTransaction);
            ids.push(reply[2].transactionId);
          }
          expect(light.counters()).toMatchObject({ transactionsStarted: 3, answered: 3 });
        },
        options,
        { index, of: 3, sharesPort: false },
      );
      return ids;
    };
    expect(await idsOf(0)).toEqual([1, 4, 7]);
    expect(await idsOf(2)).toEqual([3, 6, 9]);
  });

  test.each([
    ['[2,"1","GetConfiguration",{}]', '1', 'NotImplemented'],
    ['[2,"1","Heartbeat",[]]', '1', 'FormationViolation'],
    ['[2,"1","Heartbeat",{}', '-1', 'FormationViolation'],
    ['[2,"1","Heartbeat",{},{}]', '1', 'FormationViolation'],
    ['[7,"1","Heartbeat",{}]', '1', 'FormationViolation'],
    ['not JSON', '-1', 'FormationViolation'],
  ])('%s with a CALLERROR', async (text, id, code) => {
    const client = await connect(csms);
    const [type, answerId, answerCode] = await client.exchange(text);
    expect([type, answerId, answerCode]).toEqual([4, id, code]);
    await client.close();
  });

  test('no CALLRESULT and no CALLERROR', () =>
    withLight(
      async (light) => {
        const client = await connect(light);
        client.ws.send('[3,"1",{}]');
        client.ws.send('[4,"1","GenericError","",{}]');
        expect((await client.call('Heartbeat', {}))[0]).toBe(3);
        expect(light.counters()).toMatchObject({ responses: 2, answered: 1, errored: 0 });
      },
      { light: true },
    ));
});

describe('a connection', () => {
  test.each([
    ['', {}, 404],
    ['cp1', { protocols: 'ocpp2.0.1' }, 400],
    ['cp1', { protocols: [] }, 400],
  ])('to /%s with %j is refused with %i', async (identity, options, status) => {
    expect((await refusedUpgrade(csms, identity, options)).status).toBe(status);
  });

  test('that is no upgrade gets 426', async () => {
    const response = await fetch(csms.url.replace('ws:', 'http:'));
    expect(response.status).toBe(426);
  });

  test('is pinged and closed as RFC 6455 has it', async () => {
    const client = await connect(csms);
    client.ws.ping('hello');
    expect(String((await once(client.ws, 'pong'))[0])).toBe('hello');
    client.ws.close(4321, 'enough');
    expect((await client.closed).code).toBe(4321);
    const other = await connect(csms);
    other.ws.close();
    expect((await other.closed).code).toBe(1005);
  });

  test('sends fragments, with a ping between', async () => {
    const client = await connect(csms);
    client.ws.send('[2,"5","Heart', { fin: false });
    client.ws.ping();
    client.ws.send('beat",{}]', { fin: true });
    expect(JSON.parse(await client.next())[1]).toBe('5');
    await client.close();
  });

  test.each([
    ['binary', Buffer.from('[2,"1","Heartbeat",{}]'), 1002],
    ['too much', 'x'.repeat((1 << 20) + 1), 1009],
  ])('that sends %s is closed', async (_, data, code) => {
    const client = await connect(csms);
    client.ws.send(data);
    expect((await client.closed).code).toBe(code);
  });

  test('that sends no UTF-8 is closed', async () => {
    const client = await connect(csms);
    client.ws.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
    expect((await client.closed).code).toBe(1007);
  });

  test('gives way to a newer one of its identity', async () => {
    const older = await connect(csms, 'twin');
    const newer = await connect(csms, 'twin');
    expect(await older.closed).toEqual({ code: 1000, reason: 'replaced by a newer connection' });
    expect((await newer.call('Heartbeat', {}))[0]).toBe(3);
    await newer.close();
  });

  test('is closed with 1001 at the end, whatever it does', async () => {
    const light = await startLight({ light: true });
    const client = await connect(light);
    const silent = connectTcp(light.port, '127.0.0.1');
    silent.on('error', () => {});
    await once(silent, 'connect');
    await light.close();
    expect((await client.closed).code).toBe(1001);
    expect(light.counters().connectionsOpen).toBe(0);
  });
});

test('messages of 64 KiB and more, and many in one write', () =>
  withLight(
    async (light) => {
      const client = await connect(light);
      const data = 'd'.repeat(200_000);
      const reply = await client.call('DataTransfer', { vendorId: 'v', data });
      expect(reply[2]).toEqual({ status: 'Accepted' });
      const { socket, heard } = await raw(light);
      const call = (i: number) => encodeFrame(1, Buffer.from(`[2,"${i}","Heartbeat",{}]`), 9);
      socket.write(Buffer.concat(Array.from({ length: 5_000 }, (_, i) => call(i))));
      await until(() => countOf(heard(), '"currentTime"') === 5_000);
      expect(heard().includes('[3,"4999",')).toBe(true);
      expect(light.counters()).toMatchObject({ answered: 5_001, connectionsOpen: 2 });
      socket.destroy();
      await until(() => light.counters().connectionsOpen === 1);
    },
    { light: true },
  ));

const countOf = (bytes: Buffer, text: string) => bytes.toString('latin1').split(text).length - 1;

const REQUEST = [
  'GET /ocpp/cp%201?x=1 HTTP/1.1',
  'Host: x',
  'upgrade: WebSocket',
  'Connection: keep-alive, Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: ocpp2.0.1, ocpp1.6',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');

/** A connection of bytes: upgraded, and what came after the upgrade. */
async function raw({ port }: LightCsms) {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => {});
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.write(REQUEST);
  const all = () => Buffer.concat(parts);
  await until(() => all().includes('\r\n\r\n'));
  // RFC 6455, 1.3
  expect(all().toString()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
  return { socket, heard: () => all().subarray(all().indexOf('\r\n\r\n') + 4) };
}

const text = fc.oneof(
  fc.constantFrom(
    '[2,"1","Heartbeat",{}]',
    '[2,"abc","Authorize",{"idTag":"x"}]',
    '[2, "2" , "StatusNotification",{"info":"ü"}]',
    '[2,"3","Nonsense",{}]',
    `[2,"4","DataTransfer",{"data":"${'d'.repeat(300)}"}]`,
    '[3,"x",{}]',
  ),
  fc.string({ maxLength: 30 }),
);
const frame = fc.oneof(
  fc
    .tuple(text, fc.integer({ min: 1, max: 255 }))
    .map(([t, key]) => encodeFrame(1, Buffer.from(t), key)),
  fc.uint8Array({ maxLength: 125 }).map((payload) => encodeFrame(9, payload, 5)),
);
const CLOSE = encodeFrame(8, Buffer.of(0x03, 0xe8), 3);

/** Everything that is answered to `pieces`, one write each. */
async function repliesTo(light: LightCsms, pieces: readonly Buffer[]): Promise<string> {
  const { socket, heard } = await raw(light);
  socket.setNoDelay(true);
  const ended = once(socket, 'close');
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  return heard()
    .toString('latin1')
    .replaceAll(/\d{4}-[^"]*Z/g, 'TIME');
}

test('any chunking of the bytes gives the same replies', () =>
  withLight(
    (light) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(frame, { maxLength: 8 }),
          fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
          async (frames, sizes) => {
            const bytes = Buffer.concat([...frames, CLOSE]);
            const pieces: Buffer[] = [];
            for (let at = 0, i = 0; at < bytes.length; i++) {
              pieces.push(bytes.subarray(at, at + sizes[i % sizes.length]));
              at += sizes[i % sizes.length];
            }
            const whole = await repliesTo(light, [bytes]);
            expect(whole.endsWith('\x88\x02\x03\xe8')).toBe(true);
            expect(await repliesTo(light, pieces)).toBe(whole);
          },
        ),
        { numRuns: 40 },
      ),
    { light: true },
  ));

test('hostile bytes end their own connection at most', () =>
  withLight(
    async (light) => {
      const client = await connect(light, 'good');
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
          const { socket } = await raw(light);
          socket.end(bytes);
          await once(socket, 'close');
          expect((await client.call('Heartbeat', {}))[0]).toBe(3);
        }),
        { numRuns: 60 },
      );
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
          const socket = connectTcp(light.port, '127.0.0.1');
          socket.on('error', () => {});
          socket.resume().end(bytes);
          await once(socket, 'close');
        }),
        { numRuns: 20 },
      );
      expect((await client.call('Heartbeat', {}))[0]).toBe(3);
      await until(() => light.counters().connectionsOpen === 1);
      const { answered, errored, received } = light.counters();
      expect(receivedTotal({ ...light.counters(), received })).toBe(answered + errored);
    },
    { light: true },
  ));

test('who does not read its answers is not read from, and loses none', () =>
  withLight(
    async (light) => {
      const { socket, heard } = await raw(light);
      socket.pause();
      const call = encodeFrame(1, Buffer.from('[2,"1","BootNotification",{}]'), 9);
      const calls = 100_000;
      socket.write(Buffer.concat(Array.from({ length: calls }, () => call)));
      let before = -1;
      await until(() => {
        const { answered } = light.counters();
        const stands = answered === before && answered > 0;
        before = answered;
        return stands;
      });
      socket.resume();
      await until(() => light.counters().answered === calls);
      await until(() => countOf(heard(), 'currentTime') === calls);
    },
    { light: true },
  ));
