/** Environment variables of a scenario: their names travel, their values never do. */
import { syncBuiltinESMExports } from 'node:module';
import { UserError } from '../base/errors.ts';
import { targetsOf } from '../scenario/target.ts';

export interface Recorded<T> {
  readonly result: T;
  /** Names of variables that were read, and are set here; sorted. */
  readonly names: readonly string[];
}

/**
 * Which variables `work` reads, imports of the user's file included. One that it set before it read
 * it is its own.
 */
export async function recordEnvironment<T>(work: () => Promise<T>): Promise<Recorded<T>> {
  const { env } = process;
  const first = new Map<string, 'read' | 'written'>();
  setEnvironment(recording(env, (name, how) => first.has(name) || first.set(name, how)));
  try {
    const result = await work();
    const read = [...first].filter(([, how]) => how === 'read').map(([name]) => name);
    return { result, names: requiredNames(read, env) };
  } finally {
    setEnvironment(env);
  }
}

/** Also what `import { env } from 'node:process'` gives. */
function setEnvironment(env: NodeJS.ProcessEnv): void {
  process.env = env;
  syncBuiltinESMExports();
}

type Tell = (name: string, how: 'read' | 'written') => void;

/**
 * A copy of the whole environment is no reading of a variable. It lists all names, and then either
 * describes and takes one after the other (`{ ...process.env }`, with gaps `{ A, ...rest }`), or
 * takes all of them in their order (for a child process).
 */
function recording(env: NodeJS.ProcessEnv, tell: Tell): NodeJS.ProcessEnv {
  let listed: readonly PropertyKey[] = [];
  /** Places in `listed`: the next to be described, the next to be taken. */
  let [described, taken] = [0, 0];
  /** Described, but not taken; null: several are, so names are what was asked for. */
  let pending: PropertyKey | null = '';
  return new Proxy(env, {
    ownKeys(target) {
      listed = Reflect.ownKeys(target);
      [described, taken] = [0, 0];
      pending = '';
      return [...listed] as string[];
    },
    getOwnPropertyDescriptor(target, key) {
      const place = listed.indexOf(key, described);
      if (place < 0) {
        tell(String(key), 'read');
      } else {
        described = place + 1;
        pending = pending === '' ? key : null;
      }
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    has(target, key) {
      tell(String(key), 'read');
      return Reflect.has(target, key);
    },
    get(target, key) {
      if (key === pending) {
        taken = described;
        pending = '';
      } else if (key === listed[taken]) {
        taken++;
      } else {
        tell(String(key), 'read');
      }
      return Reflect.get(target, key);
    },
    set(target, key, value) {
      tell(String(key), 'written');
      return Reflect.set(target, key, value);
    },
  });
}

export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/;

/** What every machine has of its own, and what packages ask for to look nice. */
const NOISE = new RegExp(
  `^(${[
    '(OCPP_LOAD|NODE|npm|LC|XDG)_.*',
    '_|PATH|HOME|USER|LOGNAME|SHELL|SHLVL|PWD|OLDPWD|HOSTNAME|TMPDIR|TMP|TEMP|TZ|LANG|LANGUAGE',
    'TERM|COLORTERM|COLUMNS|LINES|EDITOR|CI|DEBUG|NO_COLOR|FORCE_COLOR',
  ].join('|')})$`,
);

/** Of `names` those that are set and are not a machine's own; sorted, each once. */
export function requiredNames(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const required = names.filter(
    (name) => VARIABLE.test(name) && !NOISE.test(name) && isSet(env, name),
  );
  return [...new Set(required)].sort();
}

/** Names that the scenario of a run reads, and that `env` does not have. */
export function missingEnvironment(
  record: { readonly environment: readonly string[] },
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  return record.environment.filter((name) => !isSet(env, name));
}

const isSet = (env: Readonly<Record<string, string | undefined>>, name: string) =>
  Object.hasOwn(env, name) && env[name] !== undefined;

/**
 * What goes over the scenario travels as it is, so it may hold no secret.
 * @throws UserError for a target with a user or a password in it.
 */
export function refuseCredentials(target: string | undefined): void {
  if (target === undefined || !targetsOf(target).some(hasCredentials)) return;
  throw new UserError(
    '--target holds a user or a password, and would travel to every agent',
    'write target: process.env.CSMS_URL in the scenario, and give CSMS_URL to each agent',
  );
}

function hasCredentials(target: string): boolean {
  const url = URL.canParse(target) ? new URL(target) : null;
  return (url !== null && `${url.username}${url.password}` !== '') || /\/\/[^/?#]*@/.test(target);
}
