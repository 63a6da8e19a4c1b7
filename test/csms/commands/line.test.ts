import { expect, test, vi } from 'vitest';
import {
  type CommandOutcome,
  closeLine,
  MAX_QUEUED_COMMANDS,
  openLine,
  placeCall,
  takeResponse,
} from '../../../src/csms/commands/line.ts';
import { emptyCounters } from '../../../src/csms/counters.ts';
import { expectSumsToAgree } from '../sums.ts';

function fixture(timeoutMs?: number) {
  const sent: [number, string, string, object][] = [];
  const counters = emptyCounters();
  const line = openLine((text) => sent.push(JSON.parse(text)), counters, timeoutMs);
  const outcomes: CommandOutcome[] = [];
  const place = (action = 'ClearCache') =>
    placeCall(line, action, {}, (outcome) => outcomes.push(outcome));
  return { sent, counters, line, outcomes, place };
}
const OK: CommandOutcome = { kind: 'result', payload: { status: 'Accepted' } };

test('one CALL is outstanding, the next leaves with its answer', () => {
  const { sent, counters, line, outcomes, place } = fixture();
  place();
  place('Reset');
  expect(sent).toEqual([[2, 'cs-1', 'ClearCache', {}]]);
  expect(takeResponse(line, 'cs-1', OK)).toBe(true);
  expect(sent[1]).toEqual([2, 'cs-2', 'Reset', {}]);
  expect(takeResponse(line, 'cs-2', { kind: 'error', payload: null })).toBe(true);
  expect(outcomes).toEqual([OK, { kind: 'error', payload: null }]);
  expect(counters).toMatchObject({ commandsSent: 2, commandsAccepted: 1, commandsErrored: 1 });
  expect(counters.commands).toEqual({ ClearCache: 1, Reset: 1 });
  expectSumsToAgree(counters);
});

test('an answer under another id, or a second one, answers nothing', () => {
  const { line, place, outcomes } = fixture();
  expect(takeResponse(line, 'cs-1', OK)).toBe(false);
  place();
  expect(takeResponse(line, 'cs-2', OK)).toBe(false);
  expect(takeResponse(line, undefined, OK)).toBe(false);
  expect(takeResponse(line, 'cs-1', OK)).toBe(true);
  expect(takeResponse(line, 'cs-1', OK)).toBe(false);
  expect(outcomes).toEqual([OK]);
});

test('without an answer it times out, and the next one leaves', () => {
  vi.useFakeTimers();
  try {
    const { sent, counters, line, outcomes, place } = fixture();
    place();
    place();
    vi.advanceTimersByTime(29_999);
    expect(sent.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(outcomes).toEqual([{ kind: 'timeout', payload: null }]);
    expect(sent.length).toBe(2);
    expect(takeResponse(line, 'cs-1', OK)).toBe(false);
    expect(counters).toMatchObject({ commandsTimedOut: 1, commandsPending: 1 });
    expectSumsToAgree(counters);
  } finally {
    vi.useRealTimers();
  }
});

test('the queue is bounded, and what does not fit is counted', () => {
  const { counters, outcomes, place } = fixture();
  for (let i = 0; i < MAX_QUEUED_COMMANDS + 3; i++) place();
  expect(counters).toMatchObject({ commandsSent: 1, commandsDropped: 2 });
  expect(outcomes).toEqual(Array(2).fill({ kind: 'lost', payload: null }));
});

test('a close loses what is outstanding and drops what is queued', () => {
  const { sent, counters, line, outcomes, place } = fixture();
  place();
  place();
  closeLine(line);
  closeLine(line);
  place();
  expect(sent.length).toBe(1);
  expect(outcomes).toEqual(Array(3).fill({ kind: 'lost', payload: null }));
  expect(counters).toMatchObject({ commandsSent: 1, commandsLost: 1, commandsDropped: 2 });
  expectSumsToAgree(counters);
});
