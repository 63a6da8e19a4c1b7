import { describe, expect, test } from 'vitest';
import {
  chargerOf,
  emptyState,
  KEPT_TRANSACTIONS,
  setStatus,
  startTransaction,
  stopTransaction,
} from '../../src/csms/state.ts';

const start = {
  chargerId: 'cp1',
  connectorId: 1,
  idTag: 'tag',
  meterStartWh: 0,
  startedAt: '2021-11-09T16:20:35',
};

describe('transactions', () => {
  test('have ids from 1 that grow', () => {
    const state = emptyState();
    expect([1, 2, 3].map(() => startTransaction(state, start).id)).toEqual([1, 2, 3]);
  });

  test('stop once, and by their own charger', () => {
    const state = emptyState();
    const { id } = startTransaction(state, start);
    expect(stopTransaction(state, 'cp2', id, 5, 'later')).toBe(false);
    expect(stopTransaction(state, 'cp1', 2, 5, 'later')).toBe(false);
    expect(stopTransaction(state, 'cp1', id, 5, 'later')).toBe(true);
    expect(stopTransaction(state, 'cp1', id, 6, 'even later')).toBe(false);
    expect(state.transactions.get(id)).toMatchObject({ meterStopWh: 5, stoppedAt: 'later' });
  });

  test('are forgotten, the oldest stopped first, and never while under way', () => {
    const state = emptyState();
    const first = startTransaction(state, start).id;
    for (let i = 0; i < 2 * KEPT_TRANSACTIONS; i++) {
      stopTransaction(state, 'cp1', startTransaction(state, start).id, 1, 'later');
    }
    expect(state.transactions.size).toBe(KEPT_TRANSACTIONS + 1);
    expect(state.transactions.has(first)).toBe(true);
    expect(state.transactions.has(2)).toBe(false);
    expect(state.transactions.has(2 * KEPT_TRANSACTIONS + 1)).toBe(true);
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
