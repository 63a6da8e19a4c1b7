import { expect, test } from 'vitest';
import { mirrorOf } from '../../../src/fleet/host/mirror.ts';
import { checkFates } from '../../../src/snapshot/check-fates.ts';
import { takeCounted } from '../../../src/snapshot/counted.ts';
import { RunCounterOffset, STAGE_STEADY } from '../../../src/snapshot/layout.ts';
import {
  callCounts,
  effectLatency,
  readSnapshot,
  runCounter,
} from '../../../src/snapshot/snapshot.ts';
import { addCalls, emptyMemory } from '../../snapshot/memories.ts';

const NONE = new Float64Array();

/** A shard with `sent` Heartbeats, of which 2 have no end. */
function told(sent: number) {
  const memory = emptyMemory();
  addCalls(memory, STAGE_STEADY, 'Heartbeat', { sent, answered: sent - 2 });
  memory.counters[RunCounterOffset.connected] = sent;
  return { counted: takeCounted(memory), pushes: NONE };
}

test('a lost shard takes its own with it, and no more', () => {
  const mirror = mirrorOf(1, 3);
  mirror.add(0, told(10));
  mirror.add(1, told(20));
  mirror.add(2, told(40));
  mirror.lose(1);
  const seen = () => readSnapshot([mirror.memory]);
  expect(callCounts(seen(), 'steady')).toMatchObject({ sent: 70, answered: 64, unknown: 2 });
  expect(runCounter(seen(), 'connected')).toBe(50);
  // What it still says is of no use, and it is lost once.
  mirror.add(1, told(5));
  mirror.lose(1);
  expect(callCounts(seen(), 'steady')).toMatchObject({ sent: 70, unknown: 2 });
  mirror.lose(0);
  mirror.lose(2);
  expect(callCounts(seen(), 'steady')).toMatchObject({ sent: 70, unknown: 6 });
  expect(checkFates(seen())).toEqual([]);
});

test('a push of profiles is one push over all processes, however late they tell', () => {
  const mirror = mirrorOf(1, 2);
  const pushed = (shard: number, ...atS: number[]) =>
    mirror.add(shard, { counted: null, pushes: Float64Array.from(atS, (s) => s * 1e9) });
  const spreadS = () => effectLatency(readSnapshot([mirror.memory]), 'SetChargingProfile');
  pushed(1, 101, 104);
  mirror.settle(100e9);
  expect(spreadS().totalCount).toBe(0);
  pushed(0, 100, 102);
  mirror.settle(103e9);
  expect(spreadS().totalCount).toBe(3);
  expect(spreadS().maxValue / 2e6).toBeCloseTo(1, 2);
  pushed(0, 130);
  mirror.settle(Number.POSITIVE_INFINITY);
  expect(spreadS().totalCount).toBe(5);
  expect(spreadS().maxValue / 4e6).toBeCloseTo(1, 2);
});
