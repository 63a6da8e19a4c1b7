/** A plan where it was written and a plan from its bundle: made by the same function. */
import { compilePlan } from '../plan/compile.ts';
import type { Plan } from '../plan/plan.ts';
import { loadScenario } from '../scenario/load.ts';
import { outputToStderr } from '../scenario/output.ts';
import type { Scenario } from '../scenario/types.ts';
import type { RunRecord } from '../share/records.ts';

/**
 * What an agent runs.
 * @param file as `unpackBundle` returned it.
 * @throws UserError as `loadScenario` and `compilePlan` do.
 */
export async function planFromBundle(
  file: string,
  { overrides, seed, strict, bundle }: Pick<RunRecord, 'overrides' | 'seed' | 'strict' | 'bundle'>,
): Promise<Plan> {
  const restoreOutput = outputToStderr();
  try {
    const { scenario } = await loadScenario(file, overrides);
    return planOf(scenario, { name: bundle.name, file, seed, strict });
  } finally {
    restoreOutput();
  }
}

export interface PlanOptions {
  readonly name: string;
  readonly file: string;
  readonly seed: number;
  /** Of the command line; undefined: as the scenario says. */
  readonly strict?: boolean;
}

/** The plan of a loaded scenario. */
export function planOf(scenario: Scenario, { strict, ...options }: PlanOptions): Plan {
  const generator = strict === undefined ? {} : { generator: { ...scenario.generator, strict } };
  return compilePlan({ ...scenario, ...generator }, options);
}
