import { expect, test } from 'vitest';
import { compilePlan } from '../../src/plan/compile.ts';
import { planSha256 } from '../../src/plan/mark.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { smallScenario } from '../e2e/support.ts';

const planOf = (changes: object = {}, fleet: object = {}, seed = 1) =>
  compilePlan(validateScenario(smallScenario(changes, fleet), 'test.ts'), {
    ...{ name: 'test.ts', file: null, seed },
  });
const mark = (...args: Parameters<typeof planOf>) => planSha256(planOf(...args), 'file');

test('the same load has the same mark for any seed and target', () => {
  expect(mark()).toMatch(/^[0-9a-f]{64}$/);
  expect(mark({ target: 'ws://csms.example/{id}', description: 'x' }, {}, 2)).toBe(mark());
});

test('another load has another', () => {
  const marks = [mark(), mark({ duration: '700ms' }), mark({}, { chargers: 11 })];
  expect(new Set(marks).size).toBe(3);
});

test('a load with scripts is also what its file says', () => {
  const plan = { ...planOf(), scriptCount: 1 };
  expect(planSha256(plan, 'a')).not.toBe(planSha256(plan, 'b'));
  expect(planSha256(planOf(), 'a')).toBe(planSha256(planOf(), 'b'));
});
