import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ascii,
  blank,
  expect as expectByte,
  same,
  skipString,
  skipValue,
} from '../../../src/engine/frame/json.ts';

const bytesOf = (text: string) => Buffer.from(text, 'utf8');

describe('skipValue', () => {
  test('walks over a whole JSON text, or is not sure', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const bytes = bytesOf(text);
        expect([-1, bytes.length]).toContain(skipValue(bytes, 0, bytes.length, 0));
      }),
    );
  });

  test.each([
    '{}',
    '[]',
    '{"a":[1,2.5,-3]}',
    ' "x"'.trim(),
    'true',
    'null',
    '{ "a" : [ ] , "b":false}',
  ])('is sure of %s', (text) => {
    expect(skipValue(ascii(text), 0, text.length, 0)).toBe(text.length);
  });

  test('never walks over what JSON.parse refuses', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '01',
      '1',
      '-',
      '1.',
      'tru',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = pieces.join('');
        const end = skipValue(ascii(text), 0, text.length, 0);
        if (end >= 0) expect(() => JSON.parse(text.slice(0, end))).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});

test('skipString stops behind the closing quote, and at what needs a decoder', () => {
  expect(skipString(ascii('"abc",'), 0, 6)).toBe(5);
  expect(skipString(ascii('"a\\n"'), 0, 5)).toBe(-1);
  expect(skipString(bytesOf('"é"'), 0, 4)).toBe(-1);
  expect(skipString(ascii('"abc'), 0, 4)).toBe(-1);
});

test('blank, expect and same', () => {
  expect(blank(ascii(' \t\r\n x'), 0, 6)).toBe(5);
  expect(expectByte(ascii(', x'), 0, 3, 0x2c)).toBe(2);
  expect(expectByte(ascii('; x'), 0, 3, 0x2c)).toBe(-1);
  expect(same(ascii('status'), 1, ascii('tat'))).toBe(true);
  expect(same(ascii('status'), 1, ascii('tax'))).toBe(false);
});
