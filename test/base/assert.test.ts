import { expect, test } from 'vitest';
import { assert, InternalError } from '../../src/base/assert.ts';

test('what holds passes, what does not names itself', () => {
  expect(() => assert(1, 'never seen')).not.toThrow();
  expect(() => assert(0, 'charger 7 (seed 1) has no row')).toThrow(
    new InternalError('charger 7 (seed 1) has no row'),
  );
  for (const falsy of [false, null, undefined, '', Number.NaN]) {
    expect(() => assert(falsy, 'broken')).toThrow(InternalError);
  }
});
