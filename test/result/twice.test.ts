import { expect, test } from 'vitest';
import { sameRuns } from '../../src/result/twice.ts';

test('the first two of a mark are found', () => {
  const markOf = (text: string) => text[0];
  expect(sameRuns(['a1', 'b1', 'c1', 'b2', 'a2'], markOf)).toEqual(['b1', 'b2']);
  expect(sameRuns(['a', 'b', 'c'], markOf)).toBe(null);
  expect(sameRuns([], markOf)).toBe(null);
});
