import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/base/nearest.ts';

test.each([
  ['ovr', 'over'],
  ['Over', 'over'],
  ['jiter', 'jitter'],
  ['shpae', 'shape'],
])('%s -> %s', (word, expected) => {
  expect(nearest(word, ['over', 'shape', 'jitter'])).toBe(expected);
});

test('nothing is near to something else altogether', () => {
  expect(nearest('colour', ['over', 'shape', 'jitter'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});

test('the edit distance is a distance, and one for a single edit', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.nat(), (a, b, at) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      const place = at % (a.length + 1);
      expect(editDistance(a, `${a.slice(0, place)}z${a.slice(place)}`)).toBe(1);
    }),
  );
});
