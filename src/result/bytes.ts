/** Numbers as bytes: small ones take few. */
import { assert } from '../base/assert.ts';

/** Bytes that grow as they are written. */
export interface ByteWriter {
  /** A whole number from 0 to 2^53 - 1: seven bits a byte, the lowest first. */
  varint(value: number): void;
  /** Several of them. */
  varints(values: ArrayLike<number>): void;
  /** A whole number from -2^52 to 2^52 - 1. */
  signed(value: number): void;
  /** Eight bytes, little-endian. */
  float(value: number): void;
  raw(bytes: Uint8Array): void;
  /** What was written; valid until more is. */
  bytes(): Uint8Array;
}

export interface ByteReader {
  varint(): number;
  signed(): number;
  float(): number;
  /** The next `length` bytes. */
  take(length: number): Uint8Array;
  readonly left: number;
}

/** What was read cannot have been written by us. */
export class DamagedBytes extends Error {
  override readonly name = 'DamagedBytes';
}

const FIRST_BYTES = 4096;

export function byteWriter(): ByteWriter {
  let buffer = new Uint8Array(FIRST_BYTES);
  let view = new DataView(buffer.buffer);
  let end = 0;
  const room = (length: number) => {
    if (end + length <= buffer.length) return;
    const larger = new Uint8Array(Math.max(end + length, buffer.length * 2));
    larger.set(buffer);
    buffer = larger;
    view = new DataView(buffer.buffer);
  };
  const varint = (value: number) => {
    assert(Number.isSafeInteger(value) && value >= 0, `${value} is no count`);
    room(8);
    let rest = value;
    while (rest > 127) {
      buffer[end++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    buffer[end++] = rest;
  };
  return {
    varint,
    /** Runs once a minute, so never compiled: most numbers are one byte, without a call. */
    varints(values) {
      room(values.length * 8);
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if ((value & 127) === value) buffer[end++] = value;
        else varint(value);
      }
    },
    signed: (value) => varint(value < 0 ? -2 * value - 1 : 2 * value),
    float(value) {
      room(8);
      view.setFloat64(end, value, true);
      end += 8;
    },
    raw(bytes) {
      room(bytes.length);
      buffer.set(bytes, end);
      end += bytes.length;
    },
    bytes: () => buffer.subarray(0, end),
  };
}

/** @throws DamagedBytes beyond the end, and for numbers that no writer made. */
export function byteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const use = (length: number) => {
    if (length > bytes.length - at) throw new DamagedBytes('it ends too early');
    at += length;
    return at - length;
  };
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[use(1)];
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new DamagedBytes('a number is too large');
      if (byte < 128) return value;
      if (scale > Number.MAX_SAFE_INTEGER) throw new DamagedBytes('a number does not end');
    }
  };
  return {
    varint,
    signed() {
      const value = varint();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
    float: () => view.getFloat64(use(8), true),
    take(length) {
      const start = use(length);
      return bytes.subarray(start, start + length);
    },
    get left() {
      return bytes.length - at;
    },
  };
}
