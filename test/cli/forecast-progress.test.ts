import { expect, test } from 'vitest';
import { forecastDisplay, progressText } from '../../src/cli/forecast-progress.ts';
import { fakeIo } from './io.ts';

const DAY = 86_400;

test('says how far it is, and how long it will take', () => {
  expect(progressText({ doneS: 0, seconds: DAY }, 3)).toBe('0m00s / 24h00m00s   0 %');
  expect(progressText({ doneS: 21_600, seconds: DAY }, 30)).toBe(
    '6h00m00s / 24h00m00s   25 %   1m30s to go',
  );
  expect(progressText({ doneS: DAY, seconds: DAY }, 30)).toContain('100 %   0m00s to go');
});

test('the longest line fits a terminal of 80 columns', () => {
  const longest = progressText({ doneS: 604_740, seconds: 604_800 }, 3.5e8);
  expect(25 + longest.length).toBeLessThan(80);
});

test('without a terminal: a line every 10 s', () => {
  const io = fakeIo();
  let elapsedS = 0;
  const display = forecastDisplay(io, false, () => elapsedS);
  for (elapsedS = 1; elapsedS <= 25; elapsedS++) {
    display.progress({ doneS: elapsedS * 60, seconds: DAY });
  }
  display.end();
  expect(io.err().split('\n')).toEqual([
    expect.stringMatching(/^10m00s \/ 24h00m00s/),
    expect.stringMatching(/^20m00s \/ 24h00m00s/),
    '',
  ]);
});

test('--quiet: nothing but what is said', () => {
  const io = fakeIo({ tty: true });
  const display = forecastDisplay(io, true, () => 100);
  display.progress({ doneS: 60, seconds: DAY });
  display.say('stopping');
  display.end();
  expect(io.err()).toBe('stopping\n');
});

test('on a terminal one line is drawn over again, and gone at the end', () => {
  const io = fakeIo({ tty: true });
  const display = forecastDisplay(io, false, () => 10);
  display.progress({ doneS: DAY / 2, seconds: DAY });
  expect(io.err()).toContain('██████████░░░░░░░░░░   12h00m00s / 24h00m00s   50 %   0m10s to go');
  display.end();
  expect(io.err().endsWith('\u001b[J\u001b[?25h')).toBe(true);
});
