import type { HealthCause, Verdict } from '../health/verdict.ts';
import { ACTION_COUNT } from '../ocpp/actions.ts';
import type { Stage } from '../series/interval.ts';
import type { Delta } from '../snapshot/delta.ts';
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
import type { Progress } from './result.ts';

export interface ProgressTimes {
  readonly stage: Stage;
  readonly elapsedS: number;
  readonly plannedS: number;
  readonly planned: number;
  readonly serviceP99Ms: number;
  readonly generator: HealthCause | null;
  readonly verdict: Verdict;
  readonly loopLagMs: number;
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
export function readProgress(
  memories: readonly Pick<ShardMemory, 'counters' | 'fleetCount'>[],
  times: ProgressTimes,
): Progress {
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

/** All service times of a run so far, which it is fed second by second. */
export interface ServiceTimes {
  add(delta: Delta): void;
  /** ms; 0: nothing was answered. */
  p99Ms(): number;
}

export function serviceTimes(fleetCount: number): ServiceTimes {
  const numbers = new Set(
    places(fleetCount).map(([stage, action, fleet]) =>
      callHistogram(stage, action, 'service', fleet),
    ),
  );
  const sum = new Float64Array(HDR_SLOTS);
  let total = 0;
  return {
    add({ histograms }) {
      for (const { histogram, slots, counts } of histograms) {
        if (!numbers.has(histogram)) continue;
        for (let i = 0; i < slots.length; i++) {
          sum[slots[i]] += counts[i];
          total += counts[i];
        }
      }
    },
    p99Ms() {
      let above = total * 0.01;
      for (let k = HDR_SLOTS - 1; k >= 0; k--) {
        above -= sum[k];
        if (above < 0) return hdrValueUs(k) / 1000;
      }
      return 0;
    },
  };
}
