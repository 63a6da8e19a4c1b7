/** Reads protocol buffers again, without a schema. */

export interface Field {
  readonly field: number;
  /** A varint as a BigInt, a double as a number, everything with a length as bytes. */
  readonly value: bigint | number | Buffer;
}

export function decode(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = varintAt(bytes, at);
    at = tag.next;
    const field = Number(tag.value >> 3n);
    switch (Number(tag.value & 7n)) {
      case 0: {
        const { value, next } = varintAt(bytes, at);
        fields.push({ field, value });
        at = next;
        break;
      }
      case 1:
        fields.push({ field, value: bytes.readDoubleLE(at) });
        at += 8;
        break;
      case 2: {
        const { value, next } = varintAt(bytes, at);
        at = next + Number(value);
        if (at > bytes.length) throw new Error('a field ends behind its message');
        fields.push({ field, value: bytes.subarray(next, at) });
        break;
      }
      default:
        throw new Error(`wire type ${tag.value & 7n}`);
    }
  }
  return fields;
}

/** Messages with their lengths in front. */
export function decodeDelimited(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = varintAt(bytes, at);
    at = next + Number(value);
    messages.push(bytes.subarray(next, at));
  }
  return messages;
}

export function varints(bytes: Buffer): bigint[] {
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = varintAt(bytes, at);
    values.push(value);
    at = next;
  }
  return values;
}

export const zigzag = (value: bigint): number => Number((value >> 1n) ^ -(value & 1n));

/** All fields of one number: of messages their bytes, of texts too. */
export const all = (fields: readonly Field[], field: number) =>
  fields.filter((each) => each.field === field).map(({ value }) => value);
export const messages = (fields: readonly Field[], field: number) =>
  (all(fields, field) as Buffer[]).map(decode);
export const text = (fields: readonly Field[], field: number) =>
  (all(fields, field)[0] as Buffer).toString();

function varintAt(bytes: Buffer, start: number): { value: bigint; next: number } {
  let value = 0n;
  for (let at = start, shift = 0n; ; at++, shift += 7n) {
    if (at >= bytes.length) throw new Error('a varint without an end');
    value |= BigInt(bytes[at] & 0x7f) << shift;
    if (bytes[at] < 0x80) return { value, next: at + 1 };
  }
}
