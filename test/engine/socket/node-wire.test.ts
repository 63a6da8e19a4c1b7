import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { textFrame } from '../../../src/csms/faults.ts';
import { encodeFrame, Opcode } from '../../../src/engine/frame/mask.ts';
import {
  createTemplateWriter,
  keepFrame,
  writeTemplate,
} from '../../../src/engine/frame/template.ts';
import { createSlotValues, SlotIndex } from '../../../src/engine/frame/values.ts';
import type { NodeWire } from '../../../src/engine/socket/node-wire.ts';
import { TemplateIndex } from '../../../src/plan/plan.ts';
import { FailureOffset } from '../../../src/snapshot/layout.ts';
import { TEST_TLS } from '../../csms/tls.ts';
import { accept, onRequest, plainServer } from '../../e2e/servers.ts';
import { until } from '../../e2e/support.ts';
import { allTemplates } from '../frame/writers.ts';
import { KEY, upgrading, wireTo } from './fixture.ts';

const FRAMES = 12_000;

/** Sends MeterValues frames through one writer; `sent` are copies of what each was when sent. */
function flood(wire: NodeWire, keeps: boolean): { sent: Buffer; unfinished: number } {
  const template = allTemplates('as-logged')[TemplateIndex.meterValues];
  const writer = createTemplateWriter(template, { utcOffsetMin: 480, zone: '', skewMs: 0 }, KEY);
  const values = createSlotValues();
  const sent: Buffer[] = [];
  let unfinished = 0;
  for (let i = 0; i < FRAMES; i++) {
    values.numbers[SlotIndex.id] = 100 + i;
    values.numbers[SlotIndex.energyKwh] = i;
    values.numbers[SlotIndex.timestamp] = 1_600_000_000 + i;
    values.numbers[SlotIndex.currentA] = 1600 - (i % 700);
    const frame = writeTemplate(writer, values);
    sent.push(Buffer.from(frame));
    if (wire.send(0, frame)) continue;
    unfinished++;
    if (keeps) keepFrame(writer);
  }
  return { sent: Buffer.concat(sent), unfinished };
}

/** Floods a reader that does not read until all is sent; what it then read, and what was sent. */
async function floodStalled(keeps: boolean, tls?: typeof TEST_TLS) {
  const received: Buffer[] = [];
  let reader: Socket | undefined;
  const server = await upgrading((socket) => {
    socket.pause();
    reader = socket;
  }, tls);
  const { wire, hears, counted } = wireTo(server);
  wire.connect(0);
  await hears('up 0');
  await until(() => reader?.isPaused() === true, 'the upgrade');
  const { sent, unfinished } = flood(wire, keeps);
  let receivedBytes = 0;
  reader?.on('data', (chunk) => {
    received.push(chunk);
    receivedBytes += chunk.length;
  });
  reader?.resume();
  await until(() => receivedBytes >= sent.length, 'all bytes');
  expect(counted('bytesSent')).toBe(sent.length);
  return { sent, received: Buffer.concat(received), unfinished, stalled: counted('stalledWrites') };
}

describe('a reader that never reads', () => {
  test.each([
    ['ws', undefined],
    ['wss', TEST_TLS],
  ])('gets every byte as it was sent, over %s', async (_name, tls) => {
    const { sent, received, unfinished, stalled } = await floodStalled(true, tls);
    expect(unfinished).toBeGreaterThan(1000);
    expect(stalled).toBeGreaterThan(1000);
    expect(stalled).toBeLessThanOrEqual(unfinished);
    expect(received.equals(sent)).toBe(true);
  });

  // Shows that the tests above would see a frame that is reused while its write is pending.
  test('would get other bytes if frames were reused', async () => {
    const { sent, received } = await floodStalled(false);
    expect(received.length).toBe(sent.length);
    expect(received.equals(sent)).toBe(false);
  });

  test('who reads in time stalls nothing, over wss too', async () => {
    let receivedBytes = 0;
    const server = await upgrading((socket) => {
      socket.on('data', (chunk) => {
        receivedBytes += chunk.length;
      });
    }, TEST_TLS);
    const { wire, hears, counted } = wireTo(server);
    wire.connect(0);
    await hears('up 0');
    for (let i = 0; i < 20; i++) {
      const before = receivedBytes;
      const frame = encodeFrame(Opcode.text, Buffer.from(`[2,"${i}","Heartbeat",{}]`), KEY);
      expect(wire.send(0, frame)).toBe(true);
      await until(() => receivedBytes > before, 'the frame');
    }
    expect(counted('stalledWrites')).toBe(0);
  });
});

