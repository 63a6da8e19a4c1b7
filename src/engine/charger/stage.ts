/** Which stage a moment belongs to, and what was due then but not sent. */
import {
  CallCounterIndex,
  callCounterBase,
  STAGE_OTHER,
  STAGE_STEADY,
} from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import type { Shard } from './shard.ts';

export function stageAt(shard: Shard, nowNs: number): number {
  return nowNs >= shard.steadyStartNs && nowNs < shard.steadyEndNs ? STAGE_STEADY : STAGE_OTHER;
}

/** Counts `n` messages of an action of charger `c` that a limit kept from being sent. */
export function drop(
  shard: Shard,
  c: number,
  action: number,
  n: number,
  limit: number,
  nowNs: number,
): void {
  const base = callCounterBase(stageAt(shard, nowNs), action, shard.state.fleet[c]);
  count(shard.memory, base + CallCounterIndex.dropped, n);
  count(shard.memory, limit, n);
}

/** Counts `n` messages of an action of `c` that were due and wait at the end of the run. */
export function countUnsent(
  shard: Shard,
  c: number,
  action: number,
  n: number,
  nowNs: number,
): void {
  const base = callCounterBase(stageAt(shard, nowNs), action, shard.state.fleet[c]);
  count(shard.memory, base + CallCounterIndex.unsent, n);
}
