import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  closeDoor,
  closeRow,
  createDoor,
  type Door,
  putFrame,
  sendLater,
  takeConnections,
} from '../../../src/csms/light/door.ts';
import { serverFrame } from '../../../src/csms/light/reply.ts';
import { listen } from '../../../src/csms/listen.ts';
import { connect } from '../client.ts';

interface Seen {
  readonly identities: string[];
  readonly closed: number[];
  refused: number;
}

/** A door behind which every message is said twice. */
async function openEcho(shared: boolean) {
  const seen: Seen = { identities: [], closed: [], refused: 0 };
  const door: Door = createDoor({
    opened: (c, identity) => {
      seen.identities[c] = identity;
    },
    message: (c, bytes, start, end) => {
      for (let i = 0; i < 2; i++) putFrame(door, c, serverFrame(1, bytes.subarray(start, end)));
    },
    closed: (c) => void seen.closed.push(c),
    refused: () => seen.refused++,
  });
  const port = await listen(door.server, { host: '127.0.0.1', port: 0 });
  takeConnections(door, shared);
  return { door, seen, url: `ws://127.0.0.1:${port}` };
}

describe.each([
  ['with one receive buffer', true],
  ['where Node does not let us', false],
])('%s', (_, shared) => {
  test('messages of every length come and go, each on its connection', async () => {
    const echo = await openEcho(shared);
    const clients = await Promise.all(['a', 'b', 'c'].map((name) => connect(echo, name)));
    expect(echo.seen.identities.toSorted()).toEqual(['a', 'b', 'c']);
    for (const length of [0, 1, 125, 126, 65_535, 65_536, 500_000]) {
      for (const [i, client] of clients.entries()) {
        const text = String(i).repeat(length);
        client.ws.send(text);
        expect(await client.next()).toBe(text);
        expect(await client.next()).toBe(text);
      }
    }
    await closeDoor(echo.door);
    for (const client of clients) expect((await client.closed).code).toBe(1001);
    expect(echo.seen.closed.toSorted()).toEqual([0, 1, 2]);
  });

  test('a row is used again, and its old socket is nobody`s', async () => {
    const echo = await openEcho(shared);
    const first = await connect(echo, 'first');
    const [socket] = echo.door.sockets;
    expect(sendLater(echo.door, socket as never, serverFrame(1, Buffer.from('late')))).toBe(true);
    expect(await first.next()).toBe('late');
    const gone = once(socket as never, 'close');
    closeRow(echo.door, 0, 4000, 'enough');
    expect(await first.closed).toEqual({ code: 4000, reason: 'enough' });
    await gone;
    const second = await connect(echo, 'second');
    expect(echo.seen.identities).toEqual(['second']);
    expect(sendLater(echo.door, socket as never, serverFrame(1, Buffer.from('lost')))).toBe(false);
    second.ws.send('x');
    expect(await second.next()).toBe('x');
    await closeDoor(echo.door);
  });
});
