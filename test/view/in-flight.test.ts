import { expect, test } from 'vitest';
import { inFlightOf } from '../../src/view/in-flight.ts';

const FATES = { sent: 10, answered: 4, callError: 1, timedOut: 1, lost: 1, unknown: 0 };

test('what was sent and has no end yet', () => {
  expect(inFlightOf(FATES)).toBe(3);
  expect(inFlightOf({ ...FATES, unknown: 1 })).toBe(2);
});

test('is never below nothing: an answer may be counted before its CALL is read', () => {
  expect(inFlightOf({ ...FATES, answered: 8 })).toBe(0);
});
