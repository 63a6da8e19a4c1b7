/** From a path and flags to a plan: the same for every command that takes a scenario. */
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { compilePlan } from '../plan/compile.ts';
import type { Plan } from '../plan/plan.ts';
import { lookOf } from '../report/look.ts';
import { type LoadedScenario, loadScenario } from '../scenario/load.ts';
import { outputToStderr } from '../scenario/output.ts';
import { checkScaled, type Overrides as ScenarioOverrides } from '../scenario/override.ts';
import type { Context } from './context.ts';
import { noteText } from './errors.ts';
import { guardLoading } from './loading.ts';
import type { Flags } from './options.ts';
import { misspeltVariables, type Overrides, readOverrides } from './overrides.ts';

/** Reads flags and environment, `-e` first: it is a way to set the latter. */
export function prepare(flags: Flags, context: Context): Overrides {
  const { io } = context;
  const { env, ...others } = flags;
  Object.assign(io.env, env);
  const overrides = readOverrides(others, io.env);
  context.stdoutLook = lookOf(io.stdout, io.env, overrides.color);
  context.stderrLook = lookOf(io.stderr, io.env, overrides.color);
  for (const note of misspeltVariables(io.env)) {
    io.stderr.write(noteText(note, context.stderrLook));
  }
  return overrides;
}

/** Loads, checks and compiles; every mistake of the user is a `UserError`. */
export async function planOf(scenarioPath: string, overrides: Overrides): Promise<Plan> {
  return planFrom(await scenarioOf(scenarioPath, overrides), overrides);
}

/** What the command line put over the scenario; what is not given is not there. */
export function plannedOverrides(overrides: Overrides): ScenarioOverrides {
  const { target, sourceAddresses, chargers, duration, seed, dialect } = overrides;
  const all = { target, sourceAddresses, chargers, duration, seed, dialect };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The scenario with the overrides in it. */
export async function scenarioOf(
  scenarioPath: string,
  overrides: Overrides,
): Promise<LoadedScenario> {
  const { chargers, strict } = overrides;
  const changes = plannedOverrides(overrides);
  const { scenario, file } = await guardLoading(scenarioPath, () =>
    loadScenario(scenarioPath, changes),
  );
  checkScaled(scenario, chargers);
  const generator = strict === undefined ? {} : { generator: { ...scenario.generator, strict } };
  return { scenario: { ...scenario, ...generator }, file };
}

export function planFrom({ scenario, file }: LoadedScenario, { seed }: Overrides): Plan {
  // Identities may be functions of the user.
  const restoreOutput = outputToStderr();
  try {
    return compilePlan(scenario, {
      name: path.basename(file),
      file,
      seed: seed ?? scenario.seed ?? randomInt(2 ** 32),
    });
  } finally {
    restoreOutput();
  }
}
