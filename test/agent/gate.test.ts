import { expect, test } from 'vitest';
import { Left, startGate } from '../../src/agent/gate.ts';

const LEFT = new Left('givenBack', 'stopped');

test.each([
  ['before', true],
  ['after', false],
])('a share that waits passes with the moment that was ordered %s', async (_name, first) => {
  const gate = startGate();
  if (first) gate.open(7);
  const passed = gate.pass();
  expect(gate.hasPassed()).toBe(first);
  if (!first) gate.open(7);
  gate.open(8);
  expect(await passed).toBe(7);
  expect(gate.hasPassed()).toBe(true);
});

test('a share that is left does not begin, whatever is ordered', async () => {
  const gate = startGate();
  gate.open(7);
  gate.leave(LEFT);
  gate.leave(new Left('over', 'later'));
  await expect(gate.pass()).rejects.toBe(LEFT);
  expect(await gate.whenLeft()).toBe(LEFT);
});

test('a share that waits is told that it is left', async () => {
  const gate = startGate();
  const passed = gate.pass();
  gate.leave(LEFT);
  await expect(passed).rejects.toBe(LEFT);
});

test('what has begun is not left', async () => {
  const gate = startGate();
  gate.open(7);
  await gate.pass();
  gate.leave(LEFT);
  expect(gate.left()).toBeNull();
});
