import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tcpPacket } from './packets.ts';
import { addSegment, emptyStream, type Segment, segmentOf } from './tcp.ts';

const of = (sequence: number, text: string): Segment => {
  const packet = tcpPacket({ from: 1, to: 2, sequence, payload: Buffer.from(text) });
  return segmentOf(packet) as Segment;
};

describe('segmentOf', () => {
  test('reads ports, sequence and payload', () => {
    const payload = Buffer.from('hello');
    const segment = segmentOf(tcpPacket({ from: 40_000, to: 9_000, sequence: 2 ** 31, payload }));
    expect(segment).toEqual({ fromPort: 40_000, toPort: 9_000, sequence: 2 ** 31, payload });
  });

  test('leaves out padding of the frame, and trusts the frame where IP has no length', () => {
    const packet = tcpPacket({ from: 1, to: 2, sequence: 0, payload: Buffer.from('hi') });
    const padded = Buffer.concat([packet, Buffer.alloc(6)]);
    expect(segmentOf(padded)?.payload.toString()).toBe('hi');
    packet.writeUInt16BE(0, 16);
    expect(segmentOf(packet)?.payload.toString()).toBe('hi');
  });

  test('is nothing for other packets, however short', () => {
    const packet = tcpPacket({ from: 1, to: 2, sequence: 0, payload: Buffer.alloc(0) });
    const udp = Buffer.from(packet);
    udp[23] = 17;
    const ipv6 = Buffer.from(packet);
    ipv6.writeUInt16BE(0x86dd, 12);
    expect([udp, ipv6].map(segmentOf)).toEqual([null, null]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        segmentOf(Buffer.from(bytes));
      }),
    );
  });
});

describe('addSegment', () => {
  test('joins a stream cut anywhere, with repetitions, across the wrap of its numbers', () => {
    const start = 2 ** 32 - 5;
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'binary-ascii' }),
        fc.array(fc.nat()),
        (text, ends) => {
          const stream = emptyStream();
          const cuts = [...ends.map((end) => end % text.length), text.length].sort((a, b) => a - b);
          let from = 0;
          for (const to of cuts) {
            const sequence = (start + from) >>> 0;
            addSegment(stream, of(sequence, text.slice(from, to)));
            addSegment(stream, of(start, text.slice(0, to)));
            from = to;
          }
          expect([stream.rest.toString(), stream.gaps]).toEqual([text, 0]);
        },
      ),
    );
  });

  test('a hole is counted, and what stood before it given up', () => {
    const stream = emptyStream();
    addSegment(stream, of(100, 'abc'));
    addSegment(stream, of(110, 'xyz'));
    expect([stream.rest.toString(), stream.gaps, stream.next]).toEqual(['xyz', 1, 113]);
    addSegment(stream, of(103, 'late'));
    expect(stream.rest.toString()).toBe('xyz');
  });
});
