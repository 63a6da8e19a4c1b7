import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Check,
  checkFields,
  decimal,
  fields,
  integer,
  isObject,
  listOf,
  objectOf,
  oneOf,
  text,
  textList,
  textOrObject,
  timestamp,
} from '../../src/ocpp/fields.ts';
import { validateCall } from '../support/schemas.ts';

const TYPE = 'TypeConstraintViolation';
const VALUE = 'PropertyConstraintViolation';
const OCCURRENCE = 'OccurenceConstraintViolation';
const POINT = fields({ x: integer(0), 'label?': text(3) });

describe('each check', () => {
  test.each<[string, Check, unknown, string | null]>([
    ['text', text(3), 'abc', null],
    ['text of characters that take two units', text(3), '😀😀😀', null],
    ['text', text(3), '😀😀😀😀', VALUE],
    ['text', text(3), 'abcd', VALUE],
    ['text', text(3), 3, TYPE],
    ['text without a limit', text(Number.POSITIVE_INFINITY), 'x'.repeat(100_000), null],
    ['one of', oneOf('A', 'W'), 'W', null],
    ['one of', oneOf('A', 'W'), 'w', VALUE],
    ['one of', oneOf('A', 'W'), null, TYPE],
    ['integer', integer(), -1, null],
    ['integer', integer(), 2 ** 31, null],
    ['integer', integer(), 1.5, TYPE],
    ['integer', integer(), '1', TYPE],
    ['integer', integer(), 2 ** 53, TYPE],
    ['integer', integer(1), 0, VALUE],
    ['decimal', decimal(0.1), 32.1, null],
    ['decimal', decimal(0.1), -0.3, null],
    ['decimal', decimal(0.1), 22_000, null],
    ['decimal', decimal(0.1), 32.15, VALUE],
    ['decimal', decimal(0.1, 0), -0.1, VALUE],
    ['decimal', decimal(0.1), '6', TYPE],
    ['decimal beyond doubles', decimal(0.1), JSON.parse('1e999'), TYPE],
    ['text or object', textOrObject, '', null],
    ['text or object', textOrObject, {}, null],
    ['text or object', textOrObject, [], TYPE],
    ['text or object', textOrObject, null, TYPE],
    ['texts', textList(3), [], null],
    ['texts', textList(3), ['a', 'abc'], null],
    ['texts', textList(3), 'abc', TYPE],
    ['texts', textList(3), ['a', 1], TYPE],
    ['texts', textList(3), ['a', 'abcd'], VALUE],
    ['object', objectOf(POINT), { x: 1 }, null],
    ['object', objectOf(POINT), { label: 'a' }, OCCURRENCE],
    ['object', objectOf(POINT), [{ x: 1 }], TYPE],
    ['list', listOf(POINT), [{ x: 1 }, { x: 2 }], null],
    ['list', listOf(POINT), [], OCCURRENCE],
    ['list that may be empty', listOf(POINT, 0), [], null],
    ['list', listOf(POINT), { x: 1 }, TYPE],
    ['list', listOf(POINT), [{ x: 1 }, null], TYPE],
  ])('%s', (_, check, value, code) => {
    expect(check(value)?.code ?? null).toBe(code);
  });
});

describe('a violation names the field', () => {
  const SHAPE = fields({ points: listOf(POINT), 'at?': objectOf(POINT), 'tags?': textList(3) });
  test.each<[unknown, string]>([
    [{}, 'points'],
    [{ points: [{ x: 1 }, 7] }, 'points[1]'],
    [{ points: [{ x: 1 }, {}] }, 'points[1].x'],
    [{ points: [{ x: 1 }], at: 7 }, 'at'],
    [{ points: [{ x: 1 }], at: { x: -1 } }, 'at.x'],
    [{ points: [{ x: 1 }], at: { x: 1, y: 1 } }, 'at.y'],
    [{ points: [{ x: 1 }], tags: ['a', ''.padEnd(4)] }, 'tags[1]'],
  ])('%j', (value, path) => {
    expect(checkFields(value as Record<string, unknown>, SHAPE)?.path).toBe(path);
  });

  test('an unknown name is cut, and a known one of every object is not known', () => {
    const found = checkFields({ ['n'.repeat(1000)]: 1 }, fields({}));
    expect(found).toEqual({
      code: 'FormationViolation',
      path: 'n'.repeat(50),
      problem: 'is not a field of it',
    });
    expect(checkFields({ constructor: 1 }, fields({}))?.code).toBe('FormationViolation');
    expect(checkFields({}, fields({ constructor: integer() }))?.code).toBe(OCCURRENCE);
  });
});

test('an object is neither null nor a list', () => {
  expect([{}, [], null, 'x', 1, undefined].map(isObject)).toEqual([true, ...Array(5).fill(false)]);
});

describe('a date and time', () => {
  test.each([
    ...['2021-11-09T15:54:39.397', '2021-11-09T16:20:35', '2024-02-29T00:00:00Z'],
    ...['2000-02-29T23:59:59+14:00', '2021-11-09T16:20:35.123456+0800'],
  ])('%s', (value) => expect(timestamp(value)).toBeNull());

  test.each([
    ...['2021-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2021-04-31T00:00:00Z', '', '0'],
    ...['2021-11-09T16:20:35+24:00', '2021-11-09T16:20:35+08:60', '2021-11-09T16:20:35Z '],
    ...['2021-11-09T24:59:35+01:00', '2021-11-09T23:60:35+00:01', '2021-11-09T24:00:00Z'],
  ])('not %j', (value) => expect(timestamp(value)?.code).toBe(VALUE));

  test('is no number', () => expect(timestamp(1636474835)?.code).toBe(TYPE));

  const digits = (max: number, width = 2) =>
    fc.nat(max).map((value) => String(value).padStart(width, '0'));
  const zone = fc.oneof(
    fc.constant('Z'),
    fc.tuple(fc.constantFrom('+', '-'), digits(25), fc.constantFrom(':', ''), digits(61)),
  );

  test('with a zone it follows the official schema', () => {
    const seen = { good: 0, bad: 0 };
    const date = fc.tuple(digits(9999, 4), digits(13), digits(32));
    // Hour 24 and minute 60 are above: ajv-formats takes some of them for leap seconds.
    const time = fc.tuple(digits(23), digits(59), digits(59));
    fc.assert(
      fc.property(date, time, zone, ([year, month, day], hms, tail) => {
        const value = `${year}-${month}-${day}T${hms.join(':')}${[...tail].join('')}`;
        const good = timestamp(value) === null;
        seen[good ? 'good' : 'bad']++;
        const payload = { location: 'ftp://a/b', startTime: value };
        expect(validateCall('GetDiagnostics', payload).length === 0, value).toBe(good);
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(20);
  });
});
