import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../src/chargers/generic.ts';
import { Flag, Kind } from '../../../src/engine/charger/message-queue.ts';
import type { Shard } from '../../../src/engine/charger/shard.ts';
import type { Transaction } from '../../../src/engine/charger/transaction.ts';
import {
  acknowledge,
  addMessage,
  beginTransaction,
  closePending,
  endTransaction,
  giveUp,
} from '../../../src/engine/charger/transactions.ts';
import type { LedgerRow } from '../../../src/ledger/row.ts';
import { ACTIONS, ActionIndexOf } from '../../../src/ocpp/actions.ts';
import {
  CallCounterIndex,
  callCounterBase,
  type RunCounter,
  RunCounterOffset,
} from '../../../src/snapshot/layout.ts';
import { START_NS, shardOf } from './fixture.ts';

const CHARGERS = 2;
const MAX_QUEUE = 5;

interface Book {
  readonly shard: Shard;
  readonly rows: LedgerRow[];
}

/** Two chargers of two connectors each: rows 0 and 2, 1 and 3. */
function openBook(maxQueue = MAX_QUEUE): Book {
  const rows: LedgerRow[] = [];
  const model = generic1_6({ connectors: 2 });
  const plain = shardOf('standard', { chargers: CHARGERS, model, maxQueue });
  return { shard: { ...plain, ledger: (row) => void rows.push(row) }, rows };
}

const counter = ({ shard }: Book, name: RunCounter) =>
  shard.memory.counters[RunCounterOffset[name]];

const begin = ({ shard }: Book, k: number, atS = 0) =>
  beginTransaction(shard, k, START_NS + atS * 1e9, {
    ...{ idTag: null, reservationId: 0, remoteStartNs: Number.NaN, offline: false },
  });
const sample = ({ shard }: Book, k: number, kind: number = Kind.sample) =>
  addMessage(shard, k, shard.state.transaction[k], kind, START_NS, START_NS);
const end = ({ shard }: Book, k: number) => endTransaction(shard, k, START_NS + 60e9);

function queued({ shard }: Book, c: number) {
  const entries: { row: number; kind: number; transaction: Transaction | null }[] = [];
  const { queue } = shard;
  for (let row = shard.state.queueHead[c]; row >= 0; row = queue.next[row]) {
    entries.push({ row, kind: queue.kind[row], transaction: queue.transaction[row] });
  }
  return entries;
}
const kinds = (book: Book, c: number) => queued(book, c).map(({ kind }) => kind);

/** As `sendMessage` marks the head. */
function send({ shard }: Book, c: number): void {
  const row = shard.state.queueHead[c];
  shard.queue.attempts[row]++;
  shard.queue.flags[row] |= Flag.sending;
}
function settleHead(book: Book, c: number, how: 'acknowledged' | 'discarded'): void {
  const row = book.shard.state.queueHead[c];
  const transaction = book.shard.queue.transaction[row];
  if (how === 'discarded') {
    giveUp(book.shard, c, row, -1, how, START_NS);
    return;
  }
  if (transaction !== null && book.shard.queue.kind[row] === Kind.start) transaction.id = 701;
  acknowledge(book.shard, c, row, START_NS);
}

function deliverAll(book: Book, c: number): void {
  while (book.shard.state.queueLength[c] > 0) {
    send(book, c);
    settleHead(book, c, 'acknowledged');
  }
}

