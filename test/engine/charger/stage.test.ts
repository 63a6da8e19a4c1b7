import { expect, test } from 'vitest';
import { countUnsent, drop, stageAt } from '../../../src/engine/charger/stage.ts';
import { ActionIndexOf } from '../../../src/ocpp/actions.ts';
import {
  CallCounterIndex,
  callCounterBase,
  RunCounterOffset,
  STAGE_OTHER,
  STAGE_STEADY,
} from '../../../src/snapshot/layout.ts';
import { shardOf } from './fixture.ts';

const STEADY = [100, 200] as const;
const { MeterValues } = ActionIndexOf;

function stagedShard() {
  const shard = shardOf();
  [shard.steadyStartNs, shard.steadyEndNs] = STEADY;
  return shard;
}

test.each([
  [99, STAGE_OTHER],
  [100, STAGE_STEADY],
  [199, STAGE_STEADY],
  [200, STAGE_OTHER],
])('%i ns belongs to stage class %i', (atNs, stage) => {
  expect(stageAt(stagedShard(), atNs)).toBe(stage);
});

test('what is dropped counts for its action, its stage and its limit', () => {
  const shard = stagedShard();
  const { counters } = shard.memory;
  const dropped = (stage: number) =>
    counters[callCounterBase(stage, MeterValues) + CallCounterIndex.dropped];
  drop(shard, 0, MeterValues, 3, RunCounterOffset.droppedQueue, 150);
  drop(shard, 0, MeterValues, 2, RunCounterOffset.droppedStart, 250);
  expect([dropped(STAGE_STEADY), dropped(STAGE_OTHER)]).toEqual([3, 2]);
  expect(counters[RunCounterOffset.droppedQueue]).toBe(3);
  expect(counters[RunCounterOffset.droppedStart]).toBe(2);
  expect(counters.reduce((sum, n) => sum + n, 0)).toBe(10);
});

test('what was never sent counts for its action and the stage in which that became certain', () => {
  const shard = stagedShard();
  countUnsent(shard, 0, MeterValues, 4, 200);
  const base = callCounterBase(STAGE_OTHER, MeterValues);
  expect(shard.memory.counters[base + CallCounterIndex.unsent]).toBe(4);
  expect(shard.memory.counters.reduce((sum, n) => sum + n, 0)).toBe(4);
});
