import type { Plan } from '../plan/plan.ts';
import type { Stage } from '../series/interval.ts';

/** Where a run is at a moment, whose drain begins at another; seconds since its start. */
export function stageAt({ stages }: Plan, elapsedS: number, drainAtS: number): Stage {
  if (elapsedS >= drainAtS) return 'drain';
  if (elapsedS < 0) return 'starting';
  if (elapsedS < stages.rampNs / 1e9) return 'ramp';
  return elapsedS < (stages.rampNs + stages.warmupNs) / 1e9 ? 'warm-up' : 'steady';
}
