import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createFrameReader,
  type FrameReader,
  type FrameSink,
  readFrames,
  resetReader,
} from '../../../src/engine/frame/reader.ts';
import { closing, type Heard, serverFrame, stream, text } from './frames.ts';

interface Listener {
  readonly reader: FrameReader;
  /** What was heard of each connection. */
  readonly heard: Heard[][];
}

function listen(maxMessageBytes = 100_000, connections = 2): Listener {
  const heard: Heard[][] = Array.from({ length: connections }, () => []);
  const sink: FrameSink = {
    message: (c, bytes, start, end) =>
      void heard[c].push(['message', bytes.toString('utf8', start, end)]),
    ping: (c, bytes, start, end) => void heard[c].push(['ping', bytes.toString('hex', start, end)]),
    pong: (c) => void heard[c].push(['pong', '']),
    close: (c, code) => void heard[c].push(['close', code]),
    violation: (c, kind) => void heard[c].push(['violation', kind]),
  };
  return { reader: createFrameReader(connections, maxMessageBytes, sink), heard };
}

/** Feeds through one receive buffer, as the wire does: what was read before is overwritten. */
function feed({ reader }: Listener, c: number, pieces: readonly Buffer[]): void {
  const longest = Math.max(0, ...pieces.map(({ length }) => length));
  const receive = Buffer.alloc(longest + 10, 0xaa);
  for (const piece of pieces) {
    receive.fill(0x81);
    piece.copy(receive, 5);
    readFrames(reader, c, receive, 5, 5 + piece.length);
  }
}

const bytewise = (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.of(byte));

/** `bytes` in pieces of the given sizes, over and over. */
function inPieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = at + (sizes[i % sizes.length] || 1);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.nat(900)), { minLength: 1 });

