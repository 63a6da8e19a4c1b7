/**
 * Transactions and the ledger of their messages: what is made, what becomes of it. Every message
 * ends once: acknowledged, discarded, overflowed, or pending at the end of the run.
 */

import type { MessageState, TransactionOutcome } from '../../ledger/row.ts';
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { effectHistogram, RunCounterOffset } from '../../snapshot/layout.ts';
import { count, record } from '../latency/recorder.ts';
import { chargerMs } from './clock.ts';
import { ledgerRow } from './ledger.ts';
import { Flag, Kind } from './message-queue.ts';
import { energyWh, resetMeter } from './meter.ts';
import { append, remove } from './queue.ts';
import { fleetOf, isOnline, type Shard } from './shard.ts';
import { drop } from './stage.ts';
import { Charge, NEVER } from './state.ts';
import { pendingValues, type Transaction } from './transaction.ts';

const START_EFFECT = effectHistogram('RemoteStartTransaction');
const STOP_EFFECT = effectHistogram('RemoteStopTransaction');

/** How a transaction begins. */
export interface Beginning {
  /** null: the charger's own idTag. */
  readonly idTag: string | null;
  readonly reservationId: number;
  /** When the RemoteStartTransaction arrived; NaN: there was none. */
  readonly remoteStartNs: number;
  readonly offline: boolean;
}

/** Begins a transaction on connector `k` at `atNs`: its StartTransaction waits to be delivered. */
export function beginTransaction(
  shard: Shard,
  k: number,
  atNs: number,
  beginning: Beginning,
): Transaction {
  const { state, memory } = shard;
  const c = state.owner[k];
  const transaction: Transaction = {
    connector: k,
    ...beginning,
    startMs: chargerMs(shard, c, atNs),
    startNs: atNs,
    meterStartWh: resetMeter(shard, k, atNs),
    stopMs: Number.NaN,
    meterStopWh: Number.NaN,
    reason: 0,
    id: Number.NaN,
    refused: false,
    startState: 'none',
    stopState: 'none',
    startAttempts: 0,
    stopAttempts: 0,
    values: 0,
    valuesAcknowledged: 0,
    valuesDiscarded: 0,
    valuesOverflowed: 0,
    remoteStopNs: Number.NaN,
  };
  state.transaction[k] = transaction;
  state.charge[k] = Charge.open;
  state.transactionId[k] = 0;
  state.transactionStartNs[k] = atNs;
  state.chargeEndNs[k] = atNs;
  state.stopReason[k] = 0;
  count(memory, RunCounterOffset.transactionsBegun);
  count(memory, RunCounterOffset.transactionsOpen);
  addMessage(shard, k, transaction, Kind.start, atNs, atNs);
  return transaction;
}

/** Ends the transaction of connector `k` at `atNs`: its StopTransaction waits to be delivered. */
export function endTransaction(shard: Shard, k: number, atNs: number): void {
  const { state } = shard;
  const transaction = state.transaction[k];
  if (transaction === null) return;
  const c = state.owner[k];
  transaction.stopMs = chargerMs(shard, c, atNs);
  transaction.meterStopWh = Math.floor(energyWh(shard, k, atNs));
  transaction.reason = state.stopReason[k];
  state.energyWh[k] = energyWh(shard, k, atNs);
  state.energySinceNs[k] = atNs;
  state.powerW[k] = 0;
  state.charge[k] = Charge.closing;
  state.transaction[k] = null;
  state.sampleDueNs[k] = NEVER;
  addMessage(shard, k, transaction, Kind.stop, atNs, atNs);
}

/**
 * Puts a message into the charger's queue: due at `dueNs`, about `momentNs`. Returns its row, or
 * -1 when there is no room or nobody to send it to.
 */
