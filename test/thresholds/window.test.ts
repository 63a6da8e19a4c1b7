import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunCounterOffset } from '../../src/snapshot/layout.ts';
import { runCounter } from '../../src/snapshot/snapshot.ts';
import { emptyWindow, type Slice, slide } from '../../src/thresholds/window.ts';

/** A second in which so many pings came. */
const sliceOf = (fromS: number, toS: number, pings: number): Slice => ({
  fromS,
  toS,
  delta: {
    fleetCount: 1,
    counterPlaces: Uint32Array.of(RunCounterOffset.pingsReceived),
    counterChanges: Float64Array.of(pings),
    histograms: [],
  },
});

test('a window of three seconds slides by one', () => {
  const window = emptyWindow(3, 1);
  const seen = [1, 20, 300, 4000, 50_000].map((pings, i) => {
    const full = slide(window, sliceOf(i + 0.02, i + 1.02, pings));
    return [full, runCounter(window.snapshot, 'pingsReceived')];
  });
  expect(seen).toEqual([
    ...[
      [false, 1],
      [false, 21],
    ],
    ...[
      [true, 321],
      [true, 4320],
      [true, 54_300],
    ],
  ]);
});

test('a second that came late counts with its length', () => {
  const window = emptyWindow(3, 1);
  slide(window, sliceOf(0, 1, 1));
  expect(slide(window, sliceOf(1, 4.2, 20))).toBe(true);
  expect(window.seconds).toBeCloseTo(3.2);
  expect(runCounter(window.snapshot, 'pingsReceived')).toBe(20);
});

test('a window is the sum of its slices, and no longer than it must be', () => {
  const lengths = fc.array(fc.double({ min: 0.5, max: 5, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 20 }), (seconds, lengthS) => {
      const window = emptyWindow(lengthS, 1);
      let endS = 0;
      seconds.forEach((each, i) => {
        const full = slide(window, sliceOf(endS, endS + each, i + 1));
        endS += each;
        const { slices } = window;
        const sum = slices.reduce((total, { delta }) => total + delta.counterChanges[0], 0);
        expect(runCounter(window.snapshot, 'pingsReceived')).toBe(sum);
        const spanS = endS - slices[0].fromS;
        expect(full).toBe(window.seconds >= lengthS - 0.5);
        expect(window.seconds).toBeCloseTo(spanS);
        expect(endS - slices[0].toS).toBeLessThan(lengthS - 0.5 + 1e-9);
      });
    }),
  );
});