describe('the handshake', () => {
  test('asks as the charger of the log does', async () => {
    const heads: string[] = [];
    const server = await upgrading((_socket, head) => heads.push(head));
    const { wire, hears } = wireTo(server);
    wire.connect(0);
    await hears('up 0');
    const lines = heads[0].split('\r\n');
    expect(lines.slice(0, 4)).toEqual([
      'GET /ocpp/cp0 HTTP/1.1',
      `Host: 127.0.0.1:${server.port}`,
      'Origin: http://cp0',
      `Authorization: Basic ${Buffer.from('cp0:secret12').toString('base64')}`,
    ]);
    expect(lines).toEqual(
      expect.arrayContaining(['Sec-WebSocket-Protocol: ocpp1.6', 'Sec-WebSocket-Version: 13']),
    );
  });

  test('is read a byte at a time, and frames right behind it', async () => {
    const server = await plainServer((socket) => {
      onRequest(socket, async (head) => {
        const bytes = Buffer.concat([
          Buffer.from(accept(head)),
          textFrame(Buffer.from('one')),
          textFrame(Buffer.from('two')),
        ]);
        for (let i = 0; i < bytes.length - 6; i++) {
          socket.write(bytes.subarray(i, i + 1));
          await new Promise((resolve) => setImmediate(resolve));
        }
        socket.write(bytes.subarray(bytes.length - 6));
      });
    });
    const { wire, heard, hears } = wireTo(server);
    wire.connect(0);
    await hears('0: two');
    expect(heard).toEqual(['up 0', '0: one', '0: two']);
  });

  test('with frames in the same packet', async () => {
    const server = await plainServer((socket) => {
      onRequest(socket, (head) => {
        socket.write(Buffer.concat([Buffer.from(accept(head)), textFrame(Buffer.from('at once'))]));
      });
    });
    const { wire, heard, hears } = wireTo(server);
    wire.connect(0);
    await hears('0: at once');
    expect(heard).toEqual(['up 0', '0: at once']);
  });

  test.each([
    ['HTTP/1.1 503 Busy\r\nRetry-After: 9\r\n\r\n', 'http503 HTTP/1.1 503 Busy, Retry-After: 9'],
    ['HTTP/1.1 301 Moved\r\nLocation: ws://192.0.2.1/\r\n\r\n', 'redirect HTTP/1.1 301 Moved'],
    ['HELO', 'notWebSocket the answer is not HTTP'],
  ])('%j is a failure, told once', async (answer, told) => {
    const server = await plainServer((socket) => onRequest(socket, () => socket.end(answer)));
    const { wire, heard, hears } = wireTo(server);
    wire.connect(0);
    await hears(`failed 0 ${told}`);
    await until(() => server.sockets.size === 0, 'the end of the connection');
    expect(heard).toHaveLength(1);
  });

  test('a port where nothing listens', async () => {
    const server = await plainServer(() => {});
    const { wire, hears } = wireTo({ ...server, url: 'ws://127.0.0.1:1' });
    wire.connect(0);
    await hears('failed 0 refused ECONNREFUSED');
    expect(FailureOffset.refused).toBeGreaterThan(0);
  });

  test('a certificate that does not verify', async () => {
    const server = await upgrading(() => {}, TEST_TLS);
    const { wire, heard } = wireTo(server, { tls: { verify: true } });
    wire.connect(0);
    await until(() => heard.length > 0, 'the failure');
    const [failed] = heard;
    expect(failed).toContain('failed 0 tlsCertificate DEPTH_ZERO_SELF_SIGNED_CERT: the target');
  });
});

describe('an upgrade that is refused', () => {
  const refusing = (headers: string) =>
    plainServer((socket) =>
      onRequest(socket, () => socket.end(`HTTP/1.1 503 x\r\n${headers}\r\n`)),
    );
  const DATE = 'Date: Mon, 09 Nov 2026 10:00:00 GMT\r\n';

  test.each([
    ['Retry-After: 9\r\n', 9],
    [`${DATE}Retry-After: Mon, 09 Nov 2026 10:02:00 GMT\r\n`, 120],
    // Without a Date the charger's own clock counts: 09:59:30.
    ['Retry-After: Mon, 09 Nov 2026 10:00:00 GMT\r\n', 30],
    ['Retry-After: soon\r\n', Number.NaN],
    ['', Number.NaN],
  ])('%j is handed on', async (headers, retryAfterS) => {
    const wallMs = Date.UTC(2026, 10, 9, 9, 59, 30);
    const clock = { nowNs: () => 0, wallMs: () => wallMs };
    const { wire, heard, retryAfters } = wireTo(await refusing(headers), { clock });
    wire.connect(0);
    await until(() => heard.length > 0, 'the refusal');
    expect(retryAfters).toEqual([retryAfterS]);
  });

  test('that was none says nothing about trying again', async () => {
    const { wire, hears, retryAfters } = wireTo({ url: 'ws://127.0.0.1:1' });
    wire.connect(0);
    await hears('failed 0 refused ECONNREFUSED');
    expect(retryAfters).toEqual([Number.NaN]);
  });
});

test('the password is asked for at every connect', async () => {
  const heads: string[] = [];
  const server = await upgrading((socket, head) => {
    heads.push(head);
    socket.resume();
  });
  // As given: OCPP 1.6 security has 16 to 20 bytes in hex, but some systems push plain text.
  const passwords = ['secret12', '00112233445566778899AABBCCDDEEFF'];
  let pushed = 0;
  const { wire, heard } = wireTo(server, { password: () => passwords[pushed] });
  for (; pushed < passwords.length; pushed++) {
    wire.connect(0);
    await until(() => heard.filter((line) => line === 'up 0').length > pushed, 'the upgrade');
    wire.destroy(0);
  }
  const sent = heads.map((head) => /^Authorization: Basic (.*)\r$/m.exec(head)?.[1] ?? '');
  const secrets = sent.map((text) => Buffer.from(text, 'base64').toString());
  expect(secrets).toEqual(passwords.map((password) => `cp0:${password}`));
});