export function addMessage(
  shard: Shard,
  k: number,
  transaction: Transaction | null,
  kind: number,
  dueNs: number,
  momentNs: number,
): number {
  const { state, queue, memory } = shard;
  const c = state.owner[k];
  count(memory, RunCounterOffset.ledgerMessages);
  if (transaction !== null) made(transaction, kind);
  if (transaction !== null && kind !== Kind.start && isGivenUp(transaction.startState)) {
    neverSent(shard, c, transaction, kind, 'discarded', dueNs);
    return -1;
  }
  if (state.queueLength[c] >= fleetOf(shard, c).plan.maxQueue && !makeRoom(shard, c, kind)) {
    neverSent(shard, c, transaction, kind, 'overflowed', dueNs);
    return -1;
  }
  const row = append(shard, c, kind, dueNs);
  queue.connector[row] = k;
  if (!isOnline(shard, c)) queue.flags[row] |= Flag.offline;
  queue.transaction[row] = transaction;
  queue.momentMs[row] = chargerMs(shard, c, momentNs);
  queue.energyWh[row] = energyWh(shard, k, momentNs);
  // No current before any energy has flowed (exchange 10).
  queue.powerW[row] =
    momentNs > state.transactionStartNs[k] && momentNs <= state.chargeEndNs[k]
      ? state.powerW[k]
      : 0;
  queue.sample[row] = state.sampleIndex[k];
  return row;
}

const isGivenUp = (state: MessageState) => state === 'discarded' || state === 'overflowed';

function made(transaction: Transaction, kind: number): void {
  if (kind === Kind.start) transaction.startState = 'pending';
  else if (kind === Kind.stop) transaction.stopState = 'pending';
  else transaction.values++;
}

const ACTION_OF_KIND = Uint8Array.from([
  ActionIndexOf.StartTransaction,
  ActionIndexOf.MeterValues,
  ActionIndexOf.MeterValues,
  ActionIndexOf.StopTransaction,
]);
export const actionOfKind = (kind: number): number => ACTION_OF_KIND[kind];

/** Room for a start or stop at the price of the oldest values; values themselves get none. */
function makeRoom(shard: Shard, c: number, kind: number): boolean {
  const { queue, state } = shard;
  if (kind === Kind.sample || kind === Kind.clock) return false;
  let before = -1;
  for (let row = state.queueHead[c]; row >= 0; row = queue.next[row]) {
    const isValues = queue.kind[row] === Kind.sample || queue.kind[row] === Kind.clock;
    if (isValues && (queue.flags[row] & Flag.sending) === 0) {
      giveUp(shard, c, row, before, 'overflowed', shard.clock.nowNs());
      return true;
    }
    before = row;
  }
  return false;
}

/** A message that never came into the queue. */
function neverSent(
  shard: Shard,
  c: number,
  transaction: Transaction | null,
  kind: number,
  state: 'discarded' | 'overflowed',
  nowNs: number,
): void {
  const discarded = state === 'discarded';
  const { ledgerDiscarded, ledgerOverflowed, droppedStart, droppedQueue } = RunCounterOffset;
  count(shard.memory, discarded ? ledgerDiscarded : ledgerOverflowed);
  drop(shard, c, actionOfKind(kind), 1, discarded ? droppedStart : droppedQueue, nowNs);
  if (transaction !== null) ended(shard, transaction, kind, state);
}

/** Takes a message out of the queue that will not be delivered. */
export function giveUp(
  shard: Shard,
  c: number,
  row: number,
  before: number,
  state: 'discarded' | 'overflowed',
  nowNs: number,
): void {
  const { queue, memory } = shard;
  const kind = queue.kind[row];
  const transaction = queue.transaction[row];
  const discarded = state === 'discarded';
  const { ledgerDiscarded, ledgerOverflowed, droppedStart, droppedQueue } = RunCounterOffset;
  count(memory, discarded ? ledgerDiscarded : ledgerOverflowed);
  if (queue.attempts[row] === 0) {
    drop(shard, c, actionOfKind(kind), 1, discarded ? droppedStart : droppedQueue, nowNs);
  }
  remove(shard, c, row, before);
  if (transaction === null) return;
  ended(shard, transaction, kind, state);
  if (kind === Kind.start) giveUpAll(shard, c, transaction, nowNs);
}

