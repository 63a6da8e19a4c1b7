/** Which files a scenario names, and which of them go where it goes. */
import { readFileSync } from 'node:fs';
import { isAbsolute, posix, relative } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { Scenario } from '../scenario/types.ts';
import type { PackedFile } from './pack.ts';

export interface Travelling {
  /** The path of the scenario's folder in the bundle, with a slash at its end; '' for its root. */
  readonly folder: string;
  readonly files: readonly PackedFile[];
  /** Paths that every agent reads on its own machine, as the scenario has them. */
  readonly local: readonly string[];
}

/**
 * Data travels: CSV files and certificates of authorities, unless they have an absolute path
 * outside the scenario's folder. Client certificates and keys are secrets: they do not.
 * @param folder of the scenario here.
 * @throws UserError for a secret with a relative path, which would be nowhere on an agent.
 */
export function travelling(scenario: Scenario, folder: string, readFile = read): Travelling {
  const { certFile, keyFile, caFile } = scenario.tls ?? {};
  refuseRelative('tls.certFile', certFile);
  refuseRelative('tls.keyFile', keyFile);
  const named = [...csvFiles(scenario), caFile].filter((path) => path !== undefined);
  const places = new Map(named.map((path) => [path, placeOf(path, folder)]));
  const below = [...places].flatMap(([path, place]) => (place === null ? [] : [{ path, place }]));
  // As many folders as the paths climb, so that each of them stays within the bundle.
  const steps = Math.max(0, ...below.map(({ place }) => climbs(place)));
  const inside = '_/'.repeat(steps);
  const files = new Map(
    below.map(({ path, place }) => [posix.join(inside, place), posix.resolve(folder, path)]),
  );
  const outside = [...places].filter(([, place]) => place === null).map(([path]) => path);
  return {
    folder: inside,
    files: [...files].sort(byName).map(([name, path]) => ({ name, bytes: readFile(path) })),
    local: [...new Set([...outside, certFile, keyFile])].filter((path) => path !== undefined),
  };
}

const csvFiles = ({ fleets }: Scenario): string[] =>
  fleets.flatMap(({ identities = {} }) => ('csv' in identities ? [identities.csv] : []));

/** Relative to the scenario's folder; null: it does not travel. */
function placeOf(path: string, folder: string): string | null {
  if (!isAbsolute(path)) return posix.normalize(path);
  const place = relative(folder, path);
  return place.startsWith('..') || isAbsolute(place) ? null : place;
}

const climbs = (place: string) => place.split('/').filter((part) => part === '..').length;

const byName = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : 1);

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${path} cannot be read (${code})`, 'the scenario names it');
  }
}

function refuseRelative(setting: string, path: string | undefined): void {
  if (path === undefined || isAbsolute(path)) return;
  throw new UserError(
    `${setting} is relative (${path}), and secrets do not travel to agents`,
    'give an absolute path: each agent reads its own file there',
  );
}
