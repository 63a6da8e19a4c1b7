import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvCell, readCsv } from '../../src/base/csv.ts';
import { UserError } from '../../src/base/errors.ts';

const cellsOf = (text: string) => readCsv(text, 'x.csv').map(({ cells }) => cells);

const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\r', '\n', 'a', ' ', '\ufeff') }),
);
const header = ['first', 'second', 'third'];

test('what was written is read back, whatever it is', () => {
  const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }));
  const ending = fc.constantFrom('\n', '\r\n', '\r');
  const separator = fc.constantFrom(',', ';', '\t');
  fc.assert(
    fc.property(table, ending, separator, fc.boolean(), (rows, end, between, closed) => {
      const lines = [header, ...rows].map((cells) => cells.map(csvCell).join(between));
      const text = lines.join(end) + (closed ? end : '');
      expect(cellsOf(text)).toEqual([header, ...rows]);
    }),
  );
});

test('any text is read, or refused with its line', () => {
  fc.assert(
    fc.property(cell, (text) => {
      try {
        readCsv(text, 'x.csv');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).message).toMatch(/^x\.csv:\d+: not a CSV file/);
      }
    }),
  );
});

describe('readCsv', () => {
  test.each([
    [
      'a byte order mark',
      '\ufeffa,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty lines',
      'a,b\n\n1,2\n\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty cells',
      'a,b\n,\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    [
      'quotes inside a plain cell',
      'a,b\nx "y" z,2',
      [
        ['a', 'b'],
        ['x "y" z', '2'],
      ],
    ],
    [
      'semicolons',
      'a;b\n1,5;2',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    ['nothing', '', []],
  ])('takes %s', (_name, text, rows) => expect(cellsOf(text)).toEqual(rows));

  test('tells in which line a row begins', () => {
    const rows = readCsv('a,b\r\n"1\n2","3\r\n4"\r\n\r\n5,6', 'x.csv');
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 6]);
  });

  test.each([
    ['is not closed', 'a,b\n1,2\n"3,4\n5,6', 'x.csv:3:'],
    ['is followed by something', 'a,b\n"1"2,3', 'x.csv:2:'],
  ])('refuses a quote that %s', (_name, text, where) => {
    expect(() => readCsv(text, 'x.csv')).toThrow(where);
  });
});
