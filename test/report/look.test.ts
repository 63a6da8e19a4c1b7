import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ends, lookOf, paint, table, wrap } from '../../src/report/look.ts';

describe('lookOf', () => {
  const tty = { isTTY: true, columns: 90 };
  test('a terminal has its width and colours', () => {
    expect(lookOf(tty, {})).toEqual({ width: 90, color: true });
  });
  test('a pipe has 100 columns and no colours', () => {
    expect(lookOf({ columns: 90 }, {})).toEqual({ width: 100, color: false });
  });
  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }, true],
    ['a dumb terminal', { TERM: 'dumb' }, true],
    ['--no-color', {}, false],
  ])('%s switches colours off', (_name, env, wanted) => {
    expect(lookOf(tty, env, wanted).color).toBe(false);
    expect(paint(lookOf(tty, env, wanted), 'red', 'x')).toBe('x');
  });
  test('widths have limits', () => {
    expect(lookOf({ isTTY: true, columns: 250 }, {}).width).toBe(100);
    expect(lookOf({ isTTY: true, columns: 10 }, {}).width).toBe(40);
  });
  test('paint ends what it begins', () => {
    expect(paint({ width: 80, color: true }, 'bold', 'x')).toBe('\u001b[1mx\u001b[0m');
  });
});

describe('wrap', () => {
  test('hangs the following lines', () => {
    expect(wrap('one two three', 10, '- ', '  ')).toEqual(['- one two', '  three']);
  });
  test('keeps thousands together and double spaces within a line', () => {
    expect(wrap('all 12 345 678 of them', 11)).toEqual(['all', '12 345 678', 'of them']);
    expect(wrap('seed 1  (repeat)', 40)).toEqual(['seed 1  (repeat)']);
  });
  test('loses no word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9.,]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 60 }), (list, width) => {
        const lines = wrap(list.join(' '), width);
        expect(lines.join(' ')).toBe(list.join(' '));
        for (const line of lines) {
          if (line.length > width) expect(line).not.toMatch(/[a-z.,] [a-z.,]/);
        }
      }),
    );
  });
});

test('ends puts the right part below when the line is full', () => {
  expect(ends('left', 'right', 12)).toEqual(['left   right']);
  expect(ends('left', 'right', 9)).toEqual(['left', '    right']);
});

describe('table', () => {
  const head = ['NAME', 'a', 'bb', 'ccc'];
  const rows = [
    ['first', '1', '22', '3'],
    ['x', '100', '2', '3'],
  ];
  test('aligns columns under a head that stands out', () => {
    expect(table(head, rows, { width: 40 })).toEqual([
      ['  NAME       a  bb  ccc', '    first    1  22    3', '    x      100   2    3'],
    ]);
  });
  test('moves what does not fit to a block of its own', () => {
    expect(table(head, rows, { width: 19, togetherFrom: 2 })).toEqual([
      ['  NAME       a', '    first    1', '    x      100'],
      ['  NAME     bb  ccc', '    first  22    3', '    x       2    3'],
    ]);
  });
  test('shows every cell once and keeps to the width', () => {
    const cell = fc.stringMatching(/^[0-9]{1,6}$/);
    const grid = fc.array(fc.tuple(cell, cell, cell, cell, cell), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(grid, fc.integer({ min: 24, max: 60 }), (body, width) => {
        const blocks = table(['n', 'a', 'b', 'c', 'd'], body, { width });
        for (const line of blocks.flat()) expect(line.length).toBeLessThanOrEqual(width);
        const shown = body.map((row, i) => [
          row[0],
          ...blocks.flatMap((block) => block[i + 1].trim().split(/ +/).slice(1)),
        ]);
        expect(shown).toEqual(body);
      }),
    );
  });
});
