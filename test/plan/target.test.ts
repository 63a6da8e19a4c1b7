import { expect, test } from 'vitest';
import { compileTarget, targetIndex } from '../../src/plan/target.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { smallScenario } from '../e2e/support.ts';

const compiled = (changes: Partial<Scenario>) => compileTarget(smallScenario(changes), 6);
const indexes = (changes: Partial<Scenario>) =>
  [0, 1, 2, 3, 4, 5].map((charger) => targetIndex(compiled(changes), charger));
const THREE = ['ws://a/{id}', 'ws://b', 'ws://c/x?y={id}'];

test('several targets, as a list or as one text', () => {
  const target = compiled({ target: THREE });
  expect(target.urls).toEqual(['ws://a/{id}', 'ws://b/{id}', 'ws://c/x?y={id}']);
  expect(target.url).toBe('ws://a/{id}, ws://b/{id}, ws://c/x?y={id}');
  expect(compiled({ target: target.url })).toEqual(target);
});

test('in turn, or by a function of the charger', () => {
  expect(indexes({ target: THREE })).toEqual([0, 1, 2, 0, 1, 2]);
  expect(indexes({ target: THREE, targetOf: (n) => (n < 4 ? 2 : 0) })).toEqual([2, 2, 2, 2, 0, 0]);
});

test('one target is everybody’s, whatever the function says', () => {
  expect(indexes({ target: 'ws://a', targetOf: () => 7 })).toEqual([0, 0, 0, 0, 0, 0]);
  expect(compiled({ target: 'embedded', targetOf: () => 7 }).urls).toHaveLength(1);
});

test.each([3, -1, 0.5, Number.NaN])('%d is no index of three targets', (index) => {
  expect(() => compiled({ target: THREE, targetOf: () => index })).toThrow(
    `targetOf gives ${index} for charger 0`,
  );
});

test('what the function throws is the scenario’s own', () => {
  const targetOf = () => {
    throw new Error('no table');
  };
  expect(() => compiled({ target: THREE, targetOf })).toThrow(
    'targetOf threw for charger 0: Error: no table',
  );
});