describe('a transaction', () => {
  test('is complete when all of its messages are acknowledged, not before', () => {
    const book = openBook();
    begin(book, 0);
    sample(book, 0);
    end(book, 0);
    expect(kinds(book, 0)).toEqual([Kind.start, Kind.sample, Kind.stop]);
    for (let left = 3; left > 0; left--) {
      expect(book.rows).toHaveLength(0);
      expect(counter(book, 'transactionsOpen')).toBe(1);
      send(book, 0);
      settleHead(book, 0, 'acknowledged');
    }
    expect(book.rows).toMatchObject([{ outcome: 'complete', meterValuesAcknowledged: 1 }]);
    expect(counter(book, 'transactionsComplete')).toBe(1);
    expect(counter(book, 'ledgerAcknowledgedFirst')).toBe(3);
    expect(counter(book, 'transactionsOpen')).toBe(0);
  });

  test('is incomplete when one value was given up', () => {
    const book = openBook();
    begin(book, 0);
    sample(book, 0);
    end(book, 0);
    send(book, 0);
    settleHead(book, 0, 'acknowledged');
    send(book, 0);
    settleHead(book, 0, 'discarded');
    deliverAll(book, 0);
    const states = { startState: 'acknowledged', stopState: 'acknowledged' };
    expect(book.rows).toMatchObject([
      { outcome: 'incomplete', ...states, meterValues: 1, meterValuesDiscarded: 1 },
    ]);
  });

  test('of which the idTag was refused is refused', () => {
    const book = openBook();
    begin(book, 0).refused = true;
    end(book, 0);
    deliverAll(book, 0);
    expect(book.rows).toMatchObject([{ outcome: 'refused', transactionId: 701 }]);
    expect(counter(book, 'transactionsRefused')).toBe(1);
  });

  test('loses everything with its start, now and later, and no other does', () => {
    const book = openBook(20);
    begin(book, 0);
    begin(book, 2);
    sample(book, 0);
    sample(book, 2);
    send(book, 0);
    settleHead(book, 0, 'discarded');
    // What is left is about the other connector.
    expect(queued(book, 0).every(({ transaction }) => transaction?.connector === 2)).toBe(true);
    expect(kinds(book, 0)).toEqual([Kind.start, Kind.sample]);
    expect(sample(book, 0)).toBe(-1);
    end(book, 0);
    expect(kinds(book, 0)).toEqual([Kind.start, Kind.sample]);
    expect(book.rows).toMatchObject([
      { outcome: 'incomplete', startState: 'discarded', stopState: 'discarded', meterValues: 2 },
    ]);
    expect(book.rows[0].meterValuesDiscarded).toBe(2);
    expect(counter(book, 'ledgerDiscarded')).toBe(4);
    // The start was sent; the two values and the stop never were.
    expect(counter(book, 'droppedStart')).toBe(3);
    end(book, 2);
    deliverAll(book, 0);
    expect(book.rows[1]).toMatchObject({ outcome: 'complete', connectorId: 2 });
  });
});

describe('a full queue', () => {
  test('takes no more values', () => {
    const book = openBook(3);
    begin(book, 0);
    expect([sample(book, 0), sample(book, 0)].every((row) => row >= 0)).toBe(true);
    expect(sample(book, 0)).toBe(-1);
    expect(sample(book, 2, Kind.clock)).toBe(-1);
    expect(kinds(book, 0)).toEqual([Kind.start, Kind.sample, Kind.sample]);
    expect(counter(book, 'ledgerOverflowed')).toBe(2);
    expect(counter(book, 'droppedQueue')).toBe(2);
  });

  test("is the charger's own", () => {
    const book = openBook(1);
    begin(book, 0);
    expect(sample(book, 0)).toBe(-1);
    begin(book, 1);
    expect(kinds(book, 1)).toEqual([Kind.start]);
  });

  test('makes room for a stop and a start: the oldest values go', () => {
    const book = openBook(3);
    begin(book, 0);
    sample(book, 0);
    const youngest = sample(book, 0);
    end(book, 0);
    expect(kinds(book, 0)).toEqual([Kind.start, Kind.sample, Kind.stop]);
    expect(queued(book, 0)[1].row).toBe(youngest);
    begin(book, 2);
    expect(kinds(book, 0)).toEqual([Kind.start, Kind.stop, Kind.start]);
    deliverAll(book, 0);
    expect(book.rows).toMatchObject([{ outcome: 'incomplete', meterValuesOverflowed: 2 }]);
  });

  test('keeps the values that are being sent', () => {
    const book = openBook(2);
    const idle = sample(book, 0, Kind.clock);
    send(book, 0);
    const waiting = sample(book, 0, Kind.clock);
    begin(book, 0);
    expect(queued(book, 0).map(({ row }) => row)).toEqual([idle, expect.any(Number)]);
    expect(kinds(book, 0)).toEqual([Kind.clock, Kind.start]);
    expect(queued(book, 0)[1].row).toBe(waiting);
    // Nothing is left that may go.
    begin(book, 2);
    expect(kinds(book, 0)).toEqual([Kind.clock, Kind.start]);
  });

  test('of starts and stops takes no further one: its transaction overflows with its start', () => {
    const book = openBook(2);
    begin(book, 0);
    end(book, 0);
    begin(book, 0, 100);
    sample(book, 0);
    end(book, 0);
    expect(kinds(book, 0)).toEqual([Kind.start, Kind.stop]);
    expect(book.rows).toMatchObject([
      { outcome: 'incomplete', startState: 'overflowed', stopState: 'discarded', startAttempts: 0 },
    ]);
    expect(book.rows[0].meterValuesDiscarded).toBe(1);
    deliverAll(book, 0);
    expect(book.rows[1].outcome).toBe('complete');
  });

  test('counts what never left as dropped, what was sent before as not', () => {
    const book = openBook(2);
    sample(book, 0, Kind.clock);
    send(book, 0);
    book.shard.queue.flags[book.shard.state.queueHead[0]] &= ~Flag.sending;
    sample(book, 0, Kind.clock);
    begin(book, 0);
    expect(counter(book, 'ledgerOverflowed')).toBe(1);
    expect(counter(book, 'droppedQueue')).toBe(0);
    begin(book, 2);
    expect(counter(book, 'ledgerOverflowed')).toBe(2);
    expect(counter(book, 'droppedQueue')).toBe(1);
  });
});

