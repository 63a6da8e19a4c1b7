/**
 * What the embedded central system knows: chargers, transactions, idTags. Plain data, and what its
 * database would hold for a team to reconcile a run with.
 */

import { type TransactionIds, transactionIdOf } from './faults/ids.ts';
import type { Marks } from './faults/marks.ts';

export interface Charger {
  readonly id: string;
  connected: boolean;
  /** BootNotifications received. */
  boots: number;
  /** Whether one of them was accepted. */
  booted: boolean;
  /** Whether the commands after its first upgrade, after its first accepted boot, are under way. */
  hasEarlyOrders: boolean;
  hasOrders: boolean;
  /** The last StatusNotification of each connector. */
  readonly statuses: Map<number, string>;
  /** Under way, the oldest first; `MAX_RUNNING` at most. */
  readonly running: Transaction[];
  /** The last that stopped, `KEPT_STOPS` at most, so that a repeated stop is known. */
  readonly lastStopped: Transaction[];
  /** The charger's own stream for the switches; made when a switch is set. */
  random: (() => number) | null;
  /** For the faults that remember; made when one is set. */
  marks: Marks | null;
}

export interface Transaction {
  /** Which of all of them, from 1. */
  readonly row: number;
  /** The transactionId given out; the row unless a fault says otherwise. */
  readonly id: number;
  readonly chargerId: string;
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStartWh: number;
  /** As the charger wrote it. */
  readonly startedAt: string;
  /** Message id of its first StartTransaction. */
  readonly messageId: string;
  stoppedAt: string | null;
  meterStopWh: number | null;
  stopReason: string | null;
  /** MeterValues received for it. */
  meterValues: number;
  /** Wh; null when there was no register value. */
  lastEnergyWh: number | null;
}

export interface State {
  readonly chargers: Map<string, Charger>;
  /** By row: those under way, and the last `KEPT_TRANSACTIONS` or more that ended. */
  readonly transactions: Map<number, Transaction>;
  readonly blockedIdTags: ReadonlySet<string>;
  readonly transactionIds: TransactionIds;
  nextTransactionId: number;
  /** Rows in the order in which they ended. */
  stopped: number[];
}

/** Bounds memory in a run of days. */
export const KEPT_TRANSACTIONS = 100_000;
/** Of one charger; the oldest one of more is taken for given up. */
export const MAX_RUNNING = 64;
export const KEPT_STOPS = 8;
const MAX_CONNECTORS = 128;

export function emptyState(
  blockedIdTags: readonly string[] = [],
  transactionIds: TransactionIds = 'counted',
): State {
  return {
    chargers: new Map(),
    transactions: new Map(),
    blockedIdTags: new Set(blockedIdTags),
    transactionIds,
    nextTransactionId: 1,
    stopped: [],
  };
}

export function chargerOf(state: State, id: string): Charger {
  let charger = state.chargers.get(id);
  if (!charger) {
    charger = {
      id,
      connected: false,
      boots: 0,
      booted: false,
      hasEarlyOrders: false,
      hasOrders: false,
      statuses: new Map(),
      running: [],
      lastStopped: [],
      random: null,
      marks: null,
    };
    state.chargers.set(id, charger);
  }
  return charger;
}

export function setStatus(charger: Charger, connectorId: number, status: string): void {
  if (charger.statuses.size < MAX_CONNECTORS || charger.statuses.has(connectorId)) {
    charger.statuses.set(connectorId, status);
  }
}

export type Start = Pick<
  Transaction,
  'connectorId' | 'idTag' | 'meterStartWh' | 'startedAt' | 'messageId'
>;

export function startTransaction(state: State, charger: Charger, start: Start): Transaction {
  const row = state.nextTransactionId++;
  const transaction: Transaction = {
    row,
    id: transactionIdOf(state.transactionIds, row),
    chargerId: charger.id,
    ...start,
    stoppedAt: null,
    meterStopWh: null,
    stopReason: null,
    meterValues: 0,
    lastEnergyWh: null,
  };
  state.transactions.set(row, transaction);
  charger.running.push(transaction);
  if (charger.running.length > MAX_RUNNING) end(state, charger.running.shift()!);
  return transaction;
}

/**
 * The running transaction that this start began before: a charger that has its answer does not
 * repeat it, and one that does so has nothing to stop yet.
 */
export function startedBefore(charger: Charger, start: Start): Transaction | undefined {
  return charger.running.find(
    (one) =>
      one.startedAt === start.startedAt &&
      one.connectorId === start.connectorId &&
      one.idTag === start.idTag &&
      one.meterStartWh === start.meterStartWh,
  );
}

/** The newest one of that id, when a fault gives the same id twice. */
export function runningTransaction(charger: Charger, id: number): Transaction | undefined {
  return charger.running.findLast((one) => one.id === id);
}

/** Null when no such transaction of that charger is under way. */
export function stopTransaction(
  state: State,
  charger: Charger,
  id: number,
  stop: {
    readonly meterStopWh: number;
    readonly stoppedAt: string;
    readonly stopReason: string | null;
  },
): Transaction | null {
  const transaction = runningTransaction(charger, id);
  if (transaction === undefined) return null;
  Object.assign(transaction, stop);
  charger.running.splice(charger.running.indexOf(transaction), 1);
  charger.lastStopped.push(transaction);
  if (charger.lastStopped.length > KEPT_STOPS) charger.lastStopped.shift();
  end(state, transaction);
  return transaction;
}

function end(state: State, transaction: Transaction): void {
  state.stopped.push(transaction.row);
  if (state.stopped.length >= 2 * KEPT_TRANSACTIONS) forgetOldest(state);
}

/** Half at once, so that its cost a transaction is constant. */
function forgetOldest(state: State): void {
  for (const row of state.stopped.slice(0, -KEPT_TRANSACTIONS)) state.transactions.delete(row);
  state.stopped = state.stopped.slice(-KEPT_TRANSACTIONS);
}
