import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterClaim,
  afterConflict,
  type ClaimState,
  chooseShare,
  FIRST_CLAIM,
  fits,
} from '../../src/agent/claim.ts';
import type { ShareRecord } from '../../src/share/records.ts';

const OFFER = { runId: 'r', tool: '0.1.0', chargers: 500, labels: { zone: 'a' } };
const FREE: ShareRecord = { state: 'offered', agent: null, epoch: 1, renewals: 0 };
const TAKEN: ShareRecord = { state: 'held', agent: 'c', epoch: 1, renewals: 9 };

test('an agent takes what it has room and labels for', () => {
  expect(fits(OFFER, { room: 500, labels: { zone: 'a', kind: 'x' } })).toBe(true);
  expect(fits(OFFER, { room: 499, labels: { zone: 'a' } })).toBe(false);
  expect(fits(OFFER, { room: 500, labels: { zone: 'b' } })).toBe(false);
  expect(fits(OFFER, { room: 500, labels: {} })).toBe(false);
});

test('the lowest share that is offered is claimed', () => {
  const records = new Map([
    [3, FREE],
    [0, TAKEN],
    [1, FREE],
  ]);
  expect(chooseShare(records, FIRST_CLAIM, 0)).toBe(1);
  expect(chooseShare(new Map([[0, TAKEN]]), FIRST_CLAIM, 0)).toBeNull();
});

test('after a conflict an agent waits, longer each time but never for long', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, draw) => {
        let state: ClaimState = FIRST_CLAIM;
        for (let i = 0; i < n; i++) state = afterConflict(state, 1000, draw);
        expect(state.notBeforeMs).toBeGreaterThanOrEqual(1000);
        expect(state.notBeforeMs).toBeLessThanOrEqual(3000);
      },
    ),
  );
  const { notBeforeMs } = afterConflict(FIRST_CLAIM, 1000, 0.5);
  expect(chooseShare(new Map([[0, FREE]]), afterConflict(FIRST_CLAIM, 1000, 0.5), 1000)).toBeNull();
  expect(notBeforeMs).toBe(1050);
});

test('who has a share leaves the next to others for a while', () => {
  const state = afterClaim(1000);
  expect(chooseShare(new Map([[0, FREE]]), state, 3_999)).toBeNull();
  expect(chooseShare(new Map([[0, FREE]]), state, 4_000)).toBe(0);
});
