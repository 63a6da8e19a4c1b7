/**
 * The block format of Snappy, without compressing: all of it are literals. Remote write demands the
 * format; what is sent is small, and CPU time belongs to the run.
 */

const LITERAL_BYTES = 65_536;
/** A shorter literal has its length, less one, in its tag. */
const SHORT_BYTES = 60;
/** A literal's tag whose length, less one, follows in two bytes. */
const TWO_BYTE_LENGTH = 61 << 2;

export function snappyBlock(bytes: Uint8Array): Buffer<ArrayBuffer> {
  const size: number[] = [];
  let rest = bytes.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) size.push((rest % 0x80) | 0x80);
  const parts: Uint8Array[] = [Uint8Array.of(...size, rest)];
  for (let start = 0; start < bytes.length; start += LITERAL_BYTES) {
    const literal = bytes.subarray(start, start + LITERAL_BYTES);
    parts.push(tagOf(literal.length), literal);
  }
  return Buffer.concat(parts);
}

function tagOf(length: number): Uint8Array {
  const last = length - 1;
  if (length <= SHORT_BYTES) return Uint8Array.of(last << 2);
  return Uint8Array.of(TWO_BYTE_LENGTH, last & 0xff, last >> 8);
}
