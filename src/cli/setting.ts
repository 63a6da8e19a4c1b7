import { UserError } from '../base/errors.ts';
import { holdsSeed } from '../base/seed.ts';
import { show } from '../scenario/show.ts';

/** What a flag and its environment twin take. */
export interface Setting<T> {
  readonly flag: string;
  readonly env: string;
  /** The value, or `undefined` when `text` is none. */
  parse(text: string): T | undefined;
  readonly allowed: string;
  /** What is wrong with a text that is none, where there is more to say than what is allowed. */
  why?(text: string): string | undefined;
}

export const integer = (min: number, max: number) => (text: string) => {
  const value = /^\d+(_\d{3})*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
};

export const textOf = (text: string) => text || undefined;

/** Why a text that holds a seed is refused, without it. */
export const secretGiven = (text: string, fix: string): string | undefined =>
  holdsSeed(text) ? `that is the secret (SU…); ${fix}` : undefined;

/** A file with a key in it; its path is asked for, not what it holds. */
export const keyFile = {
  parse: (text: string) => (holdsSeed(text) ? undefined : textOf(text)),
  allowed: 'the path of a file',
  why: (text: string) => secretGiven(text, 'give the path of the file that holds it'),
} as const;

/** @throws UserError that names where a wrong value came from. */
export function parsedBy<T>(
  { parse, allowed, why }: Pick<Setting<T>, 'parse' | 'allowed' | 'why'>,
  text: string,
  source: string,
  hint = '',
): T {
  const value = parse(text.trim());
  if (value !== undefined) return value;
  const wrong = text === '' ? 'is empty' : `cannot be ${show(text)}`;
  throw new UserError(`${source} ${wrong}`, why?.(text.trim()) ?? `${hint}it takes ${allowed}`);
}

/** Of a flag, else of its environment twin; undefined: neither is given. */
export function settingOf<T>(
  setting: Setting<T>,
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): T | undefined {
  const inherited = env[setting.env];
  if (given !== undefined) return parsedBy(setting, given, setting.flag);
  return inherited === undefined ? undefined : parsedBy(setting, inherited, setting.env);
}
