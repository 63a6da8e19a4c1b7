import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halves, MOST_INTERVALS } from '../../src/agent/backlog.ts';
import { cutEnd, lastSeen } from '../../src/agent/ends.ts';
import { createSpool, type Spool } from '../../src/agent/spool.ts';
import type { Interval } from '../../src/series/interval.ts';
import type { Up } from '../../src/share/up.ts';
import { decodeUp, MAX_UP_BYTES } from '../../src/share/up-codec.ts';
import { joinDeltas, sumOf } from '../../src/snapshot/delta.ts';
import { anyDelta, busySeconds } from '../result/fixtures.ts';

const MARK = { share: 2, epoch: 4 };
const OFFSET = { offsetMs: 1, roundTripMs: 0.5 };
const END: Up = {
  type: 'ended',
  end: { ...cutEnd(lastSeen(), null), leaseLost: false, stopped: false },
};

const seconds = (count: number): Interval[] => {
  const [first] = busySeconds(1, 20);
  return Array.from({ length: count }, (_, index) => ({
    ...first,
    ...{ index, fromS: index, toS: index + 1 },
  }));
};

/** All that leaves, as the other side reads it. */
function drain(spool: Spool) {
  const heard = [];
  for (let message = spool.take(); message !== null; message = spool.take()) {
    heard.push({ id: message.id, ...decodeUp(message.bytes, 1) });
    spool.confirmed();
  }
  return heard;
}

const intervalsIn = (heard: readonly { readonly up: Up }[]) =>
  heard.flatMap(({ up }) => (up.type === 'intervals' ? up.intervals : []));

test('messages leave one at a time, numbered without a gap, the end last', () => {
  const spool = createSpool(MARK);
  spool.add(END);
  spool.add({ type: 'intervals', intervals: seconds(2) });
  spool.add({ type: 'event', event: { atS: 1, text: 'one' } });
  spool.add({ type: 'ledger', text: 'a\n' });
  expect(spool.take()?.id).toBe('2-4-0');
  expect(spool.take()).toBeNull();
  spool.confirmed();
  const heard = drain(spool);
  expect(heard.map(({ id }) => id)).toEqual(['2-4-1', '2-4-2', '2-4-3']);
  expect(heard.map(({ up }) => up.type)).toEqual(['intervals', 'ledger', 'ended']);
  expect(spool.isEmpty()).toBe(true);
});

test('what is sent again has the same id and the same bytes, whatever came meanwhile', () => {
  const spool = createSpool(MARK);
  spool.add({ type: 'intervals', intervals: seconds(1) });
  const first = spool.take();
  spool.failed();
  spool.add({ type: 'intervals', intervals: seconds(3).slice(1) });
  expect(spool.take()).toEqual(first);
  spool.confirmed();
  expect(intervalsIn(drain(spool)).map(({ index }) => index)).toEqual([1, 2]);
});

test('what waits leaves together, a minute a message', () => {
  const spool = createSpool(MARK);
  spool.add({ type: 'intervals', intervals: seconds(100) });
  const heard = drain(spool);
  expect(heard.map(({ up }) => up.type === 'intervals' && up.intervals.length)).toEqual([60, 40]);
});

test('only the last offset leaves, and only a thousand events; the others are counted', () => {
  const spool = createSpool(MARK);
  for (let i = 0; i < 1100; i++) {
    spool.add({ type: 'offset', offset: { ...OFFSET, offsetMs: i } });
    spool.add({ type: 'event', event: { atS: i, text: '' } });
  }
  const heard = drain(spool);
  const offsets = heard.filter(({ up }) => up.type === 'offset');
  expect(heard).toHaveLength(1001);
  expect(heard.at(-1)?.up).toMatchObject({
    event: { text: expect.stringContaining('events are missing') },
  });
  expect(offsets).toHaveLength(1);
});

describe('when the bus is away for long', () => {
  test('seconds are joined, their sum and their order stay', () => {
    const all = seconds(2_000);
    const spool = createSpool(MARK);
    for (const interval of all) spool.add({ type: 'intervals', intervals: [interval] });
    expect(spool.waiting()).toBeLessThanOrEqual(MOST_INTERVALS);
    const heard = intervalsIn(drain(spool));
    const sum = (intervals: readonly Interval[]) =>
      sumOf(
        intervals.map(({ delta }) => delta),
        1,
      );
    expect(sum(heard)).toEqual(sum(all));
    expect(heard[0].fromS).toBe(0);
    expect(heard.at(-1)?.toS).toBe(2_000);
    for (let i = 1; i < heard.length; i++) {
      expect(heard[i].index).toBeGreaterThan(heard[i - 1].index);
      expect(heard[i].fromS).toBe(heard[i - 1].toS);
    }
  });

  test('a ledger leaves in pieces that end with a line', () => {
    const spool = createSpool(MARK);
    const line = `${'x'.repeat(99)}\n`;
    for (let i = 0; i < 6_000; i++) spool.add({ type: 'ledger', text: line });
    const texts = drain(spool).map(({ up }) => (up.type === 'ledger' ? up.text : ''));
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.every((text) => text.endsWith('\n'))).toBe(true);
    expect(texts.join('')).toBe(line.repeat(6_000));
  });

  test('a ledger for which there is no room is told of', () => {
    const spool = createSpool(MARK);
    const text = 'x'.repeat(33_000_000);
    spool.add({ type: 'ledger', text });
    spool.add({ type: 'ledger', text });
    let told = '';
    for (let message = spool.take(); message !== null; message = spool.take()) {
      const { up } = decodeUp(message.bytes, 1);
      if (up.type === 'event') told = up.event.text;
      spool.confirmed();
    }
    expect(told).toContain('lacks 33000000 characters');
  });
});

test('a second as two of the same index is their sum', () => {
  fc.assert(
    fc.property(anyDelta(1), (delta) => {
      const [first] = busySeconds(1);
      const [one, other] = halves({ ...first, delta });
      expect(joinDeltas(one.delta, other.delta)).toEqual(delta);
      expect([one.index, other.index]).toEqual([first.index, first.index]);
      expect(other.health).toBeNull();
    }),
    { numRuns: 30 },
  );
});

test('no message is longer than a bus takes', () => {
  const spool = createSpool(MARK);
  const dense = busySeconds(4, 60_000).map((interval) => ({ ...interval }));
  for (let i = 0; i < 60; i++) {
    const interval = { ...dense[i % 4], index: i, fromS: i, toS: i + 1 };
    spool.add({ type: 'intervals', intervals: [interval] });
  }
  for (let message = spool.take(); message !== null; message = spool.take()) {
    expect(message.bytes.length).toBeLessThanOrEqual(MAX_UP_BYTES);
    spool.confirmed();
  }
});
