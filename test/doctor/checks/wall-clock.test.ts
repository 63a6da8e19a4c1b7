import { expect, test } from 'vitest';
import { checkWallClock } from '../../../src/doctor/checks/wall-clock.ts';
import { machine } from '../fixture.ts';

test.each([
  [{ synchronised: true, offsetMs: 0.3 }, 'ok', 'NTP synchronised (0.30 ms off)'],
  [{ synchronised: true, offsetMs: null }, 'ok', 'NTP synchronised'],
  [{ synchronised: true, offsetMs: 2500 }, 'warning', 'NTP synchronised (2 500 ms off)'],
  [{ synchronised: false, offsetMs: null }, 'warning', 'not synchronised by NTP'],
  [null, 'unknown', 'no keeper of the time that we can ask'],
])('%j: %s', (wallClock, level, text) => {
  expect(checkWallClock(machine({ wallClock }))).toMatchObject({ level, text });
});
