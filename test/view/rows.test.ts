import { expect, test } from 'vitest';
import { STAGE_OTHER, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { readSnapshot } from '../../src/snapshot/snapshot.ts';
import { rowsOf } from '../../src/view/rows.ts';
import { addCalls, addCounts, emptyMemory } from '../snapshot/memories.ts';

test('a row for each action that was sent or dropped, and one of all', () => {
  const memory = emptyMemory();
  addCalls(memory, STAGE_OTHER, 'BootNotification', { sent: 3, answered: 2, lost: 1 });
  addCalls(memory, STAGE_STEADY, 'Heartbeat', { sent: 5, answered: 5 });
  addCounts(memory, STAGE_STEADY, 'MeterValues', { dropped: 2 });
  const rows = rowsOf(readSnapshot([memory]));
  expect(rows.map(({ action, sent, lost, dropped }) => [action, sent, lost, dropped])).toEqual([
    ['BootNotification', 3, 1, 0],
    ['Heartbeat', 5, 0, 0],
    ['MeterValues', 0, 0, 2],
    ['all', 8, 1, 2],
  ]);
  expect(rows.at(-1)?.service).toMatchObject({ count: 7, p50: 1 });
  expect(rows[2].response).toBeNull();
});

test('the steady stage alone', () => {
  const memory = emptyMemory();
  addCalls(memory, STAGE_OTHER, 'BootNotification', { sent: 3, answered: 3 });
  addCalls(memory, STAGE_STEADY, 'Heartbeat', { sent: 5, answered: 5 });
  const rows = rowsOf(readSnapshot([memory]), 'steady');
  expect(rows.map(({ action }) => action)).toEqual(['Heartbeat', 'all']);
  expect(rows.at(-1)?.service?.count).toBe(5);
});
