import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ORIGIN_NS, VirtualClock } from './clock.ts';

const runAll = (clock: VirtualClock) => {
  while (clock.step());
};

test('events run by time, then order, then in the order of scheduling', () => {
  const event = fc.record({ at: fc.integer({ min: 0, max: 5 }), order: fc.integer({ max: 3 }) });
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const clock = new VirtualClock();
      const seen: number[] = [];
      events.forEach(({ at, order }, index) => {
        clock.schedule(ORIGIN_NS + at, order, () => {
          expect(clock.nowNs()).toBe(ORIGIN_NS + at);
          seen.push(index);
        });
      });
      runAll(clock);
      const sorted = [...events.keys()].sort(
        (a, b) => events[a].at - events[b].at || events[a].order - events[b].order || a - b,
      );
      expect(seen).toEqual(sorted);
    }),
  );
});

test('an alarm has one deadline, the last; the network comes first at the same moment', () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const alarm = clock.alarm(0);
  alarm.set(ORIGIN_NS + 5, () => seen.push('replaced'));
  alarm.set(ORIGIN_NS + 9, () => seen.push('alarm'));
  clock.schedule(ORIGIN_NS + 9, 1_000_000, () => seen.push('network'));
  clock.alarm(1).set(ORIGIN_NS + 9, () => seen.push('alarm of shard 1'));
  const cleared = clock.alarm(2);
  cleared.set(ORIGIN_NS + 1, () => seen.push('cleared'));
  cleared.clear();
  runAll(clock);
  expect(seen).toEqual(['network', 'alarm', 'alarm of shard 1']);
});

test('what was due while the thread was blocked runs late', () => {
  const clock = new VirtualClock();
  const ran: number[] = [];
  for (const at of [10, 20, 500]) {
    clock.schedule(ORIGIN_NS + at, 0, () => {
      ran.push(clock.nowNs() - ORIGIN_NS);
      if (at === 10) clock.block(100);
    });
  }
  runAll(clock);
  expect(ran).toEqual([10, 110, 500]);
});
