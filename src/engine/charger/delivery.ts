/**
 * What becomes of an attempt to deliver a transaction-related message: acknowledged, to be repeated
 * by the ladder of OCPP 1.6, 3.7.1, or given up.
 */
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import { afterTransaction } from './after-transaction.ts';
import { Fate } from './calls.ts';
import { delivered, stopCharging } from './life.ts';
import { Flag, Kind } from './message-queue.ts';
import { setPower } from './meter.ts';
import { settingIsTrue, settingNumber } from './rare.ts';
import type { Shard } from './shard.ts';
import { Charge } from './state.ts';
import { addTask } from './tasks.ts';
import { StopReasonIndex, type Transaction } from './transaction.ts';
import { acknowledge, endTransaction, giveUp } from './transactions.ts';

/** The head of charger `c`'s queue was answered with a CALLRESULT that fits. */
export function messageAnswered(shard: Shard, c: number, refused: boolean, nowNs: number): void {
  const { queue, state } = shard;
  const row = state.queueHead[c];
  const k = queue.connector[row];
  const transaction = queue.transaction[row];
  const kind = queue.kind[row];
  const awaited = (queue.flags[row] & Flag.awaited) !== 0;
  if (kind === Kind.start && transaction !== null) takeId(shard, k, transaction, refused);
  if (kind === Kind.stop) count(shard.memory, RunCounterOffset.transactionsStopped);
  acknowledge(shard, c, row, nowNs);
  const goesElsewhere = refused && kind === Kind.start && stopsInvalid(shard, c);
  if (transaction !== null && refused && kind === Kind.start) {
    endRefused(shard, k, transaction, awaited && goesElsewhere, nowNs);
  }
  if (awaited) delivered(shard, k, goesElsewhere, nowNs);
}

function takeId(shard: Shard, k: number, transaction: Transaction, refused: boolean): void {
  const { state, reply } = shard;
  transaction.id = reply.transactionId;
  transaction.refused = refused;
  // The record is about the last transaction, also when it was over before its id was known.
  if (state.transactionStartNs[k] === transaction.startNs) state.transactionId[k] = transaction.id;
  if (!refused) count(shard.memory, RunCounterOffset.transactionsStarted);
}

const stopsInvalid = (shard: Shard, c: number) =>
  settingIsTrue(shard, c, 'StopTransactionOnInvalidId');

/** The idTag may not charge: the transaction ends, or goes on without energy (OCPP 1.6, 4.8). */
function endRefused(
  shard: Shard,
  k: number,
  transaction: Transaction,
  notBegun: boolean,
  nowNs: number,
): void {
  const { state } = shard;
  if (state.transaction[k] !== transaction) return;
  if (!stopsInvalid(shard, state.owner[k])) {
    state.wantedW[k] = 0;
    setPower(shard, k, 0, nowNs);
  } else if (notBegun) {
    state.stopReason[k] = StopReasonIndex.DeAuthorized;
    endTransaction(shard, k, nowNs);
    state.charge[k] = Charge.none;
    if (shard.rare.size > 0) afterTransaction(shard, k, nowNs);
  } else {
    stopCharging(shard, k, StopReasonIndex.DeAuthorized, nowNs);
  }
}

/** The attempt was refused, not answered, answered with what does not fit, or lost. */
export function messageFailed(shard: Shard, c: number, fate: number, nowNs: number): void {
  const { queue, state } = shard;
  const row = state.queueHead[c];
  const k = queue.connector[row];
  const awaited = (queue.flags[row] & Flag.awaited) !== 0;
  queue.flags[row] &= ~(Flag.sending | Flag.awaited);
  if (fate === Fate.lost) {
    // Not the central system's answer: sent again as soon as there is a connection.
    queue.dueNs[row] = nowNs;
    queue.flags[row] |= Flag.offline;
  } else if (fate !== Fate.inFlight) {
    climb(shard, c, row, nowNs);
  }
  if (awaited) delivered(shard, k, false, nowNs);
}

/** Interval x preceding failures, so many times in all; then it is given up (OCPP 1.6, 3.7.1). */
function climb(shard: Shard, c: number, row: number, nowNs: number): void {
  const { queue } = shard;
  const attempts = settingNumber(shard, c, 'TransactionMessageAttempts', 3);
  const intervalS = settingNumber(shard, c, 'TransactionMessageRetryInterval', 60);
  if (++queue.failures[row] >= attempts) {
    giveUp(shard, c, row, -1, 'discarded', nowNs);
    return;
  }
  queue.dueNs[row] = nowNs + queue.failures[row] * intervalS * 1e9;
  addTask(shard, c, 'retry', queue.dueNs[row], () => {});
}
