import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TIME_BYTES, timeBytes } from '../../../src/engine/frame/calendar.ts';

const T = 'T'.charCodeAt(0);
const SPACE = ' '.charCodeAt(0);
const print = (epochS: number, separator = T) =>
  Buffer.from(timeBytes(epochS, separator)).toString('latin1');
const byDate = (epochS: number) => new Date(epochS * 1000).toISOString().slice(0, 19);
const secondsOf = (text: string) => Date.parse(`${text}Z`) / 1000;

const END_2099_S = secondsOf('2099-12-31T23:59:59');

test('the moment of the log', () => {
  expect(print(secondsOf('2021-11-09T16:20:35'))).toBe('2021-11-09T16:20:35');
  expect(timeBytes(0, T)).toHaveLength(TIME_BYTES);
});

test('is what Date says, from 1970 to 2099', () => {
  fc.assert(
    fc.property(fc.nat(END_2099_S), (epochS) => {
      expect(print(epochS)).toBe(byDate(epochS));
    }),
    { numRuns: 2000 },
  );
});

test('the ends of every month, leap years and 2000 and 2100 included', () => {
  for (let year = 1970; year <= 2101; year++) {
    for (let month = 0; month < 12; month++) {
      const startS = Date.UTC(year, month) / 1000;
      for (const epochS of [startS, startS + 86_399, startS + 27 * 86_400 + 86_399]) {
        expect(print(epochS)).toBe(byDate(epochS));
      }
      if (startS > 0) expect(print(startS - 1)).toBe(byDate(startS - 1));
    }
  }
});

test('a kept moment takes either separator, in any order', () => {
  const separators = fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 20 });
  fc.assert(
    fc.property(fc.nat(END_2099_S - 3), separators, (epochS, steps) => {
      for (const [more, spaced] of steps) {
        const expected = byDate(epochS + more);
        const text = print(epochS + more, spaced ? SPACE : T);
        expect(text).toBe(spaced ? expected.replace('T', ' ') : expected);
      }
    }),
  );
});
