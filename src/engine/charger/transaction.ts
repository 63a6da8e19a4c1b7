/** A transaction from its StartTransaction until every message about it has its end. */

import type { MessageState } from '../../ledger/row.ts';

/** Reasons of a StopTransaction (OCPP 1.6, 7.36 Reason); Local is what a message leaves out. */
export const STOP_REASONS = [
  'Local',
  'Remote',
  'DeAuthorized',
  'EmergencyStop',
  'EVDisconnected',
  'HardReset',
  'Other',
  'PowerLoss',
  'Reboot',
  'SoftReset',
  'UnlockCommand',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

export const StopReasonIndex = Object.freeze(
  Object.fromEntries(STOP_REASONS.map((reason, index) => [reason, index])),
) as Readonly<Record<StopReason, number>>;

export interface Transaction {
  /** Row of its connector. */
  readonly connector: number;
  /** null: the charger's own idTag. */
  readonly idTag: string | null;
  /** 0: none. */
  readonly reservationId: number;
  /** On the charger's clock, ms since 1970; NaN until it is so far. */
  readonly startMs: number;
  stopMs: number;
  /** On the run's clock. */
  readonly startNs: number;
  readonly meterStartWh: number;
  meterStopWh: number;
  /** Index in `STOP_REASONS`. */
  reason: number;
  /** NaN until StartTransaction is answered. */
  id: number;
  refused: boolean;
  /** Begun, or its start delivered, without a connection in between. */
  offline: boolean;
  startState: MessageState;
  stopState: MessageState;
  startAttempts: number;
  stopAttempts: number;
  /** MeterValues made, and what became of them; the rest is pending. */
  values: number;
  valuesAcknowledged: number;
  valuesDiscarded: number;
  valuesOverflowed: number;
  /** When the command that began or ended it arrived; NaN: none did. */
  readonly remoteStartNs: number;
  remoteStopNs: number;
}

export function pendingValues(transaction: Transaction): number {
  const { values, valuesAcknowledged, valuesDiscarded, valuesOverflowed } = transaction;
  return values - valuesAcknowledged - valuesDiscarded - valuesOverflowed;
}