describe('the end of the run', () => {
  test('leaves what is queued pending, and tells what was never sent', () => {
    const book = openBook(20);
    begin(book, 0);
    sample(book, 0);
    send(book, 0);
    sample(book, 2, Kind.clock);
    const unsent: string[] = [];
    closePending(book.shard, 0, (action) => unsent.push(ACTIONS[action]));
    expect(unsent).toEqual(['MeterValues', 'MeterValues']);
    expect(book.rows).toMatchObject([
      { outcome: 'incomplete', startState: 'pending', stopState: 'none', meterValuesPending: 1 },
    ]);
    expect(counter(book, 'ledgerQueued')).toBe(3);
    expect(counter(book, 'transactionsOpen')).toBe(0);
    // A second look finds nothing more.
    closePending(book.shard, 0, (action) => unsent.push(ACTIONS[action]));
    expect(unsent).toHaveLength(2);
    expect(book.rows).toHaveLength(1);
  });

  test('closes one that runs with nothing queued, and one that waits for its stop alone', () => {
    const book = openBook(20);
    begin(book, 0);
    deliverAll(book, 0);
    begin(book, 2);
    send(book, 0);
    settleHead(book, 0, 'acknowledged');
    end(book, 2);
    closePending(book.shard, 0, () => {});
    expect(book.rows.map(({ stopState }) => stopState).sort()).toEqual(['none', 'pending']);
    expect(book.rows.every(({ outcome }) => outcome === 'incomplete')).toBe(true);
  });
});

type Step = { readonly do: string; readonly k: number };
const steps = fc.array(
  fc.record({
    do: fc.constantFrom('begin', 'sample', 'sample', 'clock', 'end', 'send', 'yes', 'yes', 'no'),
    k: fc.nat(3),
  }),
  { maxLength: 120 },
);

function apply(book: Book, step: Step): void {
  const { state, queue } = book.shard;
  const c = state.owner[step.k];
  const head = state.queueHead[c];
  const sending = head >= 0 && (queue.flags[head] & Flag.sending) !== 0;
  const running = state.transaction[step.k] !== null;
  if (step.do === 'begin' && !running) begin(book, step.k);
  else if (step.do === 'sample' && running) sample(book, step.k);
  else if (step.do === 'clock') sample(book, step.k, Kind.clock);
  else if (step.do === 'end' && running) end(book, step.k);
  else if (step.do === 'send' && head >= 0) send(book, c);
  else if (sending && step.do === 'yes') settleHead(book, c, 'acknowledged');
  else if (sending && step.do === 'no') settleHead(book, c, 'discarded');
  // Whatever was made or overflowed: what is being sent stays where it was.
  if (sending && !['yes', 'no'].includes(step.do)) expect(state.queueHead[c]).toBe(head);
}

