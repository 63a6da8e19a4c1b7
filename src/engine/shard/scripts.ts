/** The functions of a plan, which does not carry them: a thread loads the scenario again. */
import { writeDurationNs } from '../../base/units.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Script } from '../../scenario/types.ts';

/** None where the plan has no scripts: then nothing is loaded. */
export async function loadScripts(plan: Plan): Promise<Script[]> {
  if (plan.scriptCount === 0 || plan.scenarioFile === null) return [];
  const { loadScenario } = await import('../../scenario/load.ts');
  const { collectScripts } = await import('../../scenario/scripts.ts');
  // What the command line put over it may be what made it valid, so it is put over it here too.
  const { scenario } = await loadScenario(plan.scenarioFile, {
    target: plan.target.kind === 'embedded' ? 'embedded' : plan.target.url,
    ...(plan.sourceAddresses.length > 0 && { sourceAddresses: plan.sourceAddresses }),
    duration: writeDurationNs(plan.stages.steadyNs),
    dialect: plan.dialect,
    chargers: plan.chargerCount,
  });
  return collectScripts(scenario);
}
