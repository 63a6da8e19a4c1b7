import { expect, test } from 'vitest';
import { type TimeStyle, timeText } from '../../../src/csms/faults/times.ts';

const MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

test.each<[TimeStyle, string]>([
  ['Z', '2026-01-02T03:04:05.678Z'],
  ['offset', '2026-01-02T03:04:05.678+00:00'],
  ['micros', '2026-01-02T03:04:05.678000Z'],
  ['noZone', '2026-01-02T03:04:05.678'],
  ['notIso', '02.01.2026 03:04:05'],
])('%s', (style, text) => {
  expect(timeText(style, MS)).toBe(text);
});
