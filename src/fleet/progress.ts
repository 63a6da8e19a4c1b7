import type { HealthCause, Verdict } from '../health/verdict.ts';
import { ACTION_COUNT } from '../ocpp/actions.ts';
import type { Stage } from '../series/interval.ts';
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
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Progress } from './result.ts';

export interface ProgressTimes {
  readonly stage: Stage;
  readonly elapsedS: number;
  readonly plannedS: number;
  readonly planned: number;
  readonly serviceP99Ms: number;
  readonly generator: HealthCause | null;
  readonly verdict: Verdict;
}

/** Stage class, action and fleet of all figures of CALLs. */
function places(fleetCount: number): [number, number, number][] {
  return Array.from({ length: fleetCount * STAGE_CLASSES * ACTION_COUNT }, (_, i) => [
    Math.floor(i / ACTION_COUNT) % STAGE_CLASSES,
    i % ACTION_COUNT,
    Math.floor(i / ACTION_COUNT / STAGE_CLASSES),
  ]);
}

/** What the shards have counted so far, without touching their histograms. */
export function readProgress(memories: readonly ShardMemory[], times: ProgressTimes): Progress {
  const at = (offset: number) => memories.reduce((sum, each) => sum + each.counters[offset], 0);
  const run = (name: RunCounter) => at(RunCounterOffset[name]);
  const bases = places(memories[0]?.fleetCount ?? 1).map((place) => callCounterBase(...place));
  const calls = (name: keyof typeof CallCounterIndex) =>
    bases.reduce((sum, base) => sum + at(base + CallCounterIndex[name]), 0);
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

/** p99 of all service times so far, ms: cheaper than a histogram of hdr-histogram-js. */
export function serviceP99Ms({ fleetCount, histograms }: Snapshot): number {
  const slots = new Float64Array(HDR_SLOTS);
  let total = 0;
  for (const [stage, action, fleet] of places(fleetCount)) {
    const counts = histograms[callHistogram(stage, action, 'service', fleet)];
    if (counts === null) continue;
    for (let k = 0; k < HDR_SLOTS; k++) {
      slots[k] += counts[k];
      total += counts[k];
    }
  }
  let above = total * 0.01;
  for (let k = HDR_SLOTS - 1; k >= 0; k--) {
    above -= slots[k];
    if (above < 0) return hdrValueUs(k) / 1000;
  }
  return 0;
}
