/** Writes protocol buffers: fields in the order in which they are called. */

export interface Writer {
  /** Of a field that is an int or a bool. Up to 2^53. */
  uint(field: number, value: number): void;
  sint(field: number, value: number): void;
  double(field: number, value: number): void;
  text(field: number, value: string): void;
  /** sint64, packed. */
  sints(field: number, values: ArrayLike<number>): void;
  message(field: number, write: (writer: Writer) => void): void;
  /** What another writer wrote. */
  raw(bytes: Buffer): void;
  /** Bytes so far. */
  readonly length: number;
  /** What was written; later writes do not change it. */
  bytes(): Buffer;
  /** A message with its length in front, as in a stream of them. */
  delimited(write: (writer: Writer) => void): void;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIRST_BYTES = 1024;
/** Room for one number of any kind, with its field. */
const ROOM = 20;
/** Doubled, it is a number of 31 bits. */
const SMALL = 2 ** 29;

export function writer(): Writer {
  const out = growing();
  const tag = (field: number, type: number) => out.varint(field * 8 + type);
  const self: Writer = {
    uint(field, value) {
      tag(field, VARINT);
      out.varint(value);
    },
    sint(field, value) {
      tag(field, VARINT);
      out.varint(zigzag(value));
    },
    double(field, value) {
      tag(field, FIXED64);
      out.double(value);
    },
    text(field, value) {
      tag(field, BYTES);
      out.text(value);
    },
    sints(field, values) {
      tag(field, BYTES);
      out.sized(() => out.sints(values));
    },
    message(field, write) {
      tag(field, BYTES);
      out.sized(() => write(self));
    },
    delimited: (write) => out.sized(() => write(self)),
    ...{ raw: out.raw, bytes: out.bytes },
    get length() {
      return out.length();
    },
  };
  return self;
}

/** A buffer that grows with what is appended to it. */
function growing() {
  let buffer = Buffer.allocUnsafe(FIRST_BYTES);
  let length = 0;
  const need = (bytes: number) => {
    if (length + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  const varint = (value: number) => {
    need(ROOM);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[length++] = (rest % 0x80) | 0x80;
    buffer[length++] = rest;
  };
  return {
    varint,
    /** A histogram has a thousand of them: most are small, and written without a call. */
    sints(values: ArrayLike<number>) {
      need(values.length * ROOM);
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if (value >= -SMALL && value < SMALL) {
          let rest = (value << 1) ^ (value >> 31);
          for (; rest >= 0x80; rest >>>= 7) buffer[length++] = (rest & 0x7f) | 0x80;
          buffer[length++] = rest;
        } else varint(zigzag(value));
      }
    },
    double(value: number) {
      need(ROOM);
      length = buffer.writeDoubleLE(value, length);
    },
    text(value: string) {
      const bytes = Buffer.byteLength(value);
      varint(bytes);
      need(bytes);
      length += buffer.write(value, length);
    },
    raw(bytes: Buffer) {
      need(bytes.length);
      length += bytes.copy(buffer, length);
    },
    /** The length in front is known when all is written: most fit in the byte that is left free. */
    sized(write: () => void) {
      need(ROOM);
      const start = length++;
      write();
      const bytes = length - start - 1;
      const more = varintBytes(bytes) - 1;
      need(more);
      if (more > 0) buffer.copyWithin(start + 1 + more, start + 1, length);
      length = start;
      varint(bytes);
      length += bytes;
    },
    length: () => length,
    bytes: () => Buffer.from(buffer.subarray(0, length)),
  };
}

const zigzag = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value);

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}
