import { expect, test } from 'vitest';
import {
  between,
  dictionary,
  finite,
  list,
  matching,
  oneOf,
  optional,
  orNull,
  record,
  type Shape,
  text,
  variant,
  whole,
} from '../../src/share/shape.ts';

const pair = record<{ readonly a: number; readonly b?: string }>({
  a: whole(0, 9),
  b: optional(text(3)),
});
type Letter =
  | { readonly kind: 'one'; readonly n: number }
  | { readonly kind: 'none'; readonly why: string };
const letter = variant<'kind', Letter>('kind', {
  one: record({ n: finite }),
  none: record({ why: text(9) }),
});

test.each<[string, Shape<unknown>, readonly unknown[], readonly unknown[]]>([
  ['record', pair, [{ a: 1 }, { a: 9, b: 'abc', c: {} }], [{}, { a: 1, b: 'long' }, null, [], 7]],
  ['list', list(finite, 2), [[], [1, 2]], [[1, 2, 3], ['1'], { length: 0 }, null]],
  ['dictionary', dictionary(finite, 1), [{}, { x: 1 }], [{ x: 1, y: 2 }, { x: '1' }, [], null]],
  ['text', text(2), ['', 'ab'], ['abc', 5, null]],
  ['matching', matching(/^a+$/), ['a'], ['', 'b', ['a']]],
  ['between', between(-1, 1), [-1, 0.5, 1], [1.1, Number.NaN, '0', null]],
  ['whole', whole(0), [0, 2 ** 53 - 1], [0.5, -1, Number.POSITIVE_INFINITY]],
  ['finite', finite, [-1e300], [Number.POSITIVE_INFINITY, Number.NaN]],
  ['oneOf', oneOf(['on', 'off']), ['on'], ['toString', 0]],
  ['orNull', orNull(finite), [null, 0], [undefined]],
  [
    'variant',
    letter,
    [
      { kind: 'one', n: 1 },
      { kind: 'none', why: 'no' },
    ],
    [{ kind: 'one', why: 'no' }, { kind: 'constructor' }, {}, null, 'one'],
  ],
])('%s tells what has it from what has not', (_name, shape, right, wrong) => {
  expect(right.map(shape)).toEqual(right.map(() => true));
  expect(wrong.map(shape)).toEqual(wrong.map(() => false));
});

test('what an object inherits is none of its fields', () => {
  expect(record<{ readonly toString: unknown }>({ toString: isDefined })({})).toBe(false);
  expect(pair(JSON.parse('{"__proto__":{"a":1}}'))).toBe(false);
  expect(dictionary(finite, 9)(JSON.parse('{"__proto__":1}'))).toBe(false);
});

function isDefined(value: unknown): value is unknown {
  return value !== undefined;
}
