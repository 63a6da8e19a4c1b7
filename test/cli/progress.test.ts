import { describe, expect, test } from 'vitest';
import { progressDisplay } from '../../src/cli/progress.ts';
import type { Progress } from '../../src/fleet/result.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { progress } from '../report/live/fixtures.ts';
import { busySeconds } from '../result/fixtures.ts';
import { terminal } from '../support/terminal.ts';
import { fakeIo } from './io.ts';

const at = (elapsedS: number): Progress =>
  progress({ elapsedS, planned: 5, connected: 5, booted: 5, charging: 2, connectsUpgraded: 5 });
const SHAPE = { fleetCount: 1, planned: 5 };

/** A display on an emulated terminal. */
function live(columns: number, rows: number) {
  const emulated = terminal(columns, rows);
  const stream = () => ({
    ...{ isTTY: true, columns, rows },
    write(text: string) {
      emulated.write(text);
      return true;
    },
  });
  const [stdout, stderr] = [stream(), stream()];
  const display = progressDisplay({ stdout, stderr, env: {} }, PLAIN_LOOK, false);
  const resize = (newColumns: number, newRows: number) => {
    emulated.resize(newColumns, newRows);
    Object.assign(stderr, { columns: newColumns, rows: newRows });
  };
  return { display, emulated, resize, stdout, stderr };
}

describe('on a terminal', () => {
  test('draws the view over itself, with the figures of the last seconds', () => {
    const { display, emulated } = live(80, 30);
    display.start(SHAPE);
    for (const interval of busySeconds(2, 100)) {
      display.interval(interval);
      display.progress(at(interval.toS));
    }
    const screen = emulated.everything();
    expect(screen.filter((line) => line.includes('CALLS'))).toHaveLength(1);
    expect(screen.join('\n')).toMatch(/last 2 s +sent\/s/);
    expect(screen.join('\n')).toMatch(/^ {2}steady .* 0m02s \/ 2m20s/m);
    expect(emulated.cursor()).toMatchObject({ column: 0, visible: true });
  });

  test('puts events and answers above it, cleaned', () => {
    const { display, emulated } = live(80, 30);
    display.progress(at(1));
    display.event({ atS: 1.2, text: 'refused \u001b[31mwss://u:p@h' });
    display.say('stopping');
    display.progress(at(2));
    expect(emulated.everything().slice(0, 3)).toEqual([
      '  0m01s  refused wss://h',
      '  stopping',
      '',
    ]);
  });

  test('leaves nothing but events, whatever was done to the terminal', () => {
    const { display, emulated, resize } = live(100, 60);
    // High enough for what a view becomes in a narrower one: what scrolls away cannot be erased.
    const sizes: readonly (readonly [number, number])[] = [
      [100, 60],
      [60, 60],
      [120, 60],
      [41, 70],
      [39, 40],
      [90, 20],
    ];
    display.start(SHAPE);
    busySeconds(sizes.length, 50).forEach((interval, i) => {
      display.interval(interval);
      display.progress(at(interval.toS));
      resize(...sizes[i]);
      display.event({ atS: i, text: `event ${i}` });
      display.progress(at(interval.toS + 0.25));
      expect(emulated.cursor()).toMatchObject({ column: 0, visible: true });
    });
    expect(emulated.everything().length).toBeGreaterThan(sizes.length + 5);
    display.end();
    const left = sizes.map((_, i) => `  0m0${i}s  event ${i}`);
    expect(emulated.everything().filter(Boolean)).toEqual(left);
    expect(emulated.screen()[emulated.cursor().row]).toBe('');
  });

  test('a new run starts with nothing of the one before', () => {
    const { display, emulated } = live(80, 30);
    display.start(SHAPE);
    for (const interval of busySeconds(2, 100)) display.interval(interval);
    display.start(SHAPE);
    display.progress(at(0));
    expect(emulated.everything().join('\n')).not.toContain('CALLS');
  });

  test('keeps what others write above it, line by line', () => {
    const { display, emulated, stdout, stderr } = live(80, 30);
    const { write } = stdout;
    display.start(SHAPE);
    display.progress(at(1));
    stdout.write('from a ');
    stderr.write('a warning\n');
    stdout.write('script\nand ');
    display.progress(at(2));
    const lines = emulated.everything();
    expect(lines.slice(0, 3)).toEqual(['a warning', 'from a script', '']);
    expect(lines.filter((line) => line.includes('service p99'))).toHaveLength(1);
    display.end();
    stdout.write('more\n');
    expect(emulated.everything().filter(Boolean)).toEqual([
      ...['a warning', 'from a script', 'and more'],
    ]);
    expect(stdout.write).toBe(write);
  });

  test('a terminal of no size at all is taken for one of 80 columns', () => {
    const { display, emulated, stderr } = live(80, 30);
    Object.assign(stderr, { columns: 0, rows: 0 });
    for (const elapsedS of [1, 2, 3]) display.progress(at(elapsedS));
    expect(emulated.everything().filter((line) => line.includes('service p99'))).toHaveLength(1);
    display.end();
    expect(emulated.everything().filter(Boolean)).toEqual([]);
  });

  test('too small for the view: one line', () => {
    const { display, emulated } = live(30, 10);
    display.progress(at(61));
    display.progress(at(62));
    expect(emulated.everything()).toEqual(['  1m02s steady   errors 2', '']);
  });
});

describe('without a terminal', () => {
  test('writes a line every 10 s', () => {
    const io = fakeIo();
    const display = progressDisplay(io, PLAIN_LOOK, false);
    display.start(SHAPE);
    for (const interval of busySeconds(1, 10)) display.interval(interval);
    for (let elapsedS = 0; elapsedS <= 35; elapsedS += 0.25) display.progress(at(elapsedS));
    display.end();
    const clocks = io.err().match(/^\d+m\d+s/gm);
    expect(clocks).toEqual(['0m10s', '0m20s', '0m30s']);
    expect(io.err().split('\n')).toHaveLength(4);
    expect(io.err()).not.toContain('\u001b');
  });
  test('writes events', () => {
    const io = fakeIo();
    progressDisplay(io, PLAIN_LOOK, false).event({ atS: 61, text: 'a restart' });
    expect(io.err()).toBe('1m01s  a restart\n');
  });
  test('TERM=dumb is none: it cannot move its cursor', () => {
    const io = fakeIo({ tty: true, env: { TERM: 'dumb' } });
    const display = progressDisplay(io, PLAIN_LOOK, false);
    display.progress(at(10));
    display.end();
    expect(io.err()).toMatch(/^0m10s steady: 5 of 5 booted, .*\n$/);
  });
});

test('quiet shows only what answers the user', () => {
  const io = fakeIo({ tty: true });
  const display = progressDisplay(io, PLAIN_LOOK, true);
  display.start(SHAPE);
  for (const interval of busySeconds(1, 10)) display.interval(interval);
  display.progress(at(20));
  display.event({ atS: 1, text: 'x' });
  display.say('stopping');
  display.end();
  expect(io.err()).toBe('stopping\n');
});
