/** Server frames by hand (RFC 6455, 5.2), and streams of them with what a reader should hear. */
import fc from 'fast-check';

export interface FrameParts {
  readonly fin?: boolean;
  readonly reserved?: number;
  readonly opcode: number;
  readonly masked?: boolean;
  readonly payload?: Uint8Array | string;
  /** 7, 16 or 64 bits; the shortest that fits by default. */
  readonly lengthBits?: 7 | 16 | 64;
}

export function serverFrame(parts: FrameParts): Buffer {
  const { fin = true, reserved = 0, opcode, masked = false } = parts;
  const payload = Buffer.from(parts.payload ?? '');
  const fits = payload.length < 126 ? 7 : payload.length < 65536 ? 16 : 64;
  const bits = parts.lengthBits ?? fits;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = masked ? 0x80 : 0;
  const head = Buffer.alloc(bits === 7 ? 2 : bits === 16 ? 4 : 10);
  head[0] = first;
  head[1] = mask | (bits === 7 ? payload.length : bits === 16 ? 126 : 127);
  if (bits === 16) head.writeUInt16BE(payload.length, 2);
  if (bits === 64) head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, ...(masked ? [Buffer.alloc(4)] : []), payload]);
}

export const text = (payload: string) => serverFrame({ opcode: 1, payload });

/** What a reader tells its sink: `['message', text]`, `['ping', hex]`, `['close', code]`, ... */
export type Heard = readonly [kind: string, what: string | number];

export interface Part {
  readonly bytes: Buffer;
  readonly heard: readonly Heard[];
}

const payloads = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 120, max: 130 }).map((n) => 'm'.repeat(n)) },
  { weight: 1, arbitrary: fc.integer({ min: 300, max: 3000 }).map((n) => 'L'.repeat(n)) },
);

const control = fc.tuple(fc.constantFrom(9, 10), fc.uint8Array({ maxLength: 125 })).map(
  ([opcode, payload]): Part => ({
    bytes: serverFrame({ opcode, payload }),
    heard: opcode === 9 ? [['ping', Buffer.from(payload).toString('hex')]] : [['pong', '']],
  }),
);

const whole = fc.tuple(payloads, fc.constantFrom(undefined, 16 as const, 64 as const)).map(
  ([payload, lengthBits]): Part => ({
    bytes: serverFrame({ opcode: 1, payload, lengthBits }),
    heard: [['message', payload]],
  }),
);

/** A message cut anywhere, even inside a character, with control frames between its fragments. */
const fragmented = fc
  .tuple(payloads, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }))
  .chain(([payload, cuts]) =>
    fc
      .array(fc.option(control, { freq: 3 }), { minLength: cuts.length, maxLength: cuts.length })
      .map((between) => cutMessage(payload, cuts, between)),
  );

function cutMessage(
  payload: string,
  cuts: readonly number[],
  between: readonly (Part | null)[],
): Part {
  const bytes = Buffer.from(payload);
  const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b)];
  const pieces = [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
  const parts = pieces.flatMap((piece, i) => {
    const fin = i === pieces.length - 1;
    const frame = serverFrame({ fin, opcode: i === 0 ? 1 : 0, payload: piece });
    return [frame, ...(between[i] && !fin ? [between[i].bytes] : [])];
  });
  const heard = between.slice(0, ends.length).flatMap((each) => each?.heard ?? []);
  return { bytes: Buffer.concat(parts), heard: [...heard, ['message', payload]] };
}

export const closing = fc
  .tuple(fc.option(fc.integer({ min: 1000, max: 4999 })), fc.stringMatching(/^[a-z]{0,20}$/))
  .map(([code, reason]): Part => {
    if (code === null) return { bytes: serverFrame({ opcode: 8 }), heard: [['close', 1005]] };
    const payload = Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)]);
    return { bytes: serverFrame({ opcode: 8, payload }), heard: [['close', code]] };
  });

export const stream: fc.Arbitrary<Part> = fc
  .array(fc.oneof(whole, fragmented, control), { maxLength: 12 })
  .map((parts) => ({
    bytes: Buffer.concat(parts.map(({ bytes }) => bytes)),
    heard: parts.flatMap(({ heard }) => heard),
  }));
