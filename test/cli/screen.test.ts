import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { screenOn } from '../../src/cli/screen.ts';
import { terminal } from '../support/terminal.ts';

/** A screen on an emulated terminal, whose size changes as a user changes it. */
function shown(columns: number, rows: number) {
  const emulated = terminal(columns, rows);
  const out = {
    ...{ columns, rows, writes: 0 },
    write(text: string) {
      out.writes += 1;
      emulated.write(text);
      return true;
    },
  };
  const resize = (newColumns: number, newRows: number) => {
    emulated.resize(newColumns, newRows);
    Object.assign(out, { columns: newColumns, rows: newRows });
  };
  return { screen: screenOn(out), emulated, out, resize };
}

describe('lines that are drawn over again', () => {
  test('stand where they stood, with the cursor below', () => {
    const { screen, emulated } = shown(20, 8);
    screen.draw(['one', 'two longer']);
    screen.draw(['1', '2', '3']);
    expect(emulated.everything()).toEqual(['1', '2', '3', '']);
    expect(emulated.cursor()).toEqual({ row: 3, column: 0, visible: true });
    screen.draw(['x']);
    expect(emulated.everything().filter(Boolean)).toEqual(['x']);
    expect(emulated.cursor()).toMatchObject({ row: 1, column: 0 });
  });

  test('are not written when they are the same', () => {
    const { screen, out, resize } = shown(20, 8);
    screen.draw(['one', 'two']);
    screen.draw(['one', 'two']);
    expect(out.writes).toBe(1);
    resize(19, 8);
    screen.draw(['one', 'two']);
    expect(out.writes).toBe(2);
  });

  test('are one write, so that no half of them is seen', () => {
    const { screen, out } = shown(20, 8);
    screen.draw(['one', 'two']);
    screen.draw(['one'], 'event');
    screen.erase();
    expect(out.writes).toBe(3);
  });

  test('leave alone what was there before', () => {
    const { screen, emulated } = shown(20, 4);
    emulated.write('report\n$ run\n\n');
    for (let i = 0; i < 3; i++) screen.draw([`a${i}`, 'b', 'c']);
    screen.erase();
    expect(emulated.everything().filter(Boolean)).toEqual(['report', '$ run']);
  });
});

test('texts above stay and scroll', () => {
  const { screen, emulated } = shown(20, 4);
  screen.draw([], 'before');
  screen.draw(['live', 'view']);
  screen.draw(['live', 'view'], 'first');
  screen.draw(['live', 'view'], 'a second one that is wider than the terminal');
  screen.draw(['LIVE', 'VIEW']);
  expect(emulated.everything()).toEqual([
    ...['before', 'first', 'a second one that is', ' wider than the term', 'inal'],
    ...['LIVE', 'VIEW', ''],
  ]);
});

test('nothing is written to erase what is not there', () => {
  const { screen, out } = shown(20, 4);
  screen.erase();
  expect(out.writes).toBe(0);
});

test('after any session only the texts are left, and the cursor is below them', () => {
  // The narrowest terminal has room for what four lines of the widest become in it.
  const [narrowest, widest, rows] = [12, 90, 40];
  const width = fc.integer({ min: narrowest, max: widest });
  const step = fc.oneof(
    fc.record({
      draw: fc.array(fc.nat(widest), { maxLength: 4 }),
      above: fc.option(fc.stringMatching(/^[a-z]{1,30}$/), { nil: undefined }),
    }),
    fc.record({ columns: width }),
  );
  fc.assert(
    fc.property(width, fc.array(step, { maxLength: 40 }), (columns, steps) => {
      const { screen, emulated, out, resize } = shown(columns, rows);
      for (const each of steps) {
        if ('columns' in each) resize(each.columns, rows);
        else {
          const lines = each.draw.map((n) => '#'.repeat(Math.min(n, out.columns - 1)));
          screen.draw(lines, each.above);
        }
      }
      screen.erase();
      const texts = steps.flatMap((each) => ('draw' in each ? (each.above ?? []) : []));
      expect(emulated.everything().join('')).toBe(texts.join(''));
      expect(emulated.cursor()).toMatchObject({ column: 0, visible: true });
      expect(emulated.screen().at(-1)).toBe('');
    }),
  );
});
