import { UserError } from '../base/errors.ts';
import { formatDurationNs, parseDurationNs } from '../base/units.ts';
import type { LongThreshold, ThresholdExpression } from '../scenario/threshold-types.ts';
import type { Scenario } from '../scenario/types.ts';
import { parseExpression, parseSelector, type Selector } from '../thresholds/parse.ts';
import type { Threshold } from '../thresholds/types.ts';
import type { PlanStages } from './plan.ts';

/**
 * @param scenario as the validation has seen it.
 * @throws UserError for a threshold that would be looked at only after the end.
 */
export function compileThresholds(scenario: Scenario, stages: PlanStages): Threshold[] {
  const fleets = scenario.fleets.map(({ name }) => name);
  return Object.entries(scenario.thresholds ?? {}).flatMap(([text, list]) => {
    const selector = parseSelector(text, fleets);
    return (list ?? []).map((each) => compileThreshold(text.trim(), selector, each, stages));
  });
}

function compileThreshold(
  text: string,
  { metric, labels }: Selector,
  written: ThresholdExpression | LongThreshold,
  stages: PlanStages,
): Threshold {
  const long = typeof written === 'string' ? { threshold: written } : written;
  const { threshold, abortOnFail = false, delayAbortEval, window } = long;
  const delayAbortEvalNs = parseDurationNs(delayAbortEval) ?? 0;
  const runNs = stages.rampNs + stages.warmupNs + stages.steadyNs;
  if (delayAbortEvalNs >= runNs) {
    const lasts = `the run lasts ${formatDurationNs(runNs)}`;
    throw new UserError(
      `thresholds['${text}'] has delayAbortEval: '${delayAbortEval}', which is beyond the end`,
      `${lasts} until its chargers drain; use a shorter delay`,
    );
  }
  return {
    selector: text,
    metric: metric.name,
    labels: { ...labels } as Record<string, string>,
    expression: threshold.trim(),
    ...parseExpression(threshold, metric),
    windowNs: parseDurationNs(window) ?? null,
    abortOnFail,
    delayAbortEvalNs,
  };
}
