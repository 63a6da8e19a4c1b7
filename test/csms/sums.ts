import { expect } from 'vitest';
import { type CsmsCounters, receivedTotal } from '../../src/csms/counters.ts';

/** Every message received has exactly one fate. */
export function expectSumsToAgree(counters: CsmsCounters): void {
  const { answered, errored, silenced, dropped, corrupted, abandoned, pending } = counters;
  const fates = answered + errored + silenced + dropped + corrupted + abandoned + pending;
  expect(fates).toBe(receivedTotal(counters));
}
