import { expect, test } from 'vitest';
import { ACTION_COUNT, ACTIONS, ActionIndexOf } from '../../src/ocpp/actions.ts';
import { validateCall } from '../support/schemas.ts';

test('an action and its index name each other', () => {
  expect(ACTION_COUNT).toBe(ACTIONS.length);
  expect(new Set(ACTIONS).size).toBe(ACTION_COUNT);
  for (const [index, action] of ACTIONS.entries()) expect(ActionIndexOf[action]).toBe(index);
});

test('each is an action of OCPP 1.6', () => {
  for (const action of ACTIONS)
    expect(validateCall(action, {}).join()).not.toContain('not in OCPP');
});
