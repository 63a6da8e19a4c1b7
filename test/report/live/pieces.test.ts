import { expect, test } from 'vitest';
import { cutTo, labelled, painted, roomOf } from '../../../src/report/live/pieces.ts';

const plain = (width: number) => ({ width, color: false });

test('parts stay whole: what does not fit is left out with all that follows', () => {
  expect(labelled('errors', ['one', 'three', 'x'], plain(40))).toBe(
    '  errors      one   three   x',
  );
  expect(labelled('errors', ['one', 'three', 'x'], plain(24))).toBe('  errors      one');
  expect(labelled('errors', ['one'], plain(5))).toBe('  err');
});

test('a part of several pieces stays together', () => {
  const part = [{ text: 'ab' }, { text: 'cd' }];
  expect(labelled('x', [part], plain(17))).toBe('  x           ');
  expect(labelled('x', [part], plain(18))).toBe('  x           abcd');
});

test('colours take no room, and only pieces have them', () => {
  const line = painted([{ text: 'all ' }, { text: 'bad', mark: 'red' }], { width: 6, color: true });
  expect(line).toBe('all \u001b[31mba\u001b[0m');
  expect(painted([{ text: 'all ' }, { text: 'x', mark: 'red' }], { width: 4, color: true })).toBe(
    'all ',
  );
});

test('roomOf is what one more part may be long', () => {
  const room = roomOf(plain(40), ['one', 'three']);
  expect(labelled('x', ['one', 'three', 'y'.repeat(room)], plain(40))).toHaveLength(40);
  expect(labelled('x', ['one', 'three', 'y'.repeat(room + 1)], plain(40))).not.toContain('y');
});

test('cutTo marks what was cut', () => {
  expect(cutTo('StatusNotification', 18)).toBe('StatusNotification');
  expect(cutTo('StatusNotification', 10)).toBe('StatusNo..');
});
