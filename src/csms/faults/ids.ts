/** Transaction ids that central systems were seen to give out. */

export const TRANSACTION_IDS = [
  'counted', // 1, 2, 3 ...: as it should be
  'zero', // 0 for every one
  'negative', // -1, -2, -3 ...
  'same', // SAME_TRANSACTION_ID for every charger
  'huge', // above 2^31: more than many a charger's integer holds
] as const;
export type TransactionIds = (typeof TRANSACTION_IDS)[number];

export const SAME_TRANSACTION_ID = 701; // the one of the log

/** The transactionId of the `row`-th transaction (from 1) of the whole system. */
export function transactionIdOf(ids: TransactionIds, row: number): number {
  switch (ids) {
    case 'counted':
      return row;
    case 'zero':
      return 0;
    case 'negative':
      return -row;
    case 'same':
      return SAME_TRANSACTION_ID;
    case 'huge':
      return 2 ** 31 + row;
  }
}
