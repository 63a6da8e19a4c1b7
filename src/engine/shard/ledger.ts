import type { Clock } from '../../base/clock.ts';
import { type LedgerRow, printLedgerRow } from '../../ledger/row.ts';

export interface LedgerBatch {
  add(row: LedgerRow): void;
  /** Sends what there is. */
  flush(): void;
}

const MOST_ROWS = 500;
const LONGEST_NS = 1e9;

/** Rows on their way to the main thread: a message for many, and for a second at most of them. */
export function ledgerBatch(clock: Clock, send: (text: string) => void): LedgerBatch {
  let text = '';
  let rows = 0;
  let firstNs = 0;
  const flush = () => {
    if (rows > 0) send(text);
    text = '';
    rows = 0;
  };
  return {
    add(row) {
      const nowNs = clock.nowNs();
      if (rows === 0) firstNs = nowNs;
      text += printLedgerRow(row);
      rows++;
      if (rows >= MOST_ROWS || nowNs - firstNs >= LONGEST_NS) flush();
    },
    flush,
  };
}
