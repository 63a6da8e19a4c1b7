import { ACTION_COUNT } from '../ocpp/actions.ts';
import { HDR_SLOTS, hdrValueUs } from '../snapshot/hdr.ts';
import {
  CallCounterIndex,
  CONNECT_FAILURES,
  callCounterBase,
  callHistogram,
  FailureOffset,
  type RunCounter,
  RunCounterOffset,
  type ShardMemory,
  STAGE_CLASSES,
} from '../snapshot/layout.ts';
import type { Progress, Stage } from './result.ts';

export interface ProgressTimes {
  readonly stage: Stage;
  readonly elapsedS: number;
  readonly plannedS: number;
  readonly planned: number;
  readonly serviceP99Ms: number;
}

/** What the shards have counted so far, without touching their histograms. */
export function readProgress(memories: readonly ShardMemory[], times: ProgressTimes): Progress {
  const at = (offset: number) => memories.reduce((sum, each) => sum + each.counters[offset], 0);
  const run = (name: RunCounter) => at(RunCounterOffset[name]);
  const calls = (name: keyof typeof CallCounterIndex) => {
    let sum = 0;
    for (let i = 0; i < STAGE_CLASSES * ACTION_COUNT; i++) {
      const base = callCounterBase(Math.floor(i / ACTION_COUNT), i % ACTION_COUNT);
      sum += at(base + CallCounterIndex[name]);
    }
    return sum;
  };
  return {
    ...times,
    connected: run('connected'),
    booted: run('booted'),
    charging: run('charging'),
    connectsUpgraded: run('connectsUpgraded'),
    connectsFailed: CONNECT_FAILURES.reduce((sum, name) => sum + at(FailureOffset[name]), 0),
    callsSent: calls('sent'),
    callsAnswered: calls('answered'),
    callsFailed: calls('callError') + calls('timedOut') + calls('lost') + calls('invalidReply'),
  };
}

/** p99 of all service times so far, ms: a walk over the slots of the actions in use. */
export function serviceP99Ms(memories: readonly ShardMemory[]): number {
  const slots = new Float64Array(HDR_SLOTS);
  let total = 0;
  for (const memory of memories) {
    for (let i = 0; i < STAGE_CLASSES * ACTION_COUNT; i++) {
      const stage = Math.floor(i / ACTION_COUNT);
      const action = i % ACTION_COUNT;
      if (memory.counters[callCounterBase(stage, action) + CallCounterIndex.answered] === 0)
        continue;
      const start = callHistogram(stage, action, 'service') * HDR_SLOTS;
      for (let k = 0; k < HDR_SLOTS; k++) {
        slots[k] += memory.slots[start + k];
        total += memory.slots[start + k];
      }
    }
  }
  let above = total * 0.01;
  for (let k = HDR_SLOTS - 1; k >= 0; k--) {
    above -= slots[k];
    if (above < 0) return hdrValueUs(k) / 1000;
  }
  return 0;
}
