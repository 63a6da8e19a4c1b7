import { expect, test } from 'vitest';
import { defineScenario } from '../../src/scenario/define.ts';
import { goodScenario } from './fixture.ts';

test('defineScenario returns its argument, frozen', () => {
  const scenario = goodScenario();
  expect(defineScenario(scenario)).toBe(scenario);
  expect(Object.isFrozen(scenario)).toBe(true);
});
