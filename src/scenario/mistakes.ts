import { UserError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { redactUrls, show, stripControls } from './show.ts';

/** What is wrong at one place, with an excerpt that points at it. */
export interface Mistake {
  /** `fleets[0].connect.over must be a duration` */
  readonly message: string;
  /** Lines below it: the excerpt, the caret, what is allowed. */
  readonly hint: string;
}

const MOST_SHOWN = 10;

/** All mistakes of a scenario: the checks add to it and go on. */
export type Mistakes = Mistake[];

/** A wrong value: `key: value` with a caret below the value and the way out beside it. */
export function wrongValue(
  mistakes: Mistakes,
  path: string,
  value: unknown,
  says: string,
  fix: string,
): void {
  const key = lastKey(path);
  const shown = key === 'password' ? '***' : show(value);
  const lead = `${key}: `;
  mistakes.push({ message: `${path} ${says}`, hint: pointAt(lead, shown, '', fix) });
}

const LONGEST_PART = 60;

/** A mistake within a text: the caret stands below the characters `from` to `to`. */
export function wrongPart(
  mistakes: Mistakes,
  path: string,
  at: { text: string; from: number; to: number },
  says: string,
  fix: string,
): void {
  const [before, marked, after] = [
    at.text.slice(0, at.from),
    at.text.slice(at.from, at.to),
    at.text.slice(at.to),
  ].map((part) => redactUrls(stripControls(part)));
  const lead = before.length > LONGEST_PART ? `'…${before.slice(-LONGEST_PART)}` : `'${before}`;
  const rest = after.length > LONGEST_PART ? `${after.slice(0, LONGEST_PART)}…'` : `${after}'`;
  mistakes.push({
    message: `${path} ${says}`,
    hint: pointAt(lead, marked.slice(0, LONGEST_PART), rest, fix),
  });
}

/** Something that is not there. */
export function missing(mistakes: Mistakes, path: string, fix: string): void {
  mistakes.push({ message: `${path} is missing`, hint: fix });
}

/** So many options are named beside the caret; more stand below it. */
const FEW = 8;
const LIST_WIDTH = 72;

/**
 * A key that its owner (`ramp()`, `a fleet`) does not know.
 * @returns the nearest one that it does, if any.
 */
export function unknownKey(
  mistakes: Mistakes,
  path: string,
  at: { owner: string; key: string; value: unknown },
  allowed: readonly string[],
): string | undefined {
  const call = at.owner.endsWith('()') ? at.owner.slice(0, -1) : '';
  const lead = `${path ? `${lastKey(path)}: ` : ''}${call}{ `;
  const rest = `: ${show(at.value)} }${call ? ')' : ''}`;
  const near = nearest(at.key, allowed);
  const owner = call ? at.owner.slice(0, -2) : at.owner;
  const guess = near ? `did you mean \`${near}\`?` : '';
  const takes = `${owner} takes:`;
  const isShort = allowed.length <= FEW;
  const beside = `${takes} ${allowed.join(', ') || 'nothing'}`;
  const fix = isShort ? [guess, beside].filter((part) => part !== '').join('  ') : guess;
  const isTold = mistakes.some(({ hint }) => hint.includes(`\n${takes}\n`));
  const below = isShort || isTold ? [] : [takes, ...listLines(allowed)];
  mistakes.push({
    message: `${joinPath(path, at.key)} is not an option of ${at.owner}`,
    hint: [pointAt(lead, at.key, rest, fix), ...below].join('\n'),
  });
  return near;
}

/** All names, as many in a line as fit. */
function listLines(names: readonly string[]): string[] {
  const lines = [''];
  names.forEach((name, i) => {
    const word = i < names.length - 1 ? `${name},` : name;
    const last = lines.length - 1;
    if (lines[last].length + word.length + 1 <= LIST_WIDTH) lines[last] += ` ${word}`;
    else lines.push(` ${word}`);
  });
  return lines.map((line) => ` ${line}`);
}

const MOST_CARETS = 24;

function pointAt(lead: string, marked: string, rest: string, fix: string): string {
  const carets = '^'.repeat(Math.max(1, Math.min(marked.length, MOST_CARETS)));
  return `${lead}${marked}${rest}\n${`${' '.repeat(lead.length)}${carets} ${fix}`.trimEnd()}`;
}

export function joinPath(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}

/** `fleets[0].connect.over` -> `over`, `fleets[0]` -> `fleets[0]`. */
function lastKey(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Throws one UserError that shows every mistake, or returns when there is none. */
export function throwMistakes(mistakes: Mistakes, name: string): void {
  if (mistakes.length === 0) return;
  const [first] = mistakes;
  if (mistakes.length === 1) throw new UserError(`${name}: ${first.message}`, first.hint);
  const blocks = mistakes
    .slice(0, MOST_SHOWN)
    .map(({ message, hint }) => `${message}\n${hint.replace(/^/gm, '    ')}`);
  const more = mistakes.length - blocks.length;
  if (more > 0) blocks.push(`and ${more} more`);
  throw new UserError(`${name}: ${mistakes.length} mistakes`, blocks.join('\n'));
}
