import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arm,
  createTimers,
  disarm,
  isArmed,
  nextDeadlineNs,
  type Timers,
  takeDue,
} from '../../../src/engine/charger/timers.ts';

/** Armed timers in the order in which they must fire. */
type Model = Map<number, number>;
const inOrder = (model: Model) => [...model].sort(([a, at], [b, bt]) => at - bt || a - b);

const TIMERS = 40;
type Step =
  | { readonly do: 'arm'; readonly t: number; readonly deadlineNs: number }
  | { readonly do: 'disarm'; readonly t: number }
  | { readonly do: 'take'; readonly nowNs: number };

// Few deadlines, so that many are equal; infinity is one that never comes.
const deadlineNs = fc.oneof(
  fc.nat(30),
  fc.constant(Number.POSITIVE_INFINITY),
  fc.double({ noNaN: true }),
);
const t = fc.nat(TIMERS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('arm' as const), t, deadlineNs }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('disarm' as const), t }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), nowNs: fc.nat(20) }) },
);

/** Arms most of them first: only a deep heap moves what it takes from its end both ways. */
const full = fc
  .array(fc.nat(30), { minLength: TIMERS, maxLength: TIMERS })
  .map((all) => all.map((at, each): Step => ({ do: 'arm', t: each, deadlineNs: at })));

function apply(timers: Timers, model: Model, each: Step): void {
  if (each.do === 'arm') {
    arm(timers, each.t, each.deadlineNs);
    model.set(each.t, each.deadlineNs);
  } else if (each.do === 'disarm') {
    disarm(timers, each.t);
    model.delete(each.t);
  } else {
    const [due] = inOrder(model).filter(([, at]) => at <= each.nowNs);
    expect(takeDue(timers, each.nowNs)).toBe(due?.[0] ?? -1);
    if (due) model.delete(due[0]);
  }
}

function expectHeap(timers: Timers, model: Model): void {
  expect(timers.size).toBe(model.size);
  expect(nextDeadlineNs(timers)).toBe(inOrder(model)[0]?.[1] ?? Number.POSITIVE_INFINITY);
  for (let each = 0; each < TIMERS; each++) {
    expect(isArmed(timers, each)).toBe(model.has(each));
    const place = timers.places[each];
    if (place >= 0) expect(timers.heap[place]).toBe(each);
  }
}

test('any arming, moving, disarming and taking, against a sorted list', () => {
  fc.assert(
    fc.property(full, fc.array(step, { maxLength: 150 }), (first, steps) => {
      const timers = createTimers(TIMERS);
      const model: Model = new Map();
      for (const each of [...first, ...steps]) {
        apply(timers, model, each);
        expectHeap(timers, model);
      }
      // All that are left come out in order.
      const left = inOrder(model).map(([each]) => each);
      const taken = left.map(() => takeDue(timers, Number.POSITIVE_INFINITY));
      expect(taken).toEqual(left);
      expect(takeDue(timers, Number.POSITIVE_INFINITY)).toBe(-1);
    }),
    { numRuns: 120 },
  );
});

test('ten thousand in random order come out sorted, equal ones by their number', () => {
  const deadlines = fc.array(fc.nat(500), { minLength: 10_000, maxLength: 10_000 });
  fc.assert(
    fc.property(deadlines, (all) => {
      const timers = createTimers(all.length);
      for (const [each, at] of all.entries()) arm(timers, each, at);
      const order = all.map((_, each) => each).sort((a, b) => all[a] - all[b] || a - b);
      expect(order.map(() => takeDue(timers, 1000))).toEqual(order);
    }),
    { numRuns: 3 },
  );
});

test('one that is due exactly now is due', () => {
  const timers = createTimers(1);
  arm(timers, 0, 5);
  expect(takeDue(timers, 4.999)).toBe(-1);
  expect(takeDue(timers, 5)).toBe(0);
  expect(isArmed(timers, 0)).toBe(false);
  disarm(timers, 0);
  expect(timers.size).toBe(0);
});
