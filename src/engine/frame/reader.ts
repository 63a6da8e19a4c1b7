/**
 * Reads frames (RFC 6455, 5.2) from a shared receive buffer. Whole messages are handed on as a
 * range of that buffer, unmasked in place, without a copy; bytes are kept for a connection only
 * while a frame or a fragmented message of its is incomplete.
 */
import { Opcode, unmask } from './mask.ts';

export type Violation = 'protocolError' | 'messageTooLarge';

/** Ranges are valid during the call only. */
export interface FrameSink {
  /** A whole text message. */
  message(c: number, bytes: Buffer, start: number, end: number): void;
  ping(c: number, bytes: Buffer, start: number, end: number): void;
  pong(c: number): void;
  /** `code` is 1005 when the frame had none (RFC 6455, 7.1.5). */
  close(c: number, code: number): void;
  violation(c: number, kind: Violation): void;
}

interface Partial {
  /** Bytes of an incomplete frame. */
  rest: Buffer;
  restBytes: number;
  /** Payloads of the fragments so far; null outside a fragmented message. */
  fragments: Buffer[] | null;
  fragmentBytes: number;
}

export interface FrameReader {
  readonly maxMessageBytes: number;
  readonly sink: FrameSink;
  /** Of the second byte of every frame: 0 from a server, 128 from a client (RFC 6455, 5.1). */
  readonly maskBit: number;
  /** Per connection; null when nothing is pending, which is nearly always. */
  readonly partials: (Partial | null)[];
  /** Connections not to be read any more: closed, in violation, or destroyed by the sink. */
  readonly ended: Uint8Array;
}

/** @param from the other end: a client masks its frames, a server does not. */
export function createFrameReader(
  connections: number,
  maxMessageBytes: number,
  sink: FrameSink,
  from: 'server' | 'client' = 'server',
): FrameReader {
  return {
    maxMessageBytes,
    sink,
    maskBit: from === 'client' ? 128 : 0,
    partials: new Array(connections).fill(null),
    ended: new Uint8Array(connections),
  };
}

/** Forgets what is known of connection `c`: before each new connection. */
export function resetReader(reader: FrameReader, c: number): void {
  reader.partials[c] = null;
  reader.ended[c] = 0;
}

/** Whether nothing of connection `c` is pending, so that a read begins with a frame. */
export function isFresh(reader: FrameReader, c: number): boolean {
  return reader.partials[c] === null;
}

/** Takes in `bytes[start..end)` as the next bytes of connection `c`. */
export function readFrames(
  reader: FrameReader,
  c: number,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  const partial = reader.partials[c];
  if (partial === null || partial.restBytes === 0) {
    const next = readWhole(reader, c, bytes, start, end);
    if (reader.ended[c] !== 0) return;
    if (next < end) append(ensurePartial(reader, c), bytes, next, end);
    else dropEmptyPartial(reader, c);
    return;
  }
  append(partial, bytes, start, end);
  const { rest, restBytes } = partial;
  partial.restBytes = 0;
  const next = readWhole(reader, c, rest, 0, restBytes);
  if (reader.ended[c] !== 0) return;
  rest.copyWithin(0, next, restBytes);
  partial.restBytes = restBytes - next;
  dropEmptyPartial(reader, c);
}

function dropEmptyPartial(reader: FrameReader, c: number): void {
  const partial = reader.partials[c];
  if (partial === null || partial.restBytes > 0) return;
  if (partial.fragments === null) reader.partials[c] = null;
  else partial.rest = Buffer.alloc(0);
}

