/** Writes protocol buffers: fields in the order in which they are called. */

export interface Writer {
  /** Of a field that is an int or a bool. Up to 2^53. */
  uint(field: number, value: number): void;
  sint(field: number, value: number): void;
  double(field: number, value: number): void;
  text(field: number, value: string): void;
  /** sint64, packed. */
  sints(field: number, values: readonly number[]): void;
  message(field: number, write: (writer: Writer) => void): void;
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

export function writer(): Writer {
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
  const tag = (field: number, type: number) => varint(field * 8 + type);
  /** Writes what `write` writes with its length in front, which is known only then. */
  const sized = (write: () => void) => {
    const start = length;
    write();
    const bytes = length - start;
    const sizeBytes = varintBytes(bytes);
    need(sizeBytes);
    buffer.copyWithin(start + sizeBytes, start, length);
    length = start;
    varint(bytes);
    length += bytes;
  };
  const self: Writer = {
    uint(field, value) {
      tag(field, VARINT);
      varint(value);
    },
    sint(field, value) {
      tag(field, VARINT);
      varint(zigzag(value));
    },
    double(field, value) {
      tag(field, FIXED64);
      need(ROOM);
      length = buffer.writeDoubleLE(value, length);
    },
    text(field, value) {
      tag(field, BYTES);
      const bytes = Buffer.byteLength(value);
      varint(bytes);
      need(bytes);
      length += buffer.write(value, length);
    },
    sints(field, values) {
      tag(field, BYTES);
      sized(() => {
        for (const value of values) varint(zigzag(value));
      });
    },
    message(field, write) {
      tag(field, BYTES);
      sized(() => write(self));
    },
    bytes: () => Buffer.from(buffer.subarray(0, length)),
    delimited: (write) => sized(() => write(self)),
  };
  return self;
}

const zigzag = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value);

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}
