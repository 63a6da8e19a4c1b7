import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  claim,
  closesAtMs,
  confirmed,
  endsAtMs,
  type Lease,
  leaseStep,
  looked,
  lost,
  renew,
  unanswered,
  wakesAtMs,
} from '../../src/agent/lease.ts';

const ASKED = { agent: 'b', epoch: 3, leaseMs: 30_000, revision: 7, firstRenewals: 500 };

/** Claimed at 1 000 ms, confirmed. */
const held = (): Lease => confirmed(claim(ASKED, 1_000).lease, 8);

describe('a claim', () => {
  test('is a record in our name, and counts from when it was sent', () => {
    const { lease, record } = claim(ASKED, 1_000);
    expect(record).toEqual({ state: 'held', agent: 'b', epoch: 3, renewals: 500 });
    expect(endsAtMs(confirmed(lease, 8))).toBe(31_000);
  });

  test('whose confirmation was lost is found in the store', () => {
    const { lease, record } = claim(ASKED, 1_000);
    const found = looked(unanswered(lease), { record, revision: 8 }, 1_400);
    expect(found).toMatchObject({ revision: 8, heldFromMs: 1_000, lostAtMs: null, sent: [] });
  });

  test.each([
    ['somebody else', { agent: 'c' }],
    ['another one of our name', { renewals: 4 }],
    ['nobody', { state: 'offered' as const, agent: null, epoch: 4 }],
    ['who had it before', { epoch: 2 }],
  ])('is lost to %s', (_name, other) => {
    const { lease, record } = claim(ASKED, 1_000);
    const found = looked(lease, { record: { ...record, ...other }, revision: 8 }, 1_400);
    expect(found.lostAtMs).toBe(1_400);
  });
});

describe('a lease', () => {
  test('is renewed each second, and while a renewal is under way it waits', () => {
    expect(leaseStep(held(), 1_999)).toBe('wait');
    expect(wakesAtMs(held(), 1_999)).toBe(2_000);
    expect(leaseStep(held(), 2_000)).toBe('renew');
    const { lease, record } = renew(held(), 2_000);
    expect(record.renewals).toBe(501);
    expect(leaseStep(lease, 4_000)).toBe('wait');
    expect(leaseStep(unanswered(lease), 3_000)).toBe('renew');
  });

  test('counts from the sending of the renewal that was confirmed', () => {
    const { lease } = renew(held(), 5_000);
    expect(endsAtMs(lease)).toBe(31_000);
    expect(endsAtMs(confirmed(lease, 9))).toBe(35_000);
  });

  test('counts from the one that is found, and no later one', () => {
    const first = renew(held(), 5_000);
    const second = renew(unanswered(first.lease), 6_000);
    const found = looked(second.lease, { record: first.record, revision: 9 }, 7_000);
    expect(found).toMatchObject({ revision: 9, heldFromMs: 5_000 });
    expect(found.sent).toHaveLength(1);
  });

  test('whose renewal is not there yet is renewed again', () => {
    const { lease } = renew(held(), 5_000);
    const before = { state: 'held', agent: 'b', epoch: 3, renewals: 500 } as const;
    const found = looked(lease, { record: before, revision: 8 }, 6_500);
    expect(found).toMatchObject({ revision: 8, heldFromMs: 1_000, lostAtMs: null });
    expect(leaseStep(found, 6_500)).toBe('renew');
  });

  test.each([
    [30_000, 3_000],
    [4_000, 1_000],
  ])('of %i ms closes chargers %i ms before its end, and kills halfway', (leaseMs, marginMs) => {
    const lease = { ...held(), leaseMs, underWay: true };
    const endMs = 1_000 + leaseMs;
    expect(closesAtMs(lease)).toBe(endMs - marginMs);
    expect(leaseStep(lease, endMs - marginMs - 1)).toBe('wait');
    expect(leaseStep(lease, endMs - marginMs)).toBe('close');
    expect(leaseStep(lease, endMs - marginMs / 2)).toBe('kill');
  });

  test('that somebody else has closes at once, and for good', () => {
    const gone = lost(held(), 9_000);
    expect(leaseStep(gone, 9_000)).toBe('close');
    expect(leaseStep(gone, 9_500)).toBe('kill');
    expect(leaseStep(lost(gone, 12_000), 9_500)).toBe('kill');
    expect(leaseStep(looked(held(), null, 9_000), 9_000)).toBe('close');
  });

  test('of a process that was frozen past its end kills at once', () => {
    expect(leaseStep(held(), 500_000)).toBe('kill');
  });

  test('never outlives what its store has seen, and wakes up in time', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('wait' as const), ms: fc.nat(4_000) }),
      fc.record({ type: fc.constantFrom('confirmed', 'unanswered', 'applied', 'looked') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let lease = held();
        let nowMs = 1_000;
        /** The store: what is in it, and when it was seen to change. */
        let stored = { record: claim(ASKED, 0).record, revision: 8 };
        let seenMs = 1_000;
        let pending: ReturnType<typeof renew>['record'] | null = null;
        const apply = () => {
          if (pending === null || lease.revision !== stored.revision) return false;
          stored = { record: pending, revision: stored.revision + 1 };
          seenMs = nowMs;
          pending = null;
          return true;
        };
        for (const each of steps) {
          if (each.type === 'wait') nowMs += each.ms;
          if (leaseStep(lease, nowMs) === 'renew') {
            const next = renew(lease, nowMs);
            lease = next.lease;
            pending = next.record;
          }
          if (each.type === 'applied' && lease.underWay) {
            apply();
            lease = unanswered(lease);
          }
          if (each.type === 'confirmed' && lease.underWay && apply()) {
            lease = confirmed(lease, stored.revision);
          }
          if (each.type === 'unanswered') {
            lease = unanswered(lease);
            pending = null;
          }
          if (each.type === 'looked') lease = looked(lease, stored, nowMs);
          expect(endsAtMs(lease)).toBeLessThanOrEqual(seenMs + lease.leaseMs);
          expect(wakesAtMs(lease, nowMs)).toBeGreaterThan(nowMs);
          expect(wakesAtMs(lease, nowMs)).toBeLessThanOrEqual(nowMs + 1_000);
          expect(lease.lostAtMs).toBeNull();
        }
      }),
    );
  });
});
