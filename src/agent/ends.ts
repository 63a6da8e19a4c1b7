/** The end of a share that was cut off: as much as its intervals tell. */
import { SOUND } from '../health/verdict.ts';
import type { Interval, Stage } from '../series/interval.ts';
import { RunCounterOffset } from '../snapshot/layout.ts';
import type { RanShare } from './ports.ts';

export interface LastSeen {
  add(interval: Interval): void;
  /** Seconds in each stage. */
  stageS(stage: Stage): number;
  peakConnected(): number;
}

export function lastSeen(): LastSeen {
  const lengths = new Map<Stage, number>();
  let connected = 0;
  let peak = 0;
  return {
    add({ stage, fromS, toS, delta }) {
      lengths.set(stage, (lengths.get(stage) ?? 0) + toS - fromS);
      const place = delta.counterPlaces.indexOf(RunCounterOffset.connected);
      if (place >= 0) connected += delta.counterChanges[place];
      peak = Math.max(peak, connected);
    },
    stageS: (stage) => lengths.get(stage) ?? 0,
    peakConnected: () => peak,
  };
}

/** @param error a fault of ours; null: it was ended. */
export function cutEnd(seen: LastSeen, error: Error | null): RanShare {
  return {
    rampS: seen.stageS('ramp'),
    warmupS: seen.stageS('warm-up'),
    steadyS: seen.stageS('steady'),
    drainS: seen.stageS('drain'),
    peakConnected: seen.peakConnected(),
    ending: error === null ? 'interrupted' : 'shardError',
    error: error === null ? null : { message: error.message, stack: error.stack ?? '' },
    // What it cost was not told: its seconds have their own health.
    generator: {
      ...{ workers: 0, processes: 0, cpuUs: 0, steadyCpuUs: 0 },
      ...{ rssBeforeBytes: 0, rssSteadyBytes: 0 },
    },
    verdict: SOUND,
  };
}
