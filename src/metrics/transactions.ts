/** Metrics of transactions, of the delivery of their messages, and of cars. */
import { runCounter } from '../snapshot/snapshot.ts';
import { type Metric, readNumber } from './metric.ts';
import { counted, countedBy } from './run-counters.ts';

const TRANSACTIONS = countedBy('outcome', {
  complete: 'transactionsComplete',
  incomplete: 'transactionsIncomplete',
  refused: 'transactionsRefused',
  unknown: 'transactionsUnknown',
});
const MESSAGES = countedBy('outcome', {
  acknowledged: 'ledgerAcknowledged',
  discarded: 'ledgerDiscarded',
  overflowed: 'ledgerOverflowed',
  unknown: 'ledgerUnknown',
});

export const TRANSACTION_METRICS = [
  {
    name: 'ocpp_transactions',
    type: 'counter',
    unit: 'transactions',
    scope: 'whole',
    labels: {},
    meaning: 'Transactions begun, those without a connection too.',
    counters: counted('transactionsBegun'),
  },
  {
    name: 'ocpp_transactions_ended',
    type: 'counter',
    unit: 'transactions',
    scope: 'whole',
    labels: { outcome: TRANSACTIONS.values },
    meaning:
      'Transactions by their end: complete (start, stop and every value acknowledged), ' +
      'incomplete, refused (the idTag was not Accepted), or unknown (their process died).',
    counters: TRANSACTIONS.counters,
  },
  {
    name: 'ocpp_transaction_incomplete',
    type: 'rate',
    unit: '',
    scope: 'whole',
    labels: {},
    meaning: 'Share of the transactions that ended incomplete, of all that ended.',
    read: (snapshot, part) => ({
      part: runCounter(snapshot, 'transactionsIncomplete'),
      whole: readNumber(TRANSACTIONS, snapshot, { ...part, labels: {} }),
    }),
  },
  {
    name: 'ocpp_transactions_open',
    type: 'gauge',
    unit: 'transactions',
    scope: 'whole',
    labels: {},
    meaning: 'Transactions that run, or have messages to deliver.',
    counters: counted('transactionsOpen'),
  },
  {
    name: 'ocpp_transactions_started',
    type: 'counter',
    unit: 'transactions',
    scope: 'whole',
    labels: {},
    meaning: 'StartTransactions that were accepted.',
    counters: counted('transactionsStarted'),
  },
  {
    name: 'ocpp_transactions_stopped',
    type: 'counter',
    unit: 'transactions',
    scope: 'whole',
    labels: {},
    meaning: 'StopTransactions that were answered.',
    counters: counted('transactionsStopped'),
  },
  {
    name: 'ocpp_ledger_messages',
    type: 'counter',
    unit: 'messages',
    scope: 'whole',
    labels: {},
    meaning: 'StartTransactions, MeterValues and StopTransactions that were made, each once.',
    counters: counted('ledgerMessages'),
  },
  {
    name: 'ocpp_ledger_attempts',
    type: 'counter',
    unit: 'CALLs',
    scope: 'whole',
    labels: {},
    meaning: 'CALLs sent for these messages.',
    counters: counted('ledgerAttempts'),
  },
  {
    name: 'ocpp_ledger_ended',
    type: 'counter',
    unit: 'messages',
    scope: 'whole',
    labels: { outcome: MESSAGES.values },
    meaning:
      'These messages by their end: acknowledged, discarded after their last attempt, ' +
      "overflowed from a charger's queue, or unknown (its process died).",
    counters: MESSAGES.counters,
  },
  {
    name: 'ocpp_ledger_first_attempt',
    type: 'rate',
    unit: '',
    scope: 'whole',
    labels: {},
    meaning: 'Share of the acknowledged messages that needed one attempt.',
    read: (snapshot) => ({
      part: runCounter(snapshot, 'ledgerAcknowledgedFirst'),
      whole: runCounter(snapshot, 'ledgerAcknowledged'),
    }),
  },
  {
    name: 'ocpp_ledger_queued',
    type: 'gauge',
    unit: 'messages',
    scope: 'whole',
    labels: {},
    meaning: 'Messages that wait in the queues of the chargers; at the end, never delivered.',
    counters: counted('ledgerQueued'),
  },
  {
    name: 'ocpp_cars_arrived',
    type: 'counter',
    unit: 'cars',
    scope: 'whole',
    labels: {},
    meaning: 'Cars of an open load that found a free charger.',
    counters: counted('carsArrived'),
  },
  {
    name: 'ocpp_cars_missed',
    type: 'counter',
    unit: 'cars',
    scope: 'whole',
    labels: {},
    meaning: 'Cars of an open load that found none.',
    counters: counted('carsMissed'),
  },
] as const satisfies readonly Metric[];