/** Without its StartTransaction nothing of a transaction has an id to be sent under. */
function giveUpAll(shard: Shard, c: number, transaction: Transaction, nowNs: number): void {
  const { queue, state } = shard;
  let before = -1;
  let row = state.queueHead[c];
  while (row >= 0) {
    const next = queue.next[row];
    if (queue.transaction[row] === transaction) giveUp(shard, c, row, before, 'discarded', nowNs);
    else before = row;
    row = next;
  }
}

/** The head of charger `c`'s queue was answered as it should. */
export function acknowledge(shard: Shard, c: number, row: number, nowNs: number): void {
  const { queue, memory } = shard;
  const kind = queue.kind[row];
  const transaction = queue.transaction[row];
  count(memory, RunCounterOffset.ledgerAcknowledged);
  if (queue.attempts[row] === 1) count(memory, RunCounterOffset.ledgerAcknowledgedFirst);
  remove(shard, c, row, -1);
  if (transaction === null) return;
  if (kind === Kind.start && !Number.isNaN(transaction.remoteStartNs)) {
    record(memory, START_EFFECT, nowNs - transaction.remoteStartNs);
  }
  if (kind === Kind.stop && !Number.isNaN(transaction.remoteStopNs)) {
    record(memory, STOP_EFFECT, nowNs - transaction.remoteStopNs);
  }
  ended(shard, transaction, kind, 'acknowledged');
}

function ended(shard: Shard, transaction: Transaction, kind: number, state: MessageState): void {
  if (kind === Kind.start) transaction.startState = state;
  else if (kind === Kind.stop) transaction.stopState = state;
  else if (state === 'acknowledged') transaction.valuesAcknowledged++;
  else if (state === 'discarded') transaction.valuesDiscarded++;
  else transaction.valuesOverflowed++;
  settle(shard, transaction);
}

const isOver = (state: MessageState) => state !== 'none' && state !== 'pending';

/** Counts a transaction when its last message has its end. */
function settle(shard: Shard, transaction: Transaction): void {
  const { startState, stopState } = transaction;
  const over = isOver(startState) && isOver(stopState) && pendingValues(transaction) === 0;
  if (over) close(shard, transaction);
}

/** The end of the transaction, or of the run: it is complete, incomplete or refused. */
export function close(shard: Shard, transaction: Transaction): void {
  const { transactionsComplete, transactionsIncomplete, transactionsRefused } = RunCounterOffset;
  const outcome = outcomeOf(transaction);
  const counters = {
    complete: transactionsComplete,
    incomplete: transactionsIncomplete,
    refused: transactionsRefused,
  };
  count(shard.memory, counters[outcome]);
  count(shard.memory, RunCounterOffset.transactionsOpen, -1);
  shard.ledger?.(ledgerRow(shard, transaction, outcome));
}

function outcomeOf(transaction: Transaction): TransactionOutcome {
  const { refused, startState, stopState, values, valuesAcknowledged } = transaction;
  if (refused) return 'refused';
  const delivered = startState === 'acknowledged' && stopState === 'acknowledged';
  return delivered && values === valuesAcknowledged ? 'complete' : 'incomplete';
}

/**
 * The end of charger `c`'s run: what waits stays pending, and its transactions are counted. Tells
 * of every message that was never sent.
 */
export function closePending(shard: Shard, c: number, unsent: (action: number) => void): void {
  const { queue, state } = shard;
  const open = new Set<Transaction>();
  for (let row = state.queueHead[c]; row >= 0; row = queue.next[row]) {
    const transaction = queue.transaction[row];
    if (queue.attempts[row] === 0) unsent(actionOfKind(queue.kind[row]));
    if (transaction !== null) open.add(transaction);
  }
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    const transaction = state.transaction[k];
    if (transaction !== null) open.add(transaction);
    state.transaction[k] = null;
  }
  for (const transaction of open) close(shard, transaction);
  // The rows stay counted as pending; nothing looks at them again.
  state.queueHead[c] = -1;
  state.queueTail[c] = -1;
}
