import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answeredCount } from './call-log.ts';
import { tcpPacket, textFrame } from './packets.ts';
import { wireReader } from './wire-log.ts';

const SERVER = 9000;
const SUMMARY = { packets: 0, cut: 0, isTruncated: false };
const KEY = [1, 2, 3, 200];
const UPGRADE = Buffer.from('GET /CP1 HTTP/1.1\r\nUpgrade: websocket\r\n\r\n');
const SWITCH = Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n');
const call = (id: number, action = 'Heartbeat') => textFrame(`[2,"${id}","${action}",{}]`, KEY);
const reply = (id: number) => textFrame(`[3,"${id}",{"currentTime":"2024-01-01T00:00:00Z"}]`);

/** A connection that packets come from. */
function conversation(reader: ReturnType<typeof wireReader>, port = 40_000) {
  const next = { client: 7, server: 4_294_967_290 };
  const say = (side: 'client' | 'server', atNs: number, payload: Buffer) => {
    const [from, to] = side === 'client' ? [port, SERVER] : [SERVER, port];
    reader.packet(atNs, tcpPacket({ from, to, sequence: next[side], payload }));
    next[side] += payload.length;
  };
  say('client', 1, UPGRADE);
  say('server', 2, SWITCH);
  return say;
}

const columns = ({ count, ports, ids, callNs, answerNs }: ReturnType<typeof read>['log']) =>
  Array.from({ length: count }, (_, i) => [ports[i], ids[i], callNs[i], answerNs[i]]);
const read = (reader: ReturnType<typeof wireReader>) => reader.end(SUMMARY);

describe('wireReader', () => {
  test('pairs CALLs of the action with their answers, by connection and id', () => {
    const reader = wireReader(SERVER, 'Heartbeat');
    const [one, two] = [conversation(reader, 40_000), conversation(reader, 40_001)];
    one('client', 10, call(100, 'BootNotification'));
    one('server', 11, reply(100));
    one('client', 20, call(101));
    two('client', 21, call(101));
    two('server', 30, reply(101));
    one('server', 40, reply(99));
    one('server', 41, reply(101));
    one('client', 50, call(102));
    const wire = read(reader);
    expect(columns(wire.log)).toEqual([
      [40_000, 101, 20, 41],
      [40_001, 101, 21, 30],
      [40_000, 102, 50, Number.NaN],
    ]);
    expect(answeredCount(wire.log)).toBe(2);
    expect(wire).toMatchObject({ connections: 2, gaps: 0, unreadable: 0 });
  });

  test('a message has the time of the packet that ends it; other frames are passed over', () => {
    const ping = Buffer.from([0x89, 0x80, ...KEY]);
    const long = textFrame(`[2,"7","DataTransfer",{"data":"${'x'.repeat(300)}"}]`, KEY);
    const bytes = Buffer.concat([ping, long, call(8), call(9)]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), (ends) => {
        const reader = wireReader(SERVER, 'Heartbeat');
        const say = conversation(reader);
        const cuts = [...new Set([...ends, bytes.length])].sort((a, b) => a - b);
        let from = 0;
        for (const to of cuts) {
          say('client', 100 + to, bytes.subarray(from, to));
          from = to;
        }
        const timeOf = (end: number) => 100 + (cuts.find((cut) => cut >= end) as number);
        const middle = bytes.length - call(9).length;
        expect(columns(read(reader).log).map((row) => [row[1], row[2]])).toEqual([
          [8, timeOf(middle)],
          [9, timeOf(bytes.length)],
        ]);
      }),
    );
  });

  test('after a hole it goes on with the next packet; what it cannot read is counted', () => {
    const reader = wireReader(SERVER, 'Heartbeat');
    const say = conversation(reader);
    const packet = (sequence: number, payload: Buffer) =>
      reader.packet(60, tcpPacket({ from: 40_000, to: SERVER, sequence, payload }));
    say('client', 10, call(1).subarray(0, 5));
    packet(1_000, call(2));
    packet(2_000, Buffer.from([0xff, 0, 0]));
    packet(2_003, call(3));
    const wire = read(reader);
    expect(columns(wire.log).map(([, id]) => id)).toEqual([2, 3]);
    expect(wire).toMatchObject({ gaps: 2, unreadable: 3 });
  });

  test('no packet makes it fail', () => {
    const reader = wireReader(SERVER, 'Heartbeat');
    const say = conversation(reader);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isClient) => {
        say(isClient ? 'client' : 'server', 5, Buffer.from(bytes));
      }),
    );
  });
});
