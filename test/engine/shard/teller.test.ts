import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Told, teller } from '../../../src/engine/shard/teller.ts';
import { RunCounterOffset } from '../../../src/snapshot/layout.ts';
import { emptyMemory } from '../../snapshot/memories.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A shard that begins 50 ms before the run. */
function telling() {
  let nowMs = 4_950;
  const memory = emptyMemory();
  const told: { atMs: number; told: Told }[] = [];
  const clock = { nowNs: () => nowMs * 1e6, wallMs: () => nowMs };
  const each = teller(clock, memory, (one) => told.push({ atMs: nowMs - 5_000, told: one }));
  each.begin(5_000e6);
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed++) {
      nowMs++;
      vi.advanceTimersByTime(1);
    }
  };
  const count = (n: number) => {
    memory.counters[RunCounterOffset.booted] += n;
  };
  return { each, told, pass, count };
}

test('tells five times a second, far from the moments at which the run is read', () => {
  const { told, pass, count } = telling();
  for (let i = 0; i < 2050; i++) {
    count(1);
    pass(1);
  }
  expect(told.map(({ atMs }) => atMs)).toEqual([
    100, 300, 500, 700, 900, 1100, 1300, 1500, 1700, 1900,
  ]);
  const sum = told.reduce((all, { told }) => all + (told.counted?.counterChanges[0] ?? 0), 0);
  expect(sum).toBe(1950);
});

test('nothing counted is not told; pushes alone are', () => {
  const { each, told, pass } = telling();
  pass(500);
  expect(told).toEqual([]);
  each.pushed(7e9);
  pass(200);
  expect(told).toHaveLength(1);
  expect(told[0].told).toEqual({ counted: null, pushes: Float64Array.of(7e9) });
});

test('the rest is told at the end, and nothing after it', () => {
  const { each, told, pass, count } = telling();
  pass(60);
  count(3);
  each.end();
  expect(told).toMatchObject([{ atMs: 10 }]);
  count(1);
  pass(1000);
  expect(told).toHaveLength(1);
});
