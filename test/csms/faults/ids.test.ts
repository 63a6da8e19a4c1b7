import { expect, test } from 'vitest';
import {
  TRANSACTION_IDS,
  type TransactionIds,
  transactionIdOf,
} from '../../../src/csms/faults/ids.ts';

test.each<[TransactionIds, number[]]>([
  ['counted', [1, 2]],
  ['zero', [0, 0]],
  ['negative', [-1, -2]],
  ['same', [701, 701]],
  ['huge', [2_147_483_649, 2_147_483_650]],
])('%s', (ids, expected) => {
  expect([1, 2].map((row) => transactionIdOf(ids, row))).toEqual(expected);
});

test('every kind gives integers that JSON can hold', () => {
  for (const ids of TRANSACTION_IDS) {
    expect(Number.isSafeInteger(transactionIdOf(ids, 1_000_000))).toBe(true);
  }
});
