import { expect } from 'vitest';
import { type CsmsCounters, receivedTotal } from '../../src/csms/counters.ts';

/** Every message received, and every command sent, has exactly one fate. */
export function expectSumsToAgree(counters: CsmsCounters): void {
  const { answered, errored, silenced, dropped, corrupted, abandoned, pending } = counters;
  const fates = answered + errored + silenced + dropped + corrupted + abandoned + pending;
  expect(fates).toBe(receivedTotal(counters));
  const { commandsAccepted, commandsErrored, commandsTimedOut } = counters;
  const { commandsLost, commandsPending, commandsSent, commands = {} } = counters;
  const ends = commandsAccepted + commandsErrored + commandsTimedOut;
  expect(ends + commandsLost + commandsPending).toBe(commandsSent);
  expect(Object.values(commands).reduce((a, b) => a + b, 0)).toBe(commandsSent);
}