describe('an open connection', () => {
  test('sends an empty ping when asked, and counts the pong', async () => {
    const received: Buffer[] = [];
    const server = await upgrading((socket) => {
      socket.on('data', (chunk) => {
        received.push(chunk);
        socket.write(Buffer.from([0x8a, 0]));
      });
    });
    const { wire, heard, hears, counted } = wireTo(server, { chargerCount: 2 });
    wire.connect(0);
    await hears('up 0');
    wire.ping(0);
    wire.ping(1);
    await until(() => counted('pongsReceived') === 1, 'the pong');
    expect(Buffer.concat(received)).toEqual(encodeFrame(Opcode.ping, Buffer.alloc(0), KEY));
    expect(counted('pingsSent')).toBe(1);
    expect(heard).toEqual(['up 0']);
  });

  test('answers a ping with its payload', async () => {
    const answers: Buffer[] = [];
    const server = await upgrading((socket) => {
      socket.on('data', (chunk) => answers.push(chunk));
      socket.write(Buffer.concat([Buffer.from([0x89, 4]), Buffer.from('ping')]));
    });
    const { wire, counted } = wireTo(server);
    wire.connect(0);
    await until(() => answers.length > 0, 'the pong');
    expect(Buffer.concat(answers)).toEqual(encodeFrame(Opcode.pong, Buffer.from('ping'), KEY));
    expect(counted('pingsReceived')).toBe(1);
  });

  test('closed by the target is answered with its code', async () => {
    const answers: Buffer[] = [];
    const server = await upgrading((socket) => {
      socket.on('data', (chunk) => answers.push(chunk));
      socket.write(Buffer.from([0x88, 2, 1008 >> 8, 1008 & 255]));
    });
    const { wire, heard, hears } = wireTo(server);
    wire.connect(0);
    await hears('down 0 closedByTarget close code 1008');
    await until(() => server.sockets.size === 0, 'the end of the connection');
    const code = Buffer.from([1008 >> 8, 1008 & 255]);
    expect(Buffer.concat(answers)).toEqual(encodeFrame(Opcode.close, code, KEY));
    expect(heard).toEqual(['up 0', 'down 0 closedByTarget close code 1008']);
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['ended', (socket) => socket.end(), 'endedByTarget'],
    ['reset', (socket) => socket.resetAndDestroy(), 'reset ECONNRESET'],
    ['broken', (socket) => socket.write(Buffer.from([0x83, 0])), 'protocolError'],
    ['flooded', (socket) => socket.write(textFrame(Buffer.alloc(1001))), 'messageTooLarge'],
  ])('%s by the target', async (_name, act, told) => {
    const server = await upgrading(act);
    const { wire, heard, hears } = wireTo(server);
    wire.connect(0);
    await hears(`down 0 ${told}`);
    expect(heard).toEqual(['up 0', `down 0 ${told}`]);
  });

  test('that we close says so when it is gone', async () => {
    const server = await upgrading((socket) => socket.resume());
    const { wire, heard, hears } = wireTo(server);
    wire.connect(0);
    await hears('up 0');
    wire.close(0);
    expect(heard).toEqual(['up 0']);
    await hears('closed 0');
    wire.close(0);
    expect(heard).toEqual(['up 0', 'closed 0', 'closed 0']);
  });

  test('that we destroy says nothing more, in whatever state it is', async () => {
    const server = await upgrading((socket) => socket.write(textFrame(Buffer.from('hello'))));
    const { wire, heard, hears } = wireTo(server, { chargerCount: 2 });
    wire.connect(0);
    wire.destroy(0);
    wire.connect(1);
    await hears('1: hello');
    wire.destroy(1);
    await until(() => server.sockets.size === 0, 'the end of the connections');
    expect(heard).toEqual(['up 1', '1: hello']);
  });

  test('is not fed by a socket that lingers after its close', async () => {
    const sockets: Socket[] = [];
    const server = await upgrading((socket) => {
      sockets.push(socket);
      socket.pause();
    });
    const { wire, heard, hears } = wireTo(server);
    wire.connect(0);
    await hears('up 0');
    await until(() => sockets.length === 1, 'the first connection');
    // Its reader does not read, so the answer to the close frame cannot be flushed.
    flood(wire, true);
    sockets[0].write(Buffer.from([0x88, 2, 1000 >> 8, 1000 & 255]));
    await hears('down 0 closedByTarget close code 1000');
    wire.connect(0);
    await until(() => heard.filter((line) => line === 'up 0').length === 2, 'the reconnect');
    sockets[0].write(textFrame(Buffer.from('from the dead')));
    sockets[1].write(textFrame(Buffer.from('from the living')));
    await hears('0: from the living');
    expect(heard).not.toContain('0: from the dead');
  });
});
