/** A transaction as a row of the ledger. */
import type { LedgerRow } from '../../ledger/row.ts';
import { columnText } from '../../plan/columns.ts';
import { fleetOf, type Shard } from './shard.ts';
import { pendingValues, STOP_REASONS, type Transaction } from './transaction.ts';

export function ledgerRow(
  shard: Shard,
  transaction: Transaction,
  outcome: LedgerRow['outcome'],
): LedgerRow {
  const { state } = shard;
  const c = state.owner[transaction.connector];
  const { plan } = fleetOf(shard, c);
  const index = state.globalIndex[c] - plan.firstCharger;
  const { meterStartWh, meterStopWh, stopState } = transaction;
  const stopped = stopState !== 'none';
  return {
    chargePointId: columnText(plan.identity, index),
    connectorId: state.connectorId[transaction.connector],
    idTag: transaction.idTag ?? columnText(plan.idTag, index),
    transactionId: Number.isNaN(transaction.id) ? null : transaction.id,
    outcome,
    startTime: isoText(transaction.startMs),
    stopTime: stopped ? isoText(transaction.stopMs) : '',
    meterStartWh,
    meterStopWh: stopped ? meterStopWh : null,
    energyWh: stopped ? meterStopWh - meterStartWh : null,
    stopReason: stopped ? STOP_REASONS[transaction.reason] : '',
    startState: transaction.startState,
    stopState,
    startAttempts: transaction.startAttempts,
    stopAttempts: transaction.stopAttempts,
    meterValues: transaction.values,
    meterValuesAcknowledged: transaction.valuesAcknowledged,
    meterValuesDiscarded: transaction.valuesDiscarded,
    meterValuesOverflowed: transaction.valuesOverflowed,
    meterValuesPending: pendingValues(transaction),
    offline: transaction.offline,
  };
}

/** Whole seconds, as the messages say it, in UTC. */
function isoText(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
