import { describe, expect, test } from 'vitest';
import { CommandIndexOf, OTHER_COMMAND } from '../../src/ocpp/commands.ts';
import { notes } from '../../src/report/notes.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { type Filler, filler, fixturePlan, fixtureResult, okResult } from './fixtures.ts';

function notesOf(fill: Filler, dialect: 'as-logged' | 'standard' = 'as-logged'): string {
  const result = fixtureResult([fill], { plan: fixturePlan({ dialect }) });
  return notes(result, buildSummary(result)).join('\n');
}

test('an ordinary run has none', () => {
  const result = okResult();
  expect(notes(result, buildSummary(result))).toEqual([]);
});

test.each([
  ['late', 'after the CALL had timed out'],
  ['duplicate', 'second answer'],
  ['unknownId', 'the id of no CALL'],
  ['unreadable', 'not OCPP-J'],
  ['carsMissed', 'no charger was free'],
  ['droppedBacklog', 'maxBacklog'],
  ['droppedOffline', 'offline'],
  ['droppedQueue', 'queue was full'],
  ['droppedStart', 'StartTransaction was given up'],
  ['clockUnreadable', 'currentTime'],
  ['retryAfters', 'Retry-After'],
  ['restarts', '3 restarts'],
  ['transactionsRefused', 'not Accepted'],
  ['uploadsFailed', '3 uploads of diagnostics failed'],
  ['uploadsDenied', 'allowUploads'],
  ['stalledWrites', 'read too slowly'],
] as const)('%s is told', (counter, words) => {
  const fill = filler();
  fill.count(counter, 3);
  expect(notesOf(fill)).toContain(words);
});

test.each([
  [OTHER_COMMAND, { received: 3, errored: 3 }, '3 commands that OCPP 1.6 does not have'],
  [CommandIndexOf.Reset, { received: 3, dropped: 3 }, '3 commands not read'],
] as const)('commands are told: %j %j', (command, counts, words) => {
  const fill = filler();
  fill.commands(command, counts);
  expect(notesOf(fill)).toContain(words);
});

describe('the other dialect', () => {
  const strict = () => {
    const fill = filler();
    fill.calls('Heartbeat', STAGE_STEADY, { sent: 50, answered: 50 });
    fill.calls('MeterValues', STAGE_STEADY, { sent: 50, answered: 1, callError: 49 });
    return fill;
  };
  test('is named when the schema-invalid CALLs are refused', () => {
    expect(notesOf(strict())).toContain('MeterValues: most were answered with a CALLERROR');
    expect(notesOf(strict())).toContain('--dialect standard');
  });
  test('is not named in the standard dialect', () => {
    expect(notesOf(strict(), 'standard')).toBe('');
  });
  test('is not named when the target refuses everything', () => {
    const fill = strict();
    fill.calls('Authorize', STAGE_STEADY, { sent: 9, callError: 9 });
    expect(notesOf(fill)).toBe('');
  });
});
