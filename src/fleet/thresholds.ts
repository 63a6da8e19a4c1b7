import type { Plan } from '../plan/plan.ts';
import { type Evaluator, thresholdEvaluator } from '../thresholds/evaluate.ts';

/** The thresholds of a plan, before its run; none of one that is judged elsewhere. */
export function planThresholds(plan: Plan, judged = true): Evaluator {
  const { fleets, chargerCount, stages, thresholds } = plan;
  return thresholdEvaluator({
    thresholds: judged ? thresholds : [],
    fleets: fleets.map(({ name }) => name),
    chargers: chargerCount,
    steadyFromS: (stages.rampNs + stages.warmupNs) / 1e9,
  });
}