/** Reads the whole frames in the range; returns where the first incomplete one begins. */
function readWhole(
  reader: FrameReader,
  c: number,
  bytes: Buffer,
  start: number,
  end: number,
): number {
  const { maskBit } = reader;
  let at = start;
  while (end - at >= 2 && reader.ended[c] === 0) {
    const first = bytes[at];
    const second = bytes[at + 1] ^ maskBit;
    // No extension was negotiated, and either all frames are masked or none.
    if ((first & 0x70) !== 0 || second > 127) return violate(reader, c, 'protocolError', end);
    let payloadBytes = second;
    let payload = at + 2;
    if (second === 126) {
      if (end - at < 4) return at;
      payloadBytes = (bytes[at + 2] << 8) | bytes[at + 3];
      payload = at + 4;
    } else if (second === 127) {
      if (end - at < 10) return at;
      payloadBytes = bytes.readUInt32BE(at + 2) * 4294967296 + bytes.readUInt32BE(at + 6);
      payload = at + 10;
    }
    const opcode = first & 15;
    if (opcode >= Opcode.close) {
      if (second > 125 || first < 128) return violate(reader, c, 'protocolError', end);
    } else if (payloadBytes > reader.maxMessageBytes) {
      return violate(reader, c, 'messageTooLarge', end);
    }
    if (maskBit !== 0) payload += 4;
    const next = payload + payloadBytes;
    if (next > end) return at;
    if (maskBit !== 0) unmask(bytes, payload, next);
    at = next;
    if (first === (0x80 | Opcode.text) && reader.partials[c] === null) {
      reader.sink.message(c, bytes, payload, next);
    } else {
      readUnusual(reader, c, first, bytes, payload, next);
    }
  }
  return reader.ended[c] === 0 ? at : end;
}

/** Control frames, fragments, and text while a partial is held. */
function readUnusual(
  reader: FrameReader,
  c: number,
  first: number,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  const { sink } = reader;
  const opcode = first & 15;
  const fin = first >= 128;
  const inMessage = reader.partials[c]?.fragments != null;
  if (opcode === Opcode.ping) {
    sink.ping(c, bytes, start, end);
  } else if (opcode === Opcode.pong) {
    sink.pong(c);
  } else if (opcode === Opcode.close) {
    reader.ended[c] = 1;
    sink.close(c, end - start >= 2 ? (bytes[start] << 8) | bytes[start + 1] : 1005);
  } else if (opcode === Opcode.text && fin && !inMessage) {
    sink.message(c, bytes, start, end);
  } else if ((opcode === Opcode.text && !inMessage) || (opcode === 0 && inMessage)) {
    addFragment(reader, c, fin, bytes, start, end);
  } else {
    // Binary frames too: OCPP-J is text only.
    violate(reader, c, 'protocolError', end);
  }
}

function addFragment(
  reader: FrameReader,
  c: number,
  fin: boolean,
  bytes: Buffer,
  start: number,
  end: number,
): void {
  const partial = ensurePartial(reader, c);
  partial.fragments ??= [];
  partial.fragments.push(Buffer.from(bytes.subarray(start, end)));
  partial.fragmentBytes += end - start;
  if (partial.fragmentBytes > reader.maxMessageBytes || partial.fragments.length > 65536) {
    violate(reader, c, 'messageTooLarge', end);
  } else if (fin) {
    const whole = Buffer.concat(partial.fragments);
    partial.fragments = null;
    partial.fragmentBytes = 0;
    reader.sink.message(c, whole, 0, whole.length);
  }
}

function violate(reader: FrameReader, c: number, kind: Violation, end: number): number {
  reader.ended[c] = 1;
  reader.partials[c] = null;
  reader.sink.violation(c, kind);
  return end;
}

function ensurePartial(reader: FrameReader, c: number): Partial {
  const partial = reader.partials[c] ?? {
    rest: Buffer.alloc(0),
    restBytes: 0,
    fragments: null,
    fragmentBytes: 0,
  };
  reader.partials[c] = partial;
  return partial;
}

/** Grows by doubling, so that one-byte reads of a large frame stay linear. */
function append(partial: Partial, bytes: Buffer, start: number, end: number): void {
  const needed = partial.restBytes + end - start;
  if (needed > partial.rest.length) {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * partial.rest.length, 64));
    partial.rest.copy(grown, 0, 0, partial.restBytes);
    partial.rest = grown;
  }
  bytes.copy(partial.rest, partial.restBytes, start, end);
  partial.restBytes = needed;
}
