import type { Plan } from '../plan/plan.ts';
import { type Evaluator, thresholdEvaluator } from '../thresholds/evaluate.ts';

/** The thresholds of a plan, before its run. */
export function planThresholds({ fleets, chargerCount, stages, thresholds }: Plan): Evaluator {
  return thresholdEvaluator({
    thresholds,
    fleets: fleets.map(({ name }) => name),
    chargers: chargerCount,
    steadyFromS: (stages.rampNs + stages.warmupNs) / 1e9,
  });
}
