import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { importNatively, installHooks, serveFromMemory } from './hooks.ts';
import {
  cannotBuild,
  cannotLoad,
  isBuildFailure,
  placeOf,
  scenarioException,
  showPath,
} from './load-error.ts';
import { applyOverrides, type Overrides } from './override.ts';
import type { Scenario } from './types.ts';
import { validateScenario } from './validate.ts';

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** Absolute path. */
  readonly file: string;
}

/**
 * Imports a user's file, puts the overrides over its default export and checks the outcome.
 * @throws UserError: 107 for an exception of the user's code, 104 for every other mistake.
 */
export async function loadScenario(
  path: string,
  overrides: Overrides = {},
): Promise<LoadedScenario> {
  const file = resolve(path);
  checkFile(file);
  const exports = await importFile(file);
  if (exports.default === undefined) {
    const names = Object.keys(exports).filter((name) => name !== 'module.exports');
    const found = names.length ? `it exports ${names.join(', ')}; ` : '';
    const hint = `${found}write: export default defineScenario({ … })`;
    throw new UserError(`${showPath(file)} has no default export`, hint);
  }
  const checked = validateScenario(applyOverrides(exports.default, overrides), basename(file));
  return { scenario: checked, file };
}

function checkFile(file: string): void {
  const kind = statSync(file, { throwIfNoEntry: false });
  if (!kind) throw new UserError(`${showPath(file)} does not exist`, similarFile(file));
  if (!kind.isFile()) {
    throw new UserError(`${showPath(file)} is not a file`, 'give the path of a scenario file');
  }
  if (EXTENSIONS.includes(extname(file))) return;
  throw new UserError(
    `${showPath(file)} is not a scenario`,
    `its name ends in ${EXTENSIONS.join(', ')}`,
  );
}

function similarFile(file: string): string {
  const folder = dirname(file);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return `there is no folder ${showPath(folder)}`;
  }
  const files = readdirSync(folder).filter((name) => EXTENSIONS.includes(extname(name)));
  const name = basename(file);
  const near = nearest(name, files) ?? files.find((other) => other === `${name}${extname(other)}`);
  return near ? `did you mean ${showPath(join(folder, near))}?` : '';
}

/** Counts loads in this thread: Node keeps a module for good, and its environment may change. */
let loadCount = 0;

async function importFile(file: string): Promise<Record<string, unknown>> {
  installHooks();
  loadCount += 1;
  const url = pathToFileURL(file).href;
  try {
    return await importNatively(loadCount === 1 ? url : `${url}?ocpp-load=${loadCount}`);
  } catch (error) {
    if (!isRefusal(error)) throw scenarioException(error, file);
    return importBundled(file, `${url}?ocpp-load-bundle=${loadCount}`, error);
  }
}

const REFUSALS = [
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
];

/**
 * What esbuild may still read. Syntax errors belong here: Node keeps the import of a type that was
 * written without `type`, and then does not find it.
 */
function isRefusal(error: unknown): boolean {
  const { code, name } = (error ?? {}) as NodeJS.ErrnoException;
  // One that JSON.parse threw in the user's code has a frame there, with a column.
  const parsing = name === 'SyntaxError' && !placeOf(error)?.column;
  return parsing || REFUSALS.includes(String(code));
}

async function importBundled(
  file: string,
  url: string,
  refusal: unknown,
): Promise<Record<string, unknown>> {
  let source: string;
  try {
    // Few files need it, and every worker with a script loads this one.
    const { bundle } = await import('./bundle.ts');
    source = await bundle(file);
  } catch (error) {
    if (isBuildFailure(error)) throw cannotBuild(error, dirname(file), file);
    throw cannotLoad(refusal, file);
  }
  serveFromMemory(url, source);
  try {
    return await importNatively(url);
  } catch (error) {
    if (!isRefusal(error)) throw scenarioException(error, file);
    // Of two refusals the first one has the user's own lines.
    throw isLinkError(refusal) ? cannotLoad(refusal, file) : cannotLoad(error, file);
  }
}

const isLinkError = (error: unknown) => (error as Error).name === 'SyntaxError';
