import { expect, test } from 'vitest';
import {
  DisconnectOffset,
  FailureOffset,
  RunCounterOffset,
  STAGE_STEADY,
} from '../../src/snapshot/layout.ts';
import { readSnapshot } from '../../src/snapshot/snapshot.ts';
import { errorsOf } from '../../src/view/errors.ts';
import { addCalls, addCounts, emptyMemory } from '../snapshot/memories.ts';

test('counts what went wrong by what it was of, and leaves out what did not', () => {
  const memory = emptyMemory();
  addCalls(memory, STAGE_STEADY, 'Heartbeat', { sent: 9, answered: 6, timedOut: 2, lost: 1 });
  addCounts(memory, STAGE_STEADY, 'Authorize', { refused: 4 });
  memory.counters[FailureOffset.http503] = 3;
  memory.counters[DisconnectOffset.reset] = 5;
  memory.counters[RunCounterOffset.unreadable] = 7;
  expect(errorsOf(readSnapshot([memory]))).toEqual([
    { of: 'CALL', kind: 'timedOut', count: 2 },
    { of: 'CALL', kind: 'lost', count: 1 },
    { of: 'CALL', kind: 'refused', count: 4 },
    { of: 'connect', kind: 'http503', count: 3 },
    { of: 'connection', kind: 'reset', count: 5 },
    { of: 'message', kind: 'unreadable', count: 7 },
  ]);
  expect(errorsOf(readSnapshot([emptyMemory()]))).toEqual([]);
});
