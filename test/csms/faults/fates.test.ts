import { describe, expect, test } from 'vitest';
import { readMessage } from '../../../src/csms/check.ts';
import { fateOf, needsFates } from '../../../src/csms/faults/fates.ts';
import { MAX_ATTEMPTED } from '../../../src/csms/faults/marks.ts';
import type { Faults } from '../../../src/csms/faults.ts';
import { csmsSettings } from '../../../src/csms/options.ts';
import { chargerOf, emptyState } from '../../../src/csms/state.ts';
import type { Action } from '../../../src/ocpp/actions.ts';
import { FULL_PAYLOADS } from '../payloads.ts';

function fixture(faults: Faults) {
  const settings = csmsSettings({ faults });
  const charger = chargerOf(emptyState(), 'cp1');
  const ask = (action: Action, changes: object = {}, nowMs = 0) => {
    const payload = { ...FULL_PAYLOADS[action], ...changes };
    const message = readMessage(JSON.stringify([2, '1', action, payload]));
    if (message.kind === 'response') throw new Error('not a CALL');
    return fateOf(settings, charger, message, nowMs);
  };
  return { ask, charger };
}

test('nothing is asked for when nothing is set', () => {
  expect(needsFates(csmsSettings({}))).toBe(false);
  expect(needsFates(csmsSettings({ drop: 0.1 }))).toBe(true);
  expect(needsFates(csmsSettings({ faults: { maxCallsPerS: 1 } }))).toBe(true);
  const refuseFirst = { actions: [], attempts: 1, how: 'error' } as const;
  expect(needsFates(csmsSettings({ faults: { refuseFirst } }))).toBe(true);
});

describe('refuseFirst', () => {
  test.each(['error', 'silence', 'lostAnswer'] as const)('%s, for each message anew', (how) => {
    const { ask } = fixture({ refuseFirst: { actions: ['MeterValues'], attempts: 2, how } });
    const values = (connectorId: number) => ask('MeterValues', { connectorId });
    expect([values(1), values(1), values(1)]).toEqual([how, how, 'answer']);
    expect([values(2), values(1), values(2), values(2)]).toEqual([how, how, how, 'answer']);
    expect(ask('Heartbeat')).toBe('answer');
  });

  test('remembers a bounded number of messages', () => {
    const refuseFirst = { actions: ['Authorize'], attempts: 1, how: 'error' } as const;
    const { ask, charger } = fixture({ refuseFirst });
    for (let i = 0; i < 2 * MAX_ATTEMPTED; i++) ask('Authorize', { idTag: String(i) });
    expect(charger.marks?.attempts.size).toBe(MAX_ATTEMPTED);
  });
});

test('maxCallsPerS: more than so many in a second are errors', () => {
  const { ask } = fixture({ maxCallsPerS: 2 });
  const at = (nowMs: number) => ask('Heartbeat', {}, nowMs);
  expect([at(0), at(10), at(20), at(999)]).toEqual(['answer', 'answer', 'error', 'error']);
  expect([at(1000), at(1001), at(1002)]).toEqual(['answer', 'answer', 'error']);
});
