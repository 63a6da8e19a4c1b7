import { expect, test } from 'vitest';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodScenario, mistakeOf } from './fixture.ts';

const validate = (embedded: object) => validateScenario(goodScenario({ embedded }), 'a.ts');
const mixture = (...parts: unknown[]) => ({ delay: { mixture: parts } });

test.each<[object]>([
  [{ delay: '0s' }],
  [{ delay: { lognormal: { median: '20ms', sigma: 0.5 } } }],
  [mixture([0.9, '5ms'], [0.1, '200ms'])],
  [mixture([0.7, '5ms'], [0.2, { exponential: '9ms' }], [0.1, '1s'])],
  [{ stall: { every: '10s', for: '1s' } }],
])('%j passes', (embedded) => {
  expect(() => validate(embedded)).not.toThrow();
});

test.each<[object, string]>([
  [mixture(), 'embedded.delay.mixture must be a list of [share, delay]'],
  [mixture('5ms'), 'must be a list of [share, delay]'],
  [{ delay: { mixture: { '0.9': '5ms' } } }, 'must be a list of [share, delay]'],
  [mixture(['90%', '5ms'], [0.1, '9ms']), 'write the share itself: 0.9'],
  [mixture([0.9, 5], [0.1, '9ms']), 'embedded.delay.mixture[0][1]'],
  [mixture([0.9, '5ms'], [0.2, '9ms']), 'they are 1.1 together'],
  [{ delay: { mixtur: [] } }, 'did you mean `mixture`?'],
  [{ stall: { every: '10s' } }, 'embedded.stall.for is missing'],
  [{ stall: { every: '1s', for: '1s' } }, 'embedded.stall.for must be shorter than `every`'],
  [{ stall: { every: '1s', fro: '1s' } }, 'did you mean `for`?'],
  [{ stall: '1s' }, 'embedded.stall must be an object'],
])('%j', (embedded, expected) => {
  expect(mistakeOf(() => validate(embedded))).toContain(expected);
});

test('a mixture is no distribution of a life', () => {
  const fleet = { reactionTime: { mixture: [[1, '5ms']] } };
  const mistake = mistakeOf(() => validateScenario(goodScenario({}, fleet), 'a.ts'));
  expect(mistake).toContain('takes: exponential, uniform, lognormal, normal');
});
