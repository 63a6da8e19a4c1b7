import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatDurationNs,
  parseDurationNs,
  parsePowerW,
  parseRatePerS,
} from '../../src/base/units.ts';

test.each([
  ['1m30s', 90e9],
  ['2h', 7200e9],
  ['1h30m', 5400e9],
  ['1.5s', 1.5e9],
  ['500ms', 5e8],
  ['1s500ms', 1.5e9],
])('%s', (text, ns) => {
  expect(parseDurationNs(text)).toBe(ns);
});

test.each(['', '5', 's', '5 s', '5s1m', '5s5s', '-5s', '1e3s', '5S', '5sec', 5, null, undefined])(
  '%s is no duration',
  (text) => {
    expect(parseDurationNs(text)).toBeUndefined();
  },
);

test('what is formatted is parsed back, to the digits that are shown', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 * 3600 * 1000 }), (ms) => {
      const ns = ms * 1e6;
      const back = parseDurationNs(formatDurationNs(ns)) ?? Number.NaN;
      expect(Math.abs(back - ns)).toBeLessThanOrEqual(ns < 1e9 ? ns * 0.005 : 0.5e8);
    }),
  );
});

test('whole hours, minutes and seconds in their order are exact', () => {
  const part = fc.nat(59);
  fc.assert(
    fc.property(fc.nat(99), part, part, (h, m, s) => {
      expect(parseDurationNs(`${h}h${m}m${s}s`)).toBe((h * 3600 + m * 60 + s) * 1e9);
    }),
  );
});

test('powers and rates keep their value through any unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (n) => {
      expect(parsePowerW(`${n}W`)).toBe(n);
      expect(parsePowerW(`${n}kW`)).toBe(n * 1000);
      expect(parseRatePerS(`${n}/s`)).toBe(n);
      expect(parseRatePerS(`${n}/min`)).toBe(n / 60);
      expect(parseRatePerS(`${n}/h`)).toBe(n / 3600);
    }),
  );
  for (const text of ['7', '7KW', '7 kW', '-7kW', 7]) expect(parsePowerW(text)).toBeUndefined();
  for (const text of ['7', '/s', '7/sec', '7 /s', 7]) expect(parseRatePerS(text)).toBeUndefined();
});
