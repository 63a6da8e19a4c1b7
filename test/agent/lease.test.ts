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
import type { ShareRecord } from '../../src/share/records.ts';

const ASKED = { agent: 'b', epoch: 3, leaseMs: 30_000, revision: 7, firstRenewals: 500 };

/** Claimed at 1 000 ms, confirmed. */
const held = (): Lease => confirmed(claim(ASKED, 1_000).lease, 8, 500);

describe('a claim', () => {
  test('is a record in our name, and counts from when it was sent', () => {
    const { lease, record } = claim(ASKED, 1_000);
    expect(record).toEqual({ state: 'held', agent: 'b', epoch: 3, renewals: 500 });
    expect(endsAtMs(confirmed(lease, 8, 500))).toBe(31_000);
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
  test('is renewed each second, and for an answer it waits another one', () => {
    expect(leaseStep(held(), 1_999)).toBe('wait');
    expect(wakesAtMs(held(), 1_999)).toBe(2_000);
    expect(leaseStep(held(), 2_000)).toBe('renew');
    const { lease, record } = renew(held(), 2_000);
    expect(record.renewals).toBe(501);
    expect(leaseStep(lease, 3_999)).toBe('wait');
    expect(leaseStep(lease, 4_000)).toBe('renew');
    expect(leaseStep(unanswered(lease), 3_000)).toBe('renew');
  });

  test('counts from the sending of the renewal that was confirmed', () => {
    const { lease } = renew(held(), 5_000);
    expect(endsAtMs(lease)).toBe(31_000);
    expect(endsAtMs(confirmed(lease, 9, 501))).toBe(35_000);
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
    const endMs = 1_000 + leaseMs;
    const { lease } = renew({ ...held(), leaseMs }, endMs - marginMs - 1);
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

  test('whose answers come in any order knows the last revision', () => {
    const first = renew(held(), 5_000);
    const second = renew(first.lease, 7_000);
    const found = looked(second.lease, { record: first.record, revision: 9 }, 7_100);
    const third = renew(found, 8_100);
    const later = confirmed(third.lease, 10, third.record.renewals);
    expect(confirmed(later, 9, first.record.renewals)).toEqual(later);
    const stale = looked(later, { record: first.record, revision: 9 }, 8_200);
    expect(stale).toMatchObject({ revision: 10, heldFromMs: 8_100, lostAtMs: null });
  });

  test('never outlives what its store has seen, and wakes up in time', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('wait' as const), ms: fc.nat(4_000) }),
      fc.record({
        type: fc.constantFrom('confirmed', 'unconfirmed', 'lost', 'looked'),
        which: fc.nat(),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let lease = held();
        let nowMs = 1_000;
        /** The store: what is in it, and when it was seen to change. */
        let stored = { record: claim(ASKED, 0).record, revision: 8 };
        let seenMs = 1_000;
        const pending: { record: ShareRecord; revision: number }[] = [];
        for (const each of steps) {
          if (each.type === 'wait') nowMs += each.ms;
          if (leaseStep(lease, nowMs) === 'renew') {
            const { revision } = lease;
            const next = renew(lease, nowMs);
            lease = next.lease;
            pending.push({ record: next.record, revision });
          }
          if ('which' in each && pending.length > 0) {
            const [{ record, revision }] = pending.splice(each.which % pending.length, 1);
            const fits = revision === stored.revision && each.type !== 'lost';
            if (fits) {
              stored = { record, revision: stored.revision + 1 };
              seenMs = nowMs;
            }
            if (each.type === 'confirmed') {
              if (fits) lease = confirmed(lease, stored.revision, record.renewals);
              else lease = looked(lease, stored, nowMs);
            } else lease = unanswered(lease);
          }
          if (each.type === 'looked') lease = looked(lease, stored, nowMs);
          expect(endsAtMs(lease)).toBeLessThanOrEqual(seenMs + lease.leaseMs);
          expect(wakesAtMs(lease, nowMs)).toBeGreaterThan(nowMs);
          expect(wakesAtMs(lease, nowMs)).toBeLessThanOrEqual(nowMs + 1_000);
          expect(lease.lostAtMs).toBeNull();
        }
      }),
      { numRuns: 500 },
    );
  });
});
