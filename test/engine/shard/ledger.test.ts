import { expect, test } from 'vitest';
import { ledgerBatch } from '../../../src/engine/shard/ledger.ts';
import { printLedgerRow } from '../../../src/ledger/row.ts';
import { ledgerRow } from '../../ledger/rows.ts';

/** A batch on a clock of its own, and how many rows each message had. */
function batch() {
  const sent: string[] = [];
  let nowNs = 5e9;
  const clock = { nowNs: () => nowNs, wallMs: () => 0 };
  const rows = ledgerBatch(clock, (text) => sent.push(text));
  return {
    rows,
    sent,
    sizes: () => sent.map((text) => text.trimEnd().split('\n').length),
    pass: (ns: number) => void (nowNs += ns),
  };
}

test('a full batch is sent, and the rest at the end', () => {
  const { rows, sizes } = batch();
  for (let i = 0; i < 1203; i++) rows.add(ledgerRow());
  expect(sizes()).toEqual([500, 500]);
  rows.flush();
  expect(sizes()).toEqual([500, 500, 203]);
  rows.flush();
  expect(sizes()).toEqual([500, 500, 203]);
});

test('a batch that is a second old is sent with its next row', () => {
  const { rows, sizes, pass } = batch();
  rows.add(ledgerRow());
  pass(999e6);
  rows.add(ledgerRow());
  expect(sizes()).toEqual([]);
  pass(1e6);
  rows.add(ledgerRow());
  expect(sizes()).toEqual([3]);
});

test('rows are the lines of the file, in their order', () => {
  const { rows, sent } = batch();
  const both = [ledgerRow(), ledgerRow({ transactionId: 702 })];
  for (const row of both) rows.add(row);
  rows.flush();
  expect(sent).toEqual([both.map(printLedgerRow).join('')]);
});
