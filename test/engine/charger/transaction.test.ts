import { expect, test } from 'vitest';
import {
  pendingValues,
  STOP_REASONS,
  StopReasonIndex,
  type Transaction,
} from '../../../src/engine/charger/transaction.ts';
import { validateCall } from '../../support/schemas.ts';

const stop = (reason: string) => ({
  ...{ transactionId: 1, meterStop: 0, timestamp: '2026-01-05T08:00:00Z', reason },
});

test('the reasons are those of the standard, Local first', () => {
  for (const reason of STOP_REASONS) {
    expect(validateCall('StopTransaction', stop(reason))).toEqual([]);
  }
  expect(validateCall('StopTransaction', stop('Bored'))).not.toEqual([]);
  expect(new Set(STOP_REASONS).size).toBe(11);
  // 0 means that nobody asked for the end.
  expect(STOP_REASONS[0]).toBe('Local');
});

test('every reason is found by its name', () => {
  STOP_REASONS.forEach((reason, index) => {
    expect(StopReasonIndex[reason]).toBe(index);
  });
});

test('values without an end are pending', () => {
  const values = { values: 10, valuesAcknowledged: 4, valuesDiscarded: 2, valuesOverflowed: 1 };
  expect(pendingValues(values as Transaction)).toBe(3);
});
