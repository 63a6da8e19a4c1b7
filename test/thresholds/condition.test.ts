import { expect, test } from 'vitest';
import { conditionText } from '../../src/thresholds/condition.ts';

test('a window is told with the expression', () => {
  const expression = 'p(95)<2000';
  expect(conditionText({ expression, windowNs: null })).toBe('p(95)<2000');
  expect(conditionText({ expression, windowNs: 3e9 })).toBe('p(95)<2000 in every 3s');
});
