import fc from 'fast-check';
import { expect, test } from 'vitest';
import { better, offsetOf } from '../../src/agent/clock-offset.ts';

test('the offset is wrong by half of the quickest round trip at most', () => {
  const way = fc.integer({ min: 0, max: 50_000 }).map((us) => us / 1000);
  fc.assert(
    fc.property(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.array(fc.tuple(way, way), { minLength: 1, maxLength: 10 }),
      (aheadMs, ways) => {
        const probes = ways.map(([thereMs, backMs], i) => ({
          sentMs: i * 1000,
          theirsMs: i * 1000 + thereMs + aheadMs,
          receivedMs: i * 1000 + thereMs + backMs,
        }));
        const { offsetMs, roundTripMs } = offsetOf(probes)!;
        const quickest = Math.min(...ways.map(([there, back]) => there + back));
        expect(roundTripMs).toBeCloseTo(quickest, 6);
        expect(Math.abs(offsetMs - aheadMs)).toBeLessThanOrEqual(roundTripMs / 2 + 1e-6);
      },
    ),
  );
});

test('without a probe nothing is known; one that was answered before it was asked is none', () => {
  expect(offsetOf([])).toBeNull();
  expect(offsetOf([{ sentMs: 5, receivedMs: 4, theirsMs: 9 }])).toBeNull();
});

test('an old look is believed only when the new one was far slower', () => {
  const old = { offsetMs: 1, roundTripMs: 1 };
  expect(better(null, old)).toBe(old);
  expect(better(old, { offsetMs: 2, roundTripMs: 3 }).offsetMs).toBe(2);
  expect(better(old, { offsetMs: 2, roundTripMs: 5 }).offsetMs).toBe(1);
});
