import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteReader, byteWriter, DamagedBytes } from '../../src/result/bytes.ts';

test('numbers come back as they were', () => {
  const numbers = fc.array(
    fc.record({
      count: fc.maxSafeNat(),
      change: fc.integer({ min: 1 - 2 ** 52, max: 2 ** 52 - 1 }),
      float: fc.double(),
      raw: fc.uint8Array(),
    }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(numbers, (all) => {
      const writer = byteWriter();
      for (const { count, change, float, raw } of all) {
        writer.varint(count);
        writer.signed(change);
        writer.float(float);
        writer.raw(raw);
      }
      const reader = byteReader(writer.bytes());
      const read = all.map(({ raw }) => ({
        ...{ count: reader.varint(), change: reader.signed(), float: reader.float() },
        raw: reader.take(raw.length),
      }));
      expect(read).toEqual(all);
      expect(reader.left).toBe(0);
    }),
  );
});

test.each([
  [0, 1],
  [127, 1],
  [128, 2],
  [2 ** 53 - 1, 8],
])('%i takes %i bytes', (value, bytes) => {
  const writer = byteWriter();
  writer.varint(value);
  expect(writer.bytes()).toHaveLength(bytes);
});

test.each([-1, 0.5, 2 ** 53, Number.NaN])('%s is no count', (value) => {
  expect(() => byteWriter().varint(value)).toThrow('is no count');
});

describe('reading', () => {
  test.each([
    ['a number beyond the end', [0x80]],
    ['a number that is too large', [255, 255, 255, 255, 255, 255, 255, 127]],
    ['a number that does not end', new Array(30).fill(0x80)],
  ])('%s is damage', (_name, bytes) => {
    expect(() => byteReader(Uint8Array.from(bytes)).varint()).toThrow(DamagedBytes);
  });
  test('more than there is is damage', () => {
    expect(() => byteReader(new Uint8Array(7)).float()).toThrow(DamagedBytes);
    expect(() => byteReader(new Uint8Array(7)).take(8)).toThrow(DamagedBytes);
  });
});
