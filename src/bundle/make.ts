/** From a scenario's file to what every agent of a run loads. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { bundleLine, markOf, sha256 } from '../plan/mark.ts';
import type { Plan } from '../plan/plan.ts';
import { bundleWhole } from '../scenario/bundle.ts';
import { loadScenario } from '../scenario/load.ts';
import { cannotBuild, isBuildFailure, showPath } from '../scenario/load-error.ts';
import { outputToStderr } from '../scenario/output.ts';
import { checkScaled } from '../scenario/override.ts';
import type { Scenario } from '../scenario/types.ts';
import type { BundleMark, RunRecord } from '../share/records.ts';
import { type Travelling, travelling } from './data.ts';
import { recordEnvironment, refuseCredentials, requiredNames } from './environment.ts';
import { packFiles, unpackBundle } from './pack.ts';
import { MOST_BUNDLE_BYTES, pieceCount } from './pieces.ts';
import { type PlanOptions, planOf } from './plan.ts';

export interface MadeBundle {
  readonly bytes: Uint8Array;
  readonly mark: BundleMark;
  /** Names of environment variables that agents must have. */
  readonly environment: readonly string[];
  /** Paths that the scenario names and that every agent reads on its own machine. */
  readonly local: readonly string[];
  /** Of the coordinator, which connects no charger: without client certificates. */
  readonly plan: Plan;
  /** What every agent's own plan must have too. */
  readonly planSha256: string;
}

export interface BundleOptions {
  /** undefined: the scenario's, or one is drawn. */
  readonly seed?: number;
  /** Of the command line; undefined: as the scenario says. */
  readonly strict?: boolean;
  /** Names of variables that `-e` set. */
  readonly given?: readonly string[];
}

/**
 * Bundles a scenario and what it imports, then loads the bundle in an empty folder and plans again:
 * what agents could not load, or would plan differently, is told here.
 * @throws UserError
 */
export async function makeBundle(
  scenarioFile: string,
  overrides: RunRecord['overrides'],
  { seed, strict, given = [] }: BundleOptions = {},
): Promise<MadeBundle> {
  refuseCredentials(overrides.target);
  const restoreOutput = outputToStderr();
  try {
    const made = await recordEnvironment(() => make(scenarioFile, overrides, { seed, strict }));
    const environment = requiredNames([...made.names, ...given], process.env);
    return { ...made.result, environment };
  } finally {
    restoreOutput();
  }
}

async function make(
  scenarioFile: string,
  overrides: RunRecord['overrides'],
  { seed, strict }: BundleOptions,
): Promise<Omit<MadeBundle, 'environment'>> {
  const { scenario, file } = await loadScenario(scenarioFile, overrides);
  checkScaled(scenario, overrides.chargers);
  const files = travelling(scenario, dirname(file));
  const options = {
    ...{ name: basename(file), file, strict },
    seed: seed ?? scenario.seed ?? randomInt(2 ** 32),
  };
  const plan = planOf(withoutLocal(scenario, files), options);
  const bytes = packFiles([await codeOf(file, files), ...files.files]);
  checkSize(bytes.length, file);
  const { local, planSha256 } = await planThere(bytes, overrides, options);
  if (planSha256 !== markOf(plan)) throw differs(file);
  return { bytes, mark: markOfBundle(bytes, options.name), local, plan, planSha256 };
}

const markOfBundle = (bytes: Uint8Array, name: string): BundleMark => ({
  sha256: sha256(bytes),
  bytes: bytes.length,
  chunks: pieceCount(bytes.length),
  name,
});

async function codeOf(file: string, { folder }: Travelling) {
  try {
    const code = await bundleWhole(file, bundleLine(sha256(readFileSync(file))));
    const name = `${folder}${basename(file, extname(file))}.mjs`;
    return { name, bytes: Buffer.from(code) };
  } catch (error) {
    throw isBuildFailure(error) ? cannotBuild(error, dirname(file), file) : error;
  }
}

/** @throws UserError for more than may travel. */
export function checkSize(bytes: number, file: string): void {
  if (bytes <= MOST_BUNDLE_BYTES) return;
  const [size, most] = [bytes, MOST_BUNDLE_BYTES].map((each) => Math.ceil(each / 2 ** 20));
  throw new UserError(
    `${showPath(file)}: its bundle has ${size} MiB, and ${most} MiB may travel`,
    'name large CSV files by an absolute path, at which every agent has them',
  );
}

/** What each agent reads of its own is not needed to tell what load is planned. */
function withoutLocal(scenario: Scenario, { local }: Travelling): Scenario {
  const { certFile, keyFile, caFile, ...tls } = scenario.tls ?? {};
  const travels = caFile !== undefined && !local.includes(caFile);
  return { ...scenario, tls: { ...tls, ...(travels && { caFile }) } };
}

/** What an agent will plan, and read of its own. @param options of the plan made here. */
async function planThere(
  bytes: Uint8Array,
  overrides: RunRecord['overrides'],
  options: PlanOptions,
): Promise<Pick<MadeBundle, 'planSha256' | 'local'>> {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-bundle-'));
  try {
    const file = unpackBundle(bytes, join(folder, 'run'));
    const { scenario } = await loadScenario(file, overrides);
    const files = travelling(scenario, dirname(file));
    const plan = planOf(withoutLocal(scenario, files), { ...options, file });
    return { planSha256: markOf(plan), local: files.local };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint, exitCode } = error;
    // The folder is gone when the message is read.
    const here = (text: string) => text.replaceAll(`${folder}/run`, dirname(options.file));
    const all = [here(hint), LOADED_THERE].filter((text) => text !== '').join('\n');
    throw new UserError(here(message), all, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LOADED_THERE = [
  'the scenario loads here, but not where only its bundle is, as on an agent:',
  'what it imports travels, and what csv() and tls.caFile name; files that its code reads do not.',
  "Import them (import tariffs from './tariffs.json' with { type: 'json' }), or read them at an",
  'absolute path that every agent has.',
].join('\n');

const differs = (file: string) =>
  new UserError(
    `${showPath(file)} plans another load each time it is loaded`,
    'agents could not make one run of it: take random numbers and times out of what it plans',
  );
