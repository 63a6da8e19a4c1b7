import { expect, test } from 'vitest';
import { DIVIDER, sidesOf, withDivider } from '../../src/cli/sides.ts';

test('of `compare` the first -- is a divider, a second one ends the options', () => {
  expect(withDivider(['compare', 'a', '--', 'b', '--json'])).toEqual([
    ...['compare', 'a', DIVIDER, 'b', '--json'],
  ]);
  expect(withDivider(['compare', 'a', '--', 'b', '--', '-c'])).toEqual([
    ...['compare', 'a', DIVIDER, 'b', '--', '-c'],
  ]);
  expect(withDivider(['run', '--', '-a.ts'])).toEqual(['run', '--', '-a.ts']);
});

test('both sides have files', () => {
  expect(sidesOf(['a', 'b', DIVIDER, 'c'])).toEqual([['a', 'b'], ['c']]);
  expect(() => sidesOf([])).toThrow('there are no runs to compare');
  for (const operands of [['a'], ['a', DIVIDER], [DIVIDER, 'a']]) {
    expect(() => sidesOf(operands)).toThrow('there is one side only');
  }
});
