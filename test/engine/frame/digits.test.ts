import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  digitCount,
  putDigits,
  putHundredths,
  putPair,
  putTenths,
} from '../../../src/engine/frame/digits.ts';
import { wholes } from './sayings.ts';

const anyKey = fc.integer({ min: 0, max: 255 });
const END = 40;

/** Expects `put` to write the masked `text` right before `END`, and nothing around it. */
function expectPut(text: string, key: number, put: (bytes: Buffer) => void): void {
  const bytes = Buffer.alloc(END + 8, 0xee);
  put(bytes);
  const expected = Buffer.alloc(END + 8, 0xee);
  Buffer.from(text)
    .map((byte) => byte ^ key)
    .forEach((byte, i) => {
      expected[END - text.length + i] = byte;
    });
  expect(bytes).toEqual(expected);
}

test('whole numbers, as String prints them', () => {
  fc.assert(
    fc.property(wholes(2 ** 53 - 1), anyKey, (value, key) => {
      expectPut(String(value), key, (bytes) => putDigits(bytes, END, value, key));
      expect(digitCount(value)).toBe(String(value).length);
    }),
    { numRuns: 1000 },
  );
});

test('the edges of widths and of 32 bits', () => {
  const edges = Array.from({ length: 16 }, (_, n) => [10 ** n - 1, 10 ** n]).flat();
  for (const value of [...edges, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
    expectPut(String(value), 0x5a, (bytes) => putDigits(bytes, END, value, 0x5a));
    expect(digitCount(value)).toBe(String(value).length);
  }
});

test('tenths and hundredths, as toFixed prints them', () => {
  fc.assert(
    fc.property(wholes(2 ** 31 - 1), anyKey, (value, key) => {
      expectPut((value / 10).toFixed(1), key, (bytes) => putTenths(bytes, END, value, key));
      expectPut((value / 100).toFixed(2), key, (bytes) => putHundredths(bytes, END, value, key));
    }),
    { numRuns: 1000 },
  );
});

test('pairs', () => {
  for (let value = 0; value < 100; value++) {
    const expected = String(value).padStart(2, '0');
    expectPut(expected, 3, (bytes) => putPair(bytes, END - 2, value, 3));
  }
});
