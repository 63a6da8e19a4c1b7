import { expect, test } from 'vitest';
import { copyCounters, emptyCounters, receivedTotal } from '../../src/csms/counters.ts';
import { ACTIONS } from '../../src/ocpp/actions.ts';

test('every action has a counter from the start', () => {
  expect(Object.keys(emptyCounters().received)).toEqual([...ACTIONS]);
});

test('a copy does not follow its original', () => {
  const counters = emptyCounters();
  const copy = copyCounters(counters);
  counters.received['Heartbeat']++;
  counters.answered++;
  expect([copy.received['Heartbeat'], copy.answered]).toEqual([0, 0]);
  expect([receivedTotal(counters), receivedTotal(copy)]).toEqual([1, 0]);
});
