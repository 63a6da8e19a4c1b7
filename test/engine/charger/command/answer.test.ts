import { expect, test } from 'vitest';
import {
  accepted,
  callError,
  refused,
  result,
} from '../../../../src/engine/charger/command/answer.ts';

test('answers say what they are', () => {
  const effect = () => {};
  expect(accepted(effect)).toEqual({
    kind: 'result',
    payload: { status: 'Accepted' },
    refused: false,
    effect,
  });
  expect(refused()).toMatchObject({ payload: { status: 'Rejected' }, refused: true, effect: null });
  expect(refused('Occupied')).toMatchObject({ payload: { status: 'Occupied' }, refused: true });
  expect(result({ listVersion: 1 })).toMatchObject({ refused: false, effect: null });
  expect(callError('InternalError', 'why')).toEqual({
    kind: 'error',
    code: 'InternalError',
    description: 'why',
  });
});