function expectSums(book: Book): void {
  const count = (name: RunCounter) => counter(book, name);
  const lengths = [0, 1].map((c) => queued(book, c).length);
  expect(lengths).toEqual([0, 1].map((c) => book.shard.state.queueLength[c]));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(MAX_QUEUE);
  expect(count('ledgerQueued')).toBe(lengths[0] + lengths[1]);
  const ended = count('ledgerAcknowledged') + count('ledgerDiscarded') + count('ledgerOverflowed');
  expect(count('ledgerMessages')).toBe(ended + count('ledgerQueued'));
  const [complete, incomplete, refused] = ['complete', 'incomplete', 'refused'].map(
    (outcome) => book.rows.filter((row) => row.outcome === outcome).length,
  );
  expect(count('transactionsComplete')).toBe(complete);
  expect(count('transactionsIncomplete')).toBe(incomplete);
  expect(count('transactionsRefused')).toBe(refused);
  expect(count('transactionsBegun')).toBe(book.rows.length + count('transactionsOpen'));
  for (const c of [0, 1]) expectOrder(book, c);
}

/** Of each transaction: the start before all, the stop after all. */
function expectOrder(book: Book, c: number): void {
  const entries = queued(book, c);
  for (const transaction of new Set(entries.map((entry) => entry.transaction))) {
    if (transaction === null) continue;
    const own = entries.filter((entry) => entry.transaction === transaction);
    expect(own.findLastIndex(({ kind }) => kind === Kind.start)).toBeLessThanOrEqual(0);
    const stop = own.findIndex(({ kind }) => kind === Kind.stop);
    if (stop >= 0) expect(stop).toBe(own.length - 1);
  }
}

/** Rows of the ledger against the counters: only values of idle connectors are in no row. */
function expectRows(book: Book, idle: number): void {
  const sum = (of: (row: LedgerRow) => number) => book.rows.reduce((all, row) => all + of(row), 0);
  const made = sum((row) => 1 + (row.stopState === 'none' ? 0 : 1) + row.meterValues);
  expect(counter(book, 'ledgerMessages')).toBe(made + idle);
  for (const row of book.rows) {
    const { meterValuesAcknowledged, meterValuesDiscarded, meterValuesOverflowed } = row;
    const ended = meterValuesAcknowledged + meterValuesDiscarded + meterValuesOverflowed;
    expect(ended + row.meterValuesPending).toBe(row.meterValues);
    expect(row.meterValuesPending).toBeGreaterThanOrEqual(0);
    const all = row.startState === 'acknowledged' && row.stopState === 'acknowledged';
    const complete = all && meterValuesAcknowledged === row.meterValues;
    expect(row.outcome).toBe(complete ? 'complete' : 'incomplete');
  }
}

test('whatever happens, the ledger adds up and every transaction is counted once', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const book = openBook();
      let idle = 0;
      for (const step of all) {
        if (step.do === 'clock' && book.shard.state.transaction[step.k] === null) idle++;
        apply(book, step);
        expectSums(book);
      }
      const waiting = counter(book, 'ledgerQueued');
      for (const c of [0, 1]) closePending(book.shard, c, () => {});
      expect(counter(book, 'ledgerQueued')).toBe(waiting);
      expect(counter(book, 'transactionsOpen')).toBe(0);
      expect(book.rows).toHaveLength(counter(book, 'transactionsBegun'));
      expectRows(book, idle);
      const { MeterValues } = ActionIndexOf;
      const base = callCounterBase(0, MeterValues) + CallCounterIndex.dropped;
      expect(book.shard.memory.counters[base]).toBeLessThanOrEqual(
        counter(book, 'droppedQueue') + counter(book, 'droppedStart'),
      );
    }),
    { numRuns: 150 },
  );
});
