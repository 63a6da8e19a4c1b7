import { expect, test } from 'vitest';
import { terminal } from './terminal.ts';

const after = (text: string, columns = 10, rows = 3) => {
  const screen = terminal(columns, rows);
  screen.write(text);
  return screen;
};

test('characters, CR and LF', () => {
  const screen = after('abc\rx\nde');
  expect(screen.screen()).toEqual(['xbc', 'de']);
  expect(screen.cursor()).toEqual({ row: 1, column: 2, visible: true });
});

test('the last column is filled before a line wraps', () => {
  expect(after('abcde', 5).cursor()).toMatchObject({ row: 0, column: 5 });
  expect(after('abcdef', 5).screen()).toEqual(['abcde', 'f']);
});

test('what scrolls away is kept, and the cursor cannot go back to it', () => {
  const screen = after('1\n2\n3\n4\n\u001b[9Ax');
  expect(screen.everything()).toEqual(['1', '2', 'x', '4', '']);
  expect(screen.screen()).toEqual(['x', '4', '']);
});

test('erases to the end of the line, and all below', () => {
  expect(after('abc\rx\u001b[K').screen()).toEqual(['x']);
  expect(after('ab\ncd\nef\u001b[2A\rx\u001b[J').screen()).toEqual(['x', '', '']);
});

test('hides the cursor, ignores colours, refuses what it does not know', () => {
  expect(after('\u001b[?25l\u001b[31mx\u001b[0m').cursor().visible).toBe(false);
  expect(after('\u001b[?25l\u001b[?25h').cursor().visible).toBe(true);
  expect(() => after('\u001b[2J')).toThrow('CSI 2J');
  expect(() => after('\u0007')).toThrow('does not know');
});

test('made narrower it wraps its lines, made wider it puts them together', () => {
  const screen = after('abcdefgh\nij\n', 10, 6);
  screen.resize(3, 6);
  expect(screen.screen()).toEqual(['abc', 'def', 'gh', 'ij', '']);
  expect(screen.cursor()).toMatchObject({ row: 4, column: 0 });
  screen.resize(10, 6);
  expect(screen.screen()).toEqual(['abcdefgh', 'ij', '']);
  expect(screen.cursor()).toMatchObject({ row: 2, column: 0 });
});

test('made lower it shows the rows around the cursor', () => {
  const screen = after('1\n2\n3\n', 10, 4);
  screen.resize(10, 2);
  expect(screen.screen()).toEqual(['3', '']);
  const cleared = after('1\n2\n3\n\u001b[3A\u001b[J', 10, 4);
  cleared.resize(10, 1);
  expect(cleared.everything()).toEqual(['']);
});
