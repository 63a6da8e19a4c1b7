import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeIntervals } from '../../src/coordinator/close-intervals.ts';
import type { Interval } from '../../src/series/interval.ts';
import { type Delta, sumOf } from '../../src/snapshot/delta.ts';

const delta = (amount: number): Delta => ({
  fleetCount: 1,
  counterPlaces: Uint32Array.of(3),
  counterChanges: Float64Array.of(amount),
  histograms: [],
});

const second = (index: number, amount = 1): Interval => ({
  ...{ index, fromS: index, toS: index + 1, stage: 'steady', delta: delta(amount), health: null },
});

const amounts = (intervals: readonly Interval[]) =>
  intervals.map(({ index, delta: { counterChanges } }) => [index, counterChanges[0]]);

function closerOf(...who: number[]) {
  const closer = closeIntervals();
  for (const each of who) closer.begin(each);
  return closer;
}

describe('a second', () => {
  test('closes when all have delivered it', () => {
    const closer = closerOf(0, 1);
    closer.deliver(0, second(0));
    expect(closer.take()).toEqual([]);
    expect(closer.waitsFor()).toEqual([1]);
    closer.deliver(1, second(0, 10));
    expect(amounts(closer.take())).toEqual([[0, 11]]);
    expect(closer.next()).toBe(1);
  });

  test('closes without those that are late, whose share comes with the next', () => {
    const closer = closerOf(0, 1);
    closer.deliver(0, second(0));
    expect(amounts(closer.closeTo(0))).toEqual([[0, 1]]);
    expect(closer.of(1)).toEqual({ missing: 1, late: 0 });
    closer.deliver(1, second(0, 10));
    expect(closer.of(1)).toEqual({ missing: 0, late: 1 });
    closer.deliver(0, second(1));
    closer.deliver(1, second(1, 100));
    const [interval] = closer.take();
    expect(amounts([interval])).toEqual([[1, 111]]);
    expect(interval).toMatchObject({ fromS: 1, toS: 2 });
  });

  test('that was joined is delivered with those before it', () => {
    const closer = closerOf(0, 1);
    for (let i = 0; i < 3; i++) closer.deliver(0, second(i));
    closer.deliver(1, { ...second(2, 30), fromS: 0 });
    expect(amounts(closer.take())).toEqual([
      [0, 1],
      [1, 1],
      [2, 31],
    ]);
    expect(closer.of(1)).toEqual({ missing: 0, late: 0 });
  });

  test('of one that began later is not missing before', () => {
    const closer = closerOf(0);
    closer.deliver(0, second(0));
    closer.take();
    closer.begin(1);
    closer.closeTo(1);
    expect(closer.of(1)).toEqual({ missing: 1, late: 0 });
  });

  test('is not waited for from one that has ended, nor is it missing', () => {
    const closer = closerOf(0, 1);
    closer.end(1, true);
    closer.deliver(0, second(0));
    closer.deliver(0, second(1));
    expect(amounts(closer.take())).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(closer.of(1)).toEqual({ missing: 0, late: 0 });
  });
});

test('what has no second of its own comes at the very end', () => {
  const closer = closerOf(0);
  closer.deliver(0, second(0));
  closer.end(0, false);
  closer.add(delta(7));
  expect(amounts(closer.flush())).toEqual([[0, 8]]);
  closer.add(delta(9));
  expect(amounts(closer.flush())).toEqual([[1, 9]]);
  expect(closer.flush()).toEqual([]);
});

/** Deliveries in any order, some joined, with seconds that are closed before their time. */
const anyDeliveries = fc.array(
  fc.oneof(
    fc.record({
      who: fc.nat(3),
      index: fc.nat(20),
      amount: fc.integer({ min: 1, max: 1000 }),
    }),
    fc.record({ close: fc.nat(20) }),
  ),
);

test('whatever the order, the sum of what closes is that of what was delivered', () => {
  fc.assert(
    fc.property(anyDeliveries, (deliveries) => {
      const closer = closerOf(0, 1, 2, 3);
      const closed: Interval[] = [];
      const delivered: Delta[] = [];
      for (const each of deliveries) {
        if ('close' in each) closed.push(...closer.closeTo(each.close));
        else {
          closer.deliver(each.who, second(each.index, each.amount));
          delivered.push(delta(each.amount));
          closed.push(...closer.take());
        }
      }
      for (let who = 0; who < 4; who++) closer.end(who, true);
      closed.push(...closer.flush());
      const indexes = closed.map(({ index }) => index);
      expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b));
      expect(
        sumOf(
          closed.map((interval) => interval.delta),
          1,
        ),
      ).toEqual(sumOf(delivered, 1));
    }),
    { numRuns: 60 },
  );
});