describe('a stream of frames says the same', () => {
  test('whole, one byte at a time, and in random splits', () => {
    fc.assert(
      fc.property(stream, sizes, ({ bytes, heard }, pieceSizes) => {
        for (const pieces of [[bytes], bytewise(bytes), inPieces(bytes, pieceSizes)]) {
          const listener = listen();
          feed(listener, 1, pieces);
          expect(listener.heard).toEqual([[], heard]);
          expect(listener.reader.partials).toEqual([null, null]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('on two connections whose pieces alternate', () => {
    fc.assert(
      fc.property(stream, stream, sizes, (a, b, pieceSizes) => {
        const listener = listen();
        const [first, second] = [inPieces(a.bytes, pieceSizes), inPieces(b.bytes, [7, 1, 300])];
        for (let i = 0; i < Math.max(first.length, second.length); i++) {
          if (first[i]) feed(listener, 0, [first[i]]);
          if (second[i]) feed(listener, 1, [second[i]]);
        }
        expect(listener.heard).toEqual([a.heard, b.heard]);
      }),
    );
  });

  test('up to the close frame, and nothing after it', () => {
    fc.assert(
      fc.property(stream, closing, stream, sizes, (before, close, after, pieceSizes) => {
        const bytes = Buffer.concat([before.bytes, close.bytes, after.bytes]);
        for (const pieces of [[bytes], bytewise(bytes), inPieces(bytes, pieceSizes)]) {
          const listener = listen();
          feed(listener, 0, pieces);
          expect(listener.heard[0]).toEqual([...before.heard, ...close.heard]);
          expect(listener.reader.ended[0]).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of more than 64 kB, one byte at a time too', () => {
    const payload = 'x'.repeat(70_000);
    for (const cut of [[text(payload)], bytewise(text(payload))]) {
      const listener = listen();
      feed(listener, 0, [...cut, text('next')]);
      expect(listener.heard[0]).toEqual([
        ['message', payload],
        ['message', 'next'],
      ]);
    }
  });
});

describe('limits', () => {
  const limit = 1000;
  test.each([
    ['a frame', (n: number) => text('x'.repeat(n))],
    ['fragments', (n: number) => fragments('x'.repeat(500), 'x'.repeat(n - 500))],
  ])('%s of just so many bytes, and of one more', (_, bytesOf) => {
    const listener = listen(limit);
    feed(listener, 0, [bytesOf(limit)]);
    feed(listener, 1, [bytesOf(limit + 1)]);
    expect(listener.heard).toEqual([
      [['message', 'x'.repeat(limit)]],
      [['violation', 'messageTooLarge']],
    ]);
  });

  test('are known from the header alone, also of a length beyond 2^53', () => {
    for (const length of [1001n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n]) {
      const head = Buffer.from([0x81, 127, ...new Array(8).fill(0)]);
      head.writeBigUInt64BE(length, 2);
      const listener = listen(limit);
      feed(listener, 0, [head]);
      expect(listener.heard[0]).toEqual([['violation', 'messageTooLarge']]);
    }
  });

  test('empty fragments do not go on for ever', () => {
    const listener = listen(limit);
    const empty = serverFrame({ fin: false, opcode: 0 });
    feed(listener, 0, [serverFrame({ fin: false, opcode: 1 })]);
    feed(listener, 0, [Buffer.concat(new Array(70_000).fill(empty))]);
    expect(listener.heard[0]).toEqual([['violation', 'messageTooLarge']]);
  });
});

const fragments = (...payloads: string[]) =>
  Buffer.concat(
    payloads.map((payload, i) =>
      serverFrame({ fin: i === payloads.length - 1, opcode: i === 0 ? 1 : 0, payload }),
    ),
  );

describe('violations of RFC 6455', () => {
  const open = serverFrame({ fin: false, opcode: 1, payload: 'a' });
  const rest = serverFrame({ opcode: 0, payload: 'b' });
  test.each<[string, Buffer[]]>([
    ['a masked frame', [serverFrame({ opcode: 1, masked: true, payload: 'a' })]],
    ['a masked ping', [serverFrame({ opcode: 9, masked: true })]],
    ...[1, 2, 4].map((reserved): [string, Buffer[]] => [
      `reserved bit ${reserved}`,
      [serverFrame({ opcode: 1, reserved, payload: 'a' })],
    ]),
    ['a reserved bit of a continuation', [open, serverFrame({ opcode: 0, reserved: 4 })]],
    ['a binary frame', [serverFrame({ opcode: 2, payload: 'a' })]],
    ['a fragmented binary frame', [serverFrame({ fin: false, opcode: 2, payload: 'a' })]],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer[]] => [
      `opcode ${opcode}`,
      [serverFrame({ opcode })],
    ]),
    ['opcode 3 inside a message', [open, serverFrame({ opcode: 3 })]],
    ['a fragmented ping', [serverFrame({ fin: false, opcode: 9 })]],
    ['a fragmented pong', [serverFrame({ fin: false, opcode: 10 })]],
    ['a fragmented close', [serverFrame({ fin: false, opcode: 8 })]],
    ['a ping of 126 bytes', [serverFrame({ opcode: 9, payload: 'x'.repeat(126) })]],
    ['a close of 126 bytes', [serverFrame({ opcode: 8, payload: 'x'.repeat(126) })]],
    ['a ping with a 16-bit length', [serverFrame({ opcode: 9, lengthBits: 16 })]],
    ['a continuation of nothing', [rest]],
    ['a continuation after the end', [open, rest, rest]],
    ['a text inside a message', [open, text('b')]],
    ['a fragmented text inside a message', [open, open]],
  ])('%s', (_, frames) => {
    const before = text('before');
    for (const pieces of [[Buffer.concat(frames)], bytewise(Buffer.concat(frames)), frames]) {
      const listener = listen();
      feed(listener, 0, [before, ...pieces, text('after')]);
      const kinds = listener.heard[0].filter(([, what]) => what !== 'ab');
      expect(kinds).toEqual([
        ['message', 'before'],
        ['violation', 'protocolError'],
      ]);
      expect(listener.reader.ended[0]).toBe(1);
      expect(listener.reader.partials[0]).toBeNull();
    }
  });
});

describe('a sink that drops the connection', () => {
  /** Ends connection 0 at its first `kind`, as the wire does when it destroys the socket. */
  function dropAt(kind: 'message' | 'ping'): Listener {
    const listener = listen();
    const { reader } = listener;
    const told = reader.sink[kind].bind(reader.sink);
    reader.sink[kind] = (c, bytes, start, end) => {
      told(c, bytes, start, end);
      reader.ended[c] = 1;
      reader.partials[c] = null;
    };
    return listener;
  }

  const after = Buffer.concat([text('2'), fragments('a', 'b'), serverFrame({ opcode: 9 })]);
  test.each<['message' | 'ping', string, Buffer]>([
    ['message', '1', text('1')],
    ['message', '12', fragments('1', '2')],
    ['ping', '', serverFrame({ opcode: 9 })],
  ])('at a %s hears no more', (kind, what, first) => {
    const bytes = Buffer.concat([first, after]);
    for (const pieces of [[bytes], bytewise(bytes), inPieces(bytes, [3, 2])]) {
      const listener = dropAt(kind);
      feed(listener, 0, pieces);
      expect(listener.heard[0]).toEqual([[kind, what]]);
      expect(listener.reader.partials[0]).toBeNull();
    }
  });

  test('inside a message hears nothing of its rest', () => {
    const listener = dropAt('ping');
    const ping = serverFrame({ opcode: 9 });
    const open = serverFrame({ fin: false, opcode: 1, payload: 'a' });
    feed(listener, 0, [Buffer.concat([open, ping, serverFrame({ opcode: 0, payload: 'b' })])]);
    expect(listener.heard[0]).toEqual([['ping', '']]);
  });
});

test('a new connection starts afresh, whatever the last one left', () => {
  const half = text('half').subarray(0, 4);
  const leftovers = [
    half,
    serverFrame({ fin: false, opcode: 1, payload: 'a' }),
    Buffer.of(0xff, 0),
  ];
  for (const leftover of leftovers) {
    const listener = listen();
    feed(listener, 0, [leftover]);
    resetReader(listener.reader, 0);
    feed(listener, 0, [text('fresh')]);
    expect(listener.heard[0].at(-1)).toEqual(['message', 'fresh']);
    expect(listener.reader.partials[0]).toBeNull();
  }
});
