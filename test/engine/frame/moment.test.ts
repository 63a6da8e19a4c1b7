import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Moment, readMoment } from '../../../src/engine/frame/moment.ts';

/** In bytes that would go on with the moment. */
function read(text: string | Buffer): Moment {
  const moment: Moment = { epochMs: 1, hasZone: true };
  const bytes = Buffer.concat([Buffer.from('2'), Buffer.from(text as string), Buffer.from('0:00')]);
  readMoment(bytes, 1, bytes.length - 4, moment);
  return moment;
}

const NONE: Moment = { epochMs: Number.NaN, hasZone: false };
const ISO = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?(?:([Zz])|([+-]\d\d):?(\d\d))?$/;

/** By `Date.parse`, which takes 24:00 and the 30th of February too, and misreads `.0002000000`. */
function oracle(text: string): Moment {
  const match = ISO.exec(text);
  if (match === null) return NONE;
  const [, day, time, fraction = '', z, hours, minutes] = match;
  const isDay = !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  if (!isDay || time.startsWith('24')) return NONE;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const epochMs = Date.parse(`${day}T${time}${fraction.slice(0, 4)}${zone}`);
  if (Number.isNaN(epochMs)) return NONE;
  return { epochMs, hasZone: z !== undefined || hours !== undefined };
}

const two = (max: number, min = 0) =>
  fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'));
const date = fc
  .integer({ min: Date.UTC(0, 0) / 1000 - 1900 * 31_557_600, max: Date.UTC(9999, 11) / 1000 })
  .map((epochS) => new Date(epochS * 1000).toISOString().slice(0, 10))
  .filter((text) => /^\d{4}-/.test(text));
const nearDate = fc
  .tuple(fc.constantFrom('0000', '1900', '2000', '2021', '2024', '2100'), two(13), two(32))
  .map((parts) => parts.join('-'));
const time = fc.tuple(two(24), two(60), two(60)).map((parts) => parts.join(':'));
const goodTime = fc.tuple(two(23), two(59), two(59)).map((parts) => parts.join(':'));
const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,30}$/), fc.constant('.9999'));
const zone = fc.oneof(
  fc.constantFrom('', 'Z', 'z', '+00:00', '-00:00', '+08:00', '+0530'),
  fc
    .tuple(fc.constantFrom('+', '-'), two(23), fc.constantFrom(':', ''), two(59))
    .map((p) => p.join('')),
);
const valid = fc
  .tuple(date, fc.constantFrom('T', 't', ' '), goodTime, fraction, zone)
  .map((parts) => parts.join(''));
const nearlyValid = fc
  .tuple(nearDate, fc.constantFrom('T', 't', ' ', 'x', '\u0000'), time, fraction, zone)
  .map((parts) => parts.join(''));

test('moments of all spellings are what Date.parse says', () => {
  fc.assert(
    fc.property(valid, (text) => {
      expect(oracle(text)).not.toEqual(NONE);
      expect(read(text)).toEqual(oracle(text));
    }),
    { numRuns: 3000 },
  );
});

test('days, hours and zones that there are not, are none', () => {
  fc.assert(
    fc.property(nearlyValid, (text) => {
      expect(read(text)).toEqual(oracle(text));
    }),
    { numRuns: 3000 },
  );
});

test('spoilt at any byte, or cut short, they are what is left or nothing', () => {
  const others = '0123456789-+:.TtZz /\u0000\u007f';
  const spoilt = fc.tuple(valid, fc.nat(), fc.constantFrom(...others), fc.boolean());
  fc.assert(
    fc.property(spoilt, ([text, place, other, cut]) => {
      const at = place % text.length;
      const changed = cut ? text.slice(0, at) : text.slice(0, at) + other + text.slice(at + 1);
      expect(read(changed)).toEqual(oracle(changed));
    }),
    { numRuns: 3000 },
  );
});

test('on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(read(Buffer.from(bytes))).toEqual(oracle(Buffer.from(bytes).toString('latin1')));
    }),
  );
});

test('what was read before does not shine through', () => {
  const minutes = fc.constantFrom('2021-11-09T15:54:', '2021-11-09 15:54:', '2021-11-09T15:55:');
  const broken = fc.constantFrom('2021-11-09T15:54x', '2021-13-09T15:54:', '', '2031-11-09T15:54:');
  const tail = fc.constantFrom('39Z', '40.5Z', '39', '60Z', '39+08:00', '39.Z', '3', '');
  const text = fc.tuple(fc.oneof(minutes, broken), tail).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
      for (const each of texts) expect([each, read(each)]).toEqual([each, oracle(each)]);
    }),
    { numRuns: 500 },
  );
});

test('the ends of all months from 1599 to 2101', () => {
  for (let year = 1599; year <= 2101; year++) {
    for (let month = 0; month < 12; month++) {
      for (const epochMs of [Date.UTC(year, month), Date.UTC(year, month) - 1]) {
        const text = new Date(epochMs).toISOString();
        expect([text, read(text)]).toEqual([text, { epochMs, hasZone: true }]);
      }
    }
  }
});

test.each([
  ['2021-11-09T15:54:39.397', Date.UTC(2021, 10, 9, 15, 54, 39, 397), false],
  ['2021-11-09T15:55:20.215Z', Date.UTC(2021, 10, 9, 15, 55, 20, 215), true],
  ['2021-11-09T15:54:39.123456+00:00', Date.UTC(2021, 10, 9, 15, 54, 39, 123), true],
  ['2021-11-09T15:54:39.9999999999999Z', Date.UTC(2021, 10, 9, 15, 54, 39, 999), true],
  ['2021-11-09 23:54:39+0800', Date.UTC(2021, 10, 9, 15, 54, 39), true],
  ['2021-11-09t10:24:39-05:30', Date.UTC(2021, 10, 9, 15, 54, 39), true],
  ['0000-01-01T00:00:00+23:59', Date.UTC(-1, 11, 31, 0, 1), true],
])('%s', (text, epochMs, hasZone) => expect(read(text)).toEqual({ epochMs, hasZone }));

test.each([
  ...['', '2021-11-09', '2021-11-09T15:54', '2021-11-09T15:54Z', '20211109T155439Z'],
  ...['2021-02-29T00:00:00Z', '2021-11-31T00:00:00Z', '2021-00-09T00:00:00Z'],
  ...['2021-11-09T24:00:00Z', '2021-11-09T15:60:00Z', '2021-11-09T15:54:60Z'],
  ...['2021-11-09T15:54:39.Z', '2021-11-09T15:54:39,5Z', '2021-11-09T15:54:39ZZ'],
  ...['2021-11-09T15:54:39+8', '2021-11-09T15:54:39+08', '2021-11-09T15:54:39+08:0'],
  ...['2021-11-09T15:54:39+24:00', '2021-11-09T15:54:39+08:60', '2021-11-09T15:54:39 Z'],
  ...['Tue Nov 09 2021 15:54:39', '1636473279397', '-021-11-09T15:54:39Z'],
])('"%s" is no moment', (text) => expect(read(text)).toEqual(NONE));
