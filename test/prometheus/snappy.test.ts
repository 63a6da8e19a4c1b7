import fc from 'fast-check';
// @ts-expect-error it has no types
import SnappyJS from 'snappyjs';
import { expect, test } from 'vitest';
import { snappyBlock } from '../../src/prometheus/snappy.ts';

const uncompressed = (block: Buffer) => Buffer.from(SnappyJS.uncompress(block));

test('another decoder reads it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      expect(uncompressed(snappyBlock(bytes)).equals(bytes)).toBe(true);
    }),
  );
});

test.each([0, 1, 60, 61, 127, 128, 65_535, 65_536, 65_537, 200_000])('%i bytes', (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
  expect(uncompressed(snappyBlock(bytes)).equals(bytes)).toBe(true);
});
