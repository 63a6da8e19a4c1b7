/** A StopTransaction with more than its template says: its reason, its transactionData. */

import { TemplateIndex } from '../../plan/plan.ts';
import { printTemplate } from '../../plan/template.ts';
import { printSlot, SlotIndex } from '../frame/values.ts';
import { setSample } from './meter.ts';
import { setting } from './rare.ts';
import { fleetOf, type Shard } from './shard.ts';
import { STOP_REASONS, type Transaction } from './transaction.ts';

/**
 * The payload as JSON, or null when the template alone says it all. transactionData, where the key
 * StopTxnSampledData asks for it, holds the samples of the beginning and the end.
 */
export function stopPayload(shard: Shard, c: number, row: number): string | null {
  const transaction = shard.queue.transaction[row];
  if (transaction === null) return null;
  const { plan } = fleetOf(shard, c);
  const told = plan.manners.tellsStopReason && transaction.reason > 0;
  const withData = (setting(shard, c, 'StopTxnSampledData') ?? '') !== '';
  if (!told && !withData) return null;
  const text = printTemplate(plan.templates[TemplateIndex.stop], (slot) =>
    printSlot(shard.values, slot, plan.clock.zone),
  );
  const [, , , payload] = JSON.parse(text) as [2, string, string, object];
  const reason = told ? { reason: STOP_REASONS[transaction.reason] } : {};
  const data = withData ? { transactionData: transactionData(shard, c, transaction) } : {};
  return JSON.stringify({ ...payload, ...reason, ...data });
}

function transactionData(shard: Shard, c: number, transaction: Transaction): object[] {
  const { meterStartWh, meterStopWh, startMs, stopMs } = transaction;
  return [
    meterValue(shard, c, transaction, 'Transaction.Begin', meterStartWh, startMs),
    meterValue(shard, c, transaction, 'Transaction.End', meterStopWh, stopMs),
  ];
}

function meterValue(
  shard: Shard,
  c: number,
  transaction: Transaction,
  context: string,
  registerWh: number,
  momentMs: number,
): object {
  const { plan } = fleetOf(shard, c);
  setSample(shard, transaction.connector, registerWh, 0, 0);
  const epochS = Math.floor(momentMs / 1000) + plan.clock.utcOffsetMin * 60;
  shard.values.numbers[SlotIndex.timestamp] = epochS;
  const text = printTemplate(plan.meterValue, (slot) =>
    printSlot(shard.values, slot, plan.clock.zone),
  );
  return JSON.parse(text.replaceAll('{context}', context));
}
