import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterConflict,
  type ClaimState,
  chooseShare,
  FIRST_CLAIM,
  fits,
  type SeenShare,
} from '../../src/agent/claim.ts';

const OFFER = { runId: 'r', tool: '0.1.0', chargers: 500, labels: { zone: 'a' } };
const FREE: SeenShare = {
  record: { state: 'offered', agent: null, epoch: 1, renewals: 0 },
  sinceMs: 0,
};
const TAKEN: SeenShare = {
  record: { state: 'held', agent: 'c', epoch: 1, renewals: 9 },
  sinceMs: 0,
};
const NOW = { nowMs: 0, held: 0 };

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
  expect(chooseShare(records, FIRST_CLAIM, NOW)).toBe(1);
  expect(chooseShare(new Map([[0, TAKEN]]), FIRST_CLAIM, NOW)).toBeNull();
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
  const waits = afterConflict(FIRST_CLAIM, 1000, 0.5);
  expect(waits.notBeforeMs).toBe(1050);
  const free = new Map([[0, FREE]]);
  expect(chooseShare(free, waits, { nowMs: 1000, held: 0 })).toBeNull();
  expect(chooseShare(free, waits, { nowMs: 1050, held: 0 })).toBe(0);
});

test('who has a share leaves a lost one to agents that have fewer, for a while', () => {
  const record = { ...FREE.record, epoch: 2 };
  const free = new Map([[0, { record, sinceMs: 1000 }]]);
  const at = (nowMs: number, held: number) => chooseShare(free, FIRST_CLAIM, { nowMs, held });
  expect([at(1000, 0), at(3_999, 1), at(4_000, 1), at(4_000, 2), at(7_000, 2)]).toEqual([
    ...[0, null, 0, null, 0],
  ]);
});

test('of the shares that nobody had yet an agent takes one', () => {
  const free = new Map([[0, FREE]]);
  expect(chooseShare(free, FIRST_CLAIM, { nowMs: 0, held: 0 })).toBe(0);
  expect(chooseShare(free, FIRST_CLAIM, { nowMs: 60_000, held: 1 })).toBeNull();
});
