import { describe, expect, test } from 'vitest';
import {
  chargerOf,
  emptyState,
  KEPT_TRANSACTIONS,
  MAX_RUNNING,
  runningTransaction,
  setStatus,
  startedBefore,
  startTransaction,
  stopTransaction,
} from '../../src/csms/state.ts';

const start = {
  connectorId: 1,
  idTag: 'tag',
  meterStartWh: 0,
  startedAt: '2021-11-09T16:20:35',
  messageId: '100',
};
const stop = { meterStopWh: 5, stoppedAt: 'later', stopReason: 'Remote' };

describe('transactions', () => {
  test('have ids from 1 that grow', () => {
    const state = emptyState();
    const charger = chargerOf(state, 'cp1');
    expect([1, 2, 3].map(() => startTransaction(state, charger, start).id)).toEqual([1, 2, 3]);
  });

  test('stop once, and by their own charger', () => {
    const state = emptyState();
    const charger = chargerOf(state, 'cp1');
    const started = startTransaction(state, charger, start);
    expect(stopTransaction(state, chargerOf(state, 'cp2'), started.id, stop)).toBeNull();
    expect(stopTransaction(state, charger, 2, stop)).toBeNull();
    expect(stopTransaction(state, charger, started.id, stop)).toBe(started);
    expect(stopTransaction(state, charger, started.id, { ...stop, meterStopWh: 6 })).toBeNull();
    expect(state.transactions.get(started.id)).toMatchObject(stop);
    expect([charger.running, charger.lastStopped]).toEqual([[], [started]]);
  });

  test('are forgotten, the oldest stopped first, and never while under way', () => {
    const state = emptyState();
    const charger = chargerOf(state, 'cp1');
    const first = startTransaction(state, charger, start).id;
    for (let i = 0; i < 2 * KEPT_TRANSACTIONS; i++) {
      stopTransaction(state, charger, startTransaction(state, charger, start).id, stop);
    }
    expect(state.transactions.size).toBe(KEPT_TRANSACTIONS + 1);
    expect(state.transactions.has(first)).toBe(true);
    expect(state.transactions.has(2)).toBe(false);
    expect(state.transactions.has(2 * KEPT_TRANSACTIONS + 1)).toBe(true);
  });

  test('that never stop are bounded a charger: the oldest is given up', () => {
    const state = emptyState();
    const charger = chargerOf(state, 'cp1');
    for (let i = 0; i <= MAX_RUNNING; i++) startTransaction(state, charger, start);
    expect(charger.running.length).toBe(MAX_RUNNING);
    expect([runningTransaction(charger, 1), state.stopped]).toEqual([undefined, [1]]);
  });

  test('with the same id are told apart by charger, and the newest of a charger is meant', () => {
    const state = emptyState([], 'same');
    const [a, b] = [chargerOf(state, 'a'), chargerOf(state, 'b')];
    const of = (charger: typeof a) => startTransaction(state, charger, start);
    const [first, other, second] = [of(a), of(b), of(a)];
    expect([first.id, other.id, second.id]).toEqual([701, 701, 701]);
    expect(state.transactions.size).toBe(3);
    expect(stopTransaction(state, a, 701, stop)).toBe(second);
    expect(stopTransaction(state, b, 701, stop)).toBe(other);
    expect(a.running).toEqual([first]);
  });

  test('are known to have started before, until they stop', () => {
    const state = emptyState();
    const charger = chargerOf(state, 'cp1');
    const first = startTransaction(state, charger, start);
    expect(startedBefore(charger, { ...start, messageId: '101' })).toBe(first);
    for (const other of [{ connectorId: 2 }, { idTag: 'x' }, { startedAt: 'x' }]) {
      expect(startedBefore(charger, { ...start, ...other })).toBeUndefined();
    }
    stopTransaction(state, charger, first.id, stop);
    expect(startedBefore(charger, start)).toBeUndefined();
  });
});

describe('chargers', () => {
  test('are made once', () => {
    const state = emptyState();
    expect(chargerOf(state, 'cp1')).toBe(chargerOf(state, 'cp1'));
    expect(state.chargers.size).toBe(1);
  });

  test('keep the last status of a bounded number of connectors', () => {
    const charger = chargerOf(emptyState(), 'cp1');
    for (let connector = 0; connector < 1000; connector++)
      setStatus(charger, connector, 'Available');
    setStatus(charger, 1, 'Charging');
    expect(charger.statuses.size).toBe(128);
    expect(charger.statuses.get(1)).toBe('Charging');
  });
});
