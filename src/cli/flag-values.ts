/** Values of flags, from texts to numbers. */
import { UserError } from '../base/errors.ts';
import { parseDurationNs } from '../base/units.ts';
import { show } from '../scenario/show.ts';

/** `'5%'` or `'0.05'` -> 0.05. */
export function shareOf(flag: string, text: string, above = 0): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const value = Number(digits) / (percent ? 100 : 1);
  if (digits !== undefined && value >= above && value < 1) return value;
  throw new UserError(`${flag} cannot be ${show(text)}`, 'it takes a share below 1, such as 5%');
}

/** A p, above 0 and at most one half. */
export function levelOf(flag: string, text: string): number {
  const value = /^(\d+(\.\d+)?|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 0.5) return value;
  throw new UserError(
    `${flag} cannot be ${show(text)}`,
    'it takes a number up to 0.5, such as 0.01',
  );
}

export function countOf(flag: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UserError(
    `${flag} cannot be ${show(text)}`,
    `it takes a whole number from ${least} to ${most}`,
  );
}

/** Of a duration that is longer than none. */
export function secondsOf(flag: string, text: string): number {
  const ns = parseDurationNs(text.trim());
  if (ns !== undefined && ns > 0) return ns / 1e9;
  throw new UserError(`${flag} cannot be ${show(text)}`, 'it takes a duration, such as 30s or 2m');
}

/** Of a moment of a run; 0s is its start. */
export function momentOf(flag: string, text: string): number {
  const ns = parseDurationNs(text.trim());
  if (ns !== undefined) return ns / 1e9;
  throw new UserError(
    `${flag} cannot be ${show(text)}`,
    'it takes a time since the start of the run, such as 90s, 2m or 1h30m',
  );
}

/** For commander: a flag that may be repeated. */
export const collect = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];
