/** Where the chargers of a run connect to, and which of several targets is whose. */
import { ExitCode, UserError } from '../base/errors.ts';
import { targetsOf, targetsText, targetUrl } from '../scenario/target.ts';
import type { Scenario } from '../scenario/types.ts';
import type { PlanTarget } from './plan.ts';

/** @throws UserError for an index that `targetOf` gives and no target has. */
export function compileTarget(scenario: Scenario, chargerCount: number): PlanTarget {
  // A copy: the plan is frozen, the user's object is not ours to freeze.
  const embedded = structuredClone(scenario.embedded ?? {});
  const [first, ...others] = targetsOf(scenario.target);
  if (first === 'embedded') {
    const url = 'ws://127.0.0.1:0/{id}';
    return { kind: 'embedded', url, urls: [url], of: null, embedded };
  }
  const urls = [first, ...others].map(targetUrl);
  const { targetOf } = scenario;
  // One target alone, as --target may give it, is everybody's.
  const of = targetOf && urls.length > 1 ? column(targetOf, chargerCount, urls.length) : null;
  return { kind: 'external', url: targetsText(urls), urls, of, embedded };
}

function column(
  targetOf: NonNullable<Scenario['targetOf']>,
  chargerCount: number,
  targets: number,
): Uint16Array {
  return Uint16Array.from({ length: chargerCount }, (_, charger) => {
    const index = call(targetOf, charger);
    if (Number.isInteger(index) && index >= 0 && index < targets) return index;
    const says = `targetOf gives ${String(index)} for charger ${charger}`;
    throw new UserError(says, `there are ${targets} targets: 0 to ${targets - 1}`);
  });
}

/** @throws UserError, exit code 107: what the scenario's own function threw. */
function call(targetOf: NonNullable<Scenario['targetOf']>, charger: number): number {
  try {
    return targetOf(charger);
  } catch (error) {
    const says = `targetOf threw for charger ${charger}: ${String(error)}`;
    const hint = 'it is asked for 0 to chargers - 1 of the whole run';
    throw new UserError(says, hint, ExitCode.scenarioException);
  }
}

/** Index in `urls` of the target of a charger of the run. */
export const targetIndex = ({ urls, of }: Pick<PlanTarget, 'urls' | 'of'>, charger: number) =>
  of === null ? charger % urls.length : of[charger];
