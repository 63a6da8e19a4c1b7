import type { Scenario, Script, Step } from './types.ts';

/**
 * The scripts of a scenario, in the order in which the plan numbers them: fleet by fleet, step by
 * step. A worker that loads the scenario again finds script `a` of a plan at index `a`.
 */
export function collectScripts(scenario: Scenario): Script[] {
  return scenario.fleets.flatMap((fleet) => scriptsOf(fleet.life.steps));
}

export function scriptsOf(steps: readonly Step[]): Script[] {
  return steps.flatMap((step) => {
    if (step.step === 'script') return [step.run];
    return 'steps' in step ? scriptsOf(step.steps) : [];
  });
}
