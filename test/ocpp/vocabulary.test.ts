import { expect, test } from 'vitest';
import {
  CALL_ERROR_CODES,
  CHARGE_POINT_ERROR_CODES,
  CHARGE_POINT_STATUSES,
  MessageType,
  SUBPROTOCOL,
} from '../../src/ocpp/vocabulary.ts';
import { validateCall } from '../support/schemas.ts';

const status = (errorCode: string, state: string) =>
  validateCall('StatusNotification', { connectorId: 1, errorCode, status: state });

test('every state and error code is in the official schema', () => {
  for (const state of CHARGE_POINT_STATUSES) expect(status('NoError', state)).toEqual([]);
  for (const code of CHARGE_POINT_ERROR_CODES) expect(status(code, 'Faulted')).toEqual([]);
  expect(status('Nonsense', 'Faulted')).toHaveLength(1);
  expect(status('NoError', 'Nonsense')).toHaveLength(1);
  expect(CHARGE_POINT_STATUSES).toHaveLength(9);
  expect(CHARGE_POINT_ERROR_CODES).toHaveLength(16);
});

test('nothing is named twice', () => {
  for (const names of [CHARGE_POINT_STATUSES, CHARGE_POINT_ERROR_CODES, CALL_ERROR_CODES]) {
    expect(new Set(names).size).toBe(names.length);
  }
});

test('the numbers and names of OCPP-J 1.6', () => {
  expect(MessageType).toEqual({ call: 2, callResult: 3, callError: 4 });
  expect(SUBPROTOCOL).toBe('ocpp1.6');
  // OCPP-J 1.6, 4.2.3, in its spelling (one r in Occurence).
  expect(CALL_ERROR_CODES).toContain('OccurenceConstraintViolation');
  expect(CALL_ERROR_CODES).toContain('FormationViolation');
});
