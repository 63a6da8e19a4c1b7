import { expect, test } from 'vitest';
import { type Reconciliation, reconcile } from '../../src/ledger/reconcile.ts';
import type { LedgerRow } from '../../src/ledger/row.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { reconcileText } from '../../src/report/reconcile.ts';
import { exportOf, ledgerRow } from '../ledger/rows.ts';
import { expectGolden } from './golden.ts';

const HOURS: readonly string[] = Array.from({ length: 24 }, (_, hour) =>
  String(hour).padStart(2, '0'),
);
/** A transaction an hour, 15 minutes long. */
const DAY: readonly LedgerRow[] = HOURS.map((hour, i) =>
  ledgerRow({
    ...{ transactionId: 701 + i, meterStopWh: 7400 + i, energyWh: 7400 + i },
    ...{ startTime: `2026-01-02T${hour}:00:00Z`, stopTime: `2026-01-02T${hour}:15:00Z` },
  }),
);
const options = { toleranceWh: 10, has: { stop: true, energy: true } };
const ROWS = DAY.map((row, i) => exportOf(row, i + 2));

/** Twelve lost, and one or two of everything else. */
function troubled(): Reconciliation {
  const [first, second, third, fourth, fifth, ...rest] = ROWS;
  const rows = [
    ...[first, { ...first, transactionId: 'b9f2', line: 30 }],
    { ...second, energyWh: 7301.4 },
    { ...third, energyWh: 14_802 },
    { ...fourth, stopMs: null, meterStopWh: null, energyWh: null },
    { ...fifth, stopMs: fifth.startMs! - 1000 },
    ...rest.slice(0, 7),
    { ...rest[0], transactionId: '9\u001b[31m9', startMs: fifth.startMs! + 60_000, line: 31 },
    { ...rest[0], chargePointId: 'elsewhere' },
  ];
  const refused = ledgerRow({ outcome: 'refused', transactionId: 800, startTime: '' });
  return reconcile([...DAY, refused], rows, options);
}

const textOf = (result: Reconciliation, width = 100, notes: readonly string[] = []) =>
  reconcileText(result, {
    ...{ look: { ...PLAIN_LOOK, width }, ledgerFile: 'ledger.csv', exportFile: 'export.csv' },
    ...{ notes, exitCode: 99 },
  });

test('golden: everything that can differ', () => {
  expectGolden('reconcile.txt', textOf(troubled()));
});

test('nothing differs', () => {
  expect(textOf(reconcile(DAY, ROWS, options), 100, ['no column for the stop'])).toBe(
    '\n  PASSED  24 transactions matched, nothing differs\n' +
      '    ledger  ledger.csv: 24 transactions, 24 matched\n' +
      '    export  export.csv: 24 rows about their charge points\n\n' +
      '  note: no column for the stop\n',
  );
});

test.each([100, 72])('fits %d columns', (width) => {
  for (const line of textOf(troubled(), width).split('\n')) {
    expect(line.length, line).toBeLessThanOrEqual(width);
  }
});

test('shows nothing of an export that could move the cursor', () => {
  expect(textOf(troubled())).not.toMatch(/[^\n\P{Cc}]/u);
});
