/** Rows of ledgers that no run has written. */
import type { ExportRow } from '../../src/ledger/export.ts';
import type { LedgerRow } from '../../src/ledger/row.ts';

/** A transaction of an hour that went well. */
export const ledgerRow = (changes: Partial<LedgerRow> = {}): LedgerRow => ({
  chargePointId: '2103252121090001',
  connectorId: 1,
  idTag: '77218001',
  transactionId: 701,
  outcome: 'complete',
  startTime: '2026-01-02T03:00:00Z',
  stopTime: '2026-01-02T04:00:00Z',
  meterStartWh: 0,
  meterStopWh: 7400,
  energyWh: 7400,
  stopReason: 'Local',
  startState: 'acknowledged',
  stopState: 'acknowledged',
  startAttempts: 1,
  stopAttempts: 1,
  meterValues: 61,
  meterValuesAcknowledged: 61,
  meterValuesDiscarded: 0,
  meterValuesOverflowed: 0,
  meterValuesPending: 0,
  offline: false,
  ...changes,
});

/** What a central system keeps of it. */
export function exportOf(row: LedgerRow, line: number): ExportRow {
  return {
    line,
    transactionId: String(row.transactionId),
    chargePointId: row.chargePointId,
    connectorId: row.connectorId,
    startMs: Date.parse(row.startTime),
    stopMs: row.stopTime === '' ? null : Date.parse(row.stopTime),
    meterStopWh: row.meterStopWh,
    energyWh: row.energyWh,
  };
}
