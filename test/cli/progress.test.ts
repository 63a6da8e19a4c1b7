import { describe, expect, test } from 'vitest';
import { progressDisplay } from '../../src/cli/progress.ts';
import type { Progress } from '../../src/fleet/result.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { fakeIo } from './io.ts';

const at = (elapsedS: number): Progress => ({
  ...{ stage: 'steady', elapsedS, plannedS: 140, planned: 5, connected: 5, booted: 5, charging: 2 },
  ...{ connectsUpgraded: 5, connectsFailed: 0, callsSent: elapsedS * 100, callsAnswered: 0 },
  ...{ callsFailed: 0, serviceP99Ms: 1 },
  generator: null,
});

describe('on a terminal', () => {
  test('redraws one line, with rates over the last second', () => {
    const io = fakeIo({ tty: true });
    const display = progressDisplay(io.stderr, PLAIN_LOOK, false);
    for (let elapsedS = 20; elapsedS <= 25; elapsedS += 0.25) display.progress(at(elapsedS));
    display.end();
    expect(io.err().split('\n')).toHaveLength(2);
    expect(io.err().split('\r\u001b[2K').at(-1)).toContain('0m25s / 2m20s  steady   calls 100.0/s');
  });

  test('puts events above the line', () => {
    const io = fakeIo({ tty: true });
    const display = progressDisplay(io.stderr, PLAIN_LOOK, false);
    display.progress(at(1));
    display.event({ atS: 1.2, text: 'refused \u001b[31mwss://u:p@h' });
    expect(io.err()).toContain('\r\u001b[2K  0m01s  refused wss://h\n  0m01s / 2m20s');
  });
});

describe('without a terminal', () => {
  test('writes a line every 10 s', () => {
    const io = fakeIo();
    const display = progressDisplay(io.stderr, PLAIN_LOOK, false);
    for (let elapsedS = 0; elapsedS <= 35; elapsedS += 0.25) display.progress(at(elapsedS));
    display.end();
    const clocks = io.err().match(/^\d+m\d+s/gm);
    expect(clocks).toEqual(['0m10s', '0m20s', '0m30s']);
    expect(io.err()).not.toContain('\u001b');
  });
  test('writes events', () => {
    const io = fakeIo();
    progressDisplay(io.stderr, PLAIN_LOOK, false).event({ atS: 61, text: 'a restart' });
    expect(io.err()).toBe('1m01s  a restart\n');
  });
});

test('quiet shows only what answers the user', () => {
  const io = fakeIo({ tty: true });
  const display = progressDisplay(io.stderr, PLAIN_LOOK, true);
  display.progress(at(20));
  display.event({ atS: 1, text: 'x' });
  display.say('stopping');
  display.end();
  expect(io.err()).toBe('stopping\n');
});
