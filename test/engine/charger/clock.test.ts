import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../../src/chargers/model.ts';
import { chargerMs, printedSeconds, setClock } from '../../../src/engine/charger/clock.ts';
import type { Shard } from '../../../src/engine/charger/shard.ts';
import { scanReply } from '../../../src/engine/frame/reply.ts';
import { RunCounterOffset } from '../../../src/snapshot/layout.ts';
import { callsOf, send } from './command/send.ts';
import { START_NS, shardOf, WALL_START_MS } from './fixture.ts';

/** Reads the answer to a Heartbeat 10 s after the start; returns how far the clock is off, ms. */
function offAfter(shard: Shard, payload: object): number {
  const bytes = Buffer.from(JSON.stringify([3, '100', payload]));
  scanReply(bytes, 0, bytes.length, shard.reply);
  const nowNs = START_NS + 10e9;
  setClock(shard, 0, nowNs);
  return chargerMs(shard, 0, nowNs) - (WALL_START_MS + 10_000);
}
const at = (ms: number) => new Date(WALL_START_MS + 10_000 + ms).toISOString();

test('before any answer it is that of the run', () => {
  const shard = shardOf();
  expect(chargerMs(shard, 0, START_NS)).toBe(WALL_START_MS);
  expect(chargerMs(shard, 0, START_NS + 1.5e9)).toBe(WALL_START_MS + 1500);
});

describe('it follows currentTime', () => {
  test.each([
    ['with Z', at(7000), 7000],
    ['with an offset', at(7000).replace('Z', '+00:00'), 7000],
    ['with microseconds', at(-3000).replace('Z', '123Z'), -3000],
  ])('%s', (_, currentTime, offMs) => {
    expect(Math.abs(offAfter(shardOf('standard'), { currentTime }) - offMs)).toBeLessThan(1);
  });

  test.each<[Dialect, number]>([
    ['standard', 7000],
    // The charger's own zone, UTC+8.
    ['as-logged', 7000 - 8 * 3_600_000],
  ])('without a zone it is in the charger’s: %s', (dialect, offMs) => {
    const currentTime = at(7000).replace('Z', '');
    expect(Math.abs(offAfter(shardOf(dialect), { currentTime }) - offMs)).toBeLessThan(1);
  });

  test('with the skew of the fleet', () => {
    const shard = shardOf('standard', { clockSkew: '-2s' });
    expect(offAfter(shard, { currentTime: at(7000) })).toBeCloseTo(5000, 0);
  });

  test('of its own connection only', () => {
    const shard = shardOf('standard');
    offAfter(shard, { currentTime: at(7000) });
    expect(chargerMs(shard, 1, START_NS)).toBe(WALL_START_MS);
  });
});

test('a time that cannot be read is counted and changes nothing', () => {
  const shard = shardOf('standard');
  const before = offAfter(shard, { currentTime: at(7000) });
  expect(offAfter(shard, { currentTime: 'soon' })).toBe(before);
  expect(shard.memory.counters[RunCounterOffset.clockUnreadable]).toBe(1);
  expect(offAfter(shard, {})).toBe(before);
  expect(shard.memory.counters[RunCounterOffset.clockUnreadable]).toBe(1);
});

test('times are printed in whole seconds of the dialect’s zone', () => {
  const epochMs = Date.UTC(2026, 0, 5, 8, 0, 0, 999);
  expect(printedSeconds(shardOf('standard'), 0, epochMs)).toBe(Date.UTC(2026, 0, 5, 8) / 1000);
  expect(printedSeconds(shardOf('as-logged'), 0, epochMs)).toBe(Date.UTC(2026, 0, 5, 16) / 1000);
});

test('a whole run: the times of a transaction are those of the central system', async () => {
  const told = await send([[10, 'RemoteStartTransaction', { idTag: 'REMOTE' }]], {
    behaviour: {
      onCall({ action, id }, peer) {
        if (action !== 'BootNotification') return false;
        const payload = { currentTime: '2030-06-01T12:00:00Z', interval: 60, status: 'Accepted' };
        peer.send(JSON.stringify([3, id, payload]));
        return true;
      },
    },
  });
  expect(callsOf(told, 'StartTransaction')[0].payload.timestamp).toBe('2030-06-01T12:00:10Z');
});
