/** What the embedded central system knows: chargers, transactions, idTags. Plain data. */

export interface Charger {
  readonly id: string;
  connected: boolean;
  /** BootNotifications received. */
  boots: number;
  /** Whether one of them was accepted. */
  booted: boolean;
  /** The last StatusNotification of each connector. */
  readonly statuses: Map<number, string>;
  /** The charger's own stream for the switches; made when a switch is set. */
  random: (() => number) | null;
}

export interface Transaction {
  readonly id: number;
  readonly chargerId: string;
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStartWh: number;
  /** As the charger wrote it. */
  readonly startedAt: string;
  stoppedAt: string | null;
  meterStopWh: number | null;
}

export interface State {
  readonly chargers: Map<string, Charger>;
  /** Those under way, and the last `KEPT_TRANSACTIONS` or more that stopped. */
  readonly transactions: Map<number, Transaction>;
  readonly blockedIdTags: ReadonlySet<string>;
  nextTransactionId: number;
  /** Ids in the order in which they stopped. */
  stopped: number[];
}

/** Bounds memory in a run of days. */
export const KEPT_TRANSACTIONS = 100_000;
const MAX_CONNECTORS = 128;

export function emptyState(blockedIdTags: readonly string[] = []): State {
  return {
    chargers: new Map(),
    transactions: new Map(),
    blockedIdTags: new Set(blockedIdTags),
    nextTransactionId: 1,
    stopped: [],
  };
}

export function chargerOf(state: State, id: string): Charger {
  let charger = state.chargers.get(id);
  if (!charger) {
    charger = { id, connected: false, boots: 0, booted: false, statuses: new Map(), random: null };
    state.chargers.set(id, charger);
  }
  return charger;
}

export function setStatus(charger: Charger, connectorId: number, status: string): void {
  if (charger.statuses.size < MAX_CONNECTORS || charger.statuses.has(connectorId)) {
    charger.statuses.set(connectorId, status);
  }
}

export function startTransaction(
  state: State,
  started: Pick<Transaction, 'chargerId' | 'connectorId' | 'idTag' | 'meterStartWh' | 'startedAt'>,
): Transaction {
  const id = state.nextTransactionId++;
  const transaction = { id, ...started, stoppedAt: null, meterStopWh: null };
  state.transactions.set(id, transaction);
  return transaction;
}

/** False when no such transaction of that charger is under way. */
export function stopTransaction(
  state: State,
  chargerId: string,
  id: number,
  meterStopWh: number,
  stoppedAt: string,
): boolean {
  const transaction = state.transactions.get(id);
  if (transaction?.chargerId !== chargerId || transaction.stoppedAt !== null) return false;
  transaction.stoppedAt = stoppedAt;
  transaction.meterStopWh = meterStopWh;
  state.stopped.push(id);
  if (state.stopped.length >= 2 * KEPT_TRANSACTIONS) forgetOldest(state);
  return true;
}

/** Half at once, so that its cost a transaction is constant. */
function forgetOldest(state: State): void {
  for (const id of state.stopped.slice(0, -KEPT_TRANSACTIONS)) state.transactions.delete(id);
  state.stopped = state.stopped.slice(-KEPT_TRANSACTIONS);
}
