/** Texts of chargers (identity, password, idTag), by arithmetic where possible. */
import { ExitCode, UserError } from '../base/errors.ts';
import type { TextSource } from '../scenario/types.ts';
import type { TextColumn } from './plan.ts';

/** The text of charger `index` (from 0, within its fleet). */
export function columnText(column: TextColumn, index: number): string {
  if (column.kind === 'constant') return column.text;
  if (column.kind === 'list') return column.texts[index];
  const number = String(column.first + index).padStart(column.width, '0');
  return column.prefix + number + column.suffix;
}

/** `{n}` and `{n:6}` count from `first`; a function is called with 0 to `count` - 1. */
export function compileColumn(source: TextSource, count: number, first: number): TextColumn {
  if (typeof source === 'function') {
    return {
      kind: 'list',
      texts: Array.from({ length: count }, (_, index) => call(source, index)),
    };
  }
  const pattern = /^(.*?)\{n(?::(\d+))?\}(.*)$/s.exec(source);
  if (!pattern) return { kind: 'constant', text: source };
  const [, prefix, width = '0', suffix] = pattern;
  return { kind: 'counter', prefix, width: Number(width), suffix, first };
}

/** @throws UserError, exit code 107: what the scenario's own function threw. */
function call(source: (index: number) => string, index: number): string {
  try {
    return source(index);
  } catch (error) {
    const says = `the scenario's function threw for charger ${index}: ${String(error)}`;
    throw new UserError(
      says,
      'identities are asked for 0 to chargers - 1',
      ExitCode.scenarioException,
    );
  }
}

/** What a text may hold, and how to say so. */
export interface TextRule {
  /** `fleets[0].identities.identity` */
  readonly path: string;
  readonly maxChars: number;
  readonly allowed: RegExp;
  readonly allows: string;
}

/**
 * Checks every text of a column; of a counter only the ends, for the rest is digits.
 * @throws UserError that names the first wrong text.
 */
export function checkColumn(column: TextColumn, count: number, rule: TextRule): void {
  const indexes = column.kind === 'list' ? column.texts.keys() : [0, count - 1];
  for (const index of indexes) {
    const text: unknown = columnText(column, index);
    const at = `${rule.path} of charger ${index}`;
    if (typeof text !== 'string') {
      throw new UserError(`${at} is ${String(text)}`, 'it must be a text');
    }
    const secret = rule.path.endsWith('password');
    const shown = secret ? 'the password' : `'${text}'`;
    if (text.length > rule.maxChars) {
      const says = `${at} has ${text.length} characters: ${shown}`;
      throw new UserError(says, `at most ${rule.maxChars} are allowed`);
    }
    if (!rule.allowed.test(text)) throw new UserError(`${at} is ${shown}`, rule.allows);
  }
}

/** A column with its length and its place, for messages. */
export interface PlacedColumn {
  readonly column: TextColumn;
  readonly count: number;
  readonly path: string;
}

/**
 * Checks that no text occurs twice in all columns together. Lists are put into one set; counters
 * are compared by their form and enumerated only where two could meet.
 * @throws UserError that names the text and both places.
 */
export function checkUnique(columns: readonly PlacedColumn[]): void {
  const seen = new Map<string, PlacedColumn>();
  for (const placed of columns) {
    if (placed.column.kind === 'counter') continue;
    const count = placed.column.kind === 'constant' ? Math.min(2, placed.count) : placed.count;
    for (let index = 0; index < count; index++) {
      const text = columnText(placed.column, index);
      const twin = seen.get(text) ?? columns.find((other) => counts(other, text));
      if (twin) throw twice(text, twin, placed);
      seen.set(text, placed);
    }
  }
  const counters = columns.filter(({ column }) => column.kind === 'counter');
  counters.forEach((counter, index) => {
    for (const other of counters.slice(0, index)) compareCounters(other, counter);
  });
}

function twice(text: string, first: PlacedColumn, second: PlacedColumn): UserError {
  const where = first.path === second.path ? '' : `, in ${first.path} too`;
  const hint = "every charger needs its own: a pattern such as 'CP{n:6}', a function, or csv()";
  return new UserError(`${second.path}: '${text}' occurs twice${where}`, hint);
}

type Counter = Extract<TextColumn, { kind: 'counter' }>;

/** Whether a counter column holds a text. */
function counts({ column, count }: PlacedColumn, text: string): boolean {
  if (column.kind !== 'counter') return false;
  const { prefix, suffix, width, first } = column;
  if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false;
  const digits = text.slice(prefix.length, text.length - suffix.length);
  if (!/^\d+$/.test(digits)) return false;
  const number = Number(digits);
  const canonical = String(number).padStart(width, '0') === digits;
  return canonical && number >= first && number < first + count;
}

function compareCounters(a: PlacedColumn, b: PlacedColumn): void {
  const [one, two] = [a.column as Counter, b.column as Counter];
  const couldMeet =
    (one.prefix.startsWith(two.prefix) || two.prefix.startsWith(one.prefix)) &&
    (one.suffix.endsWith(two.suffix) || two.suffix.endsWith(one.suffix));
  if (!couldMeet) return;
  const sameForm = one.prefix === two.prefix && one.suffix === two.suffix;
  if (sameForm && one.width === two.width) {
    const start = Math.max(one.first, two.first);
    if (start >= Math.min(one.first + a.count, two.first + b.count)) return;
    throw twice(columnText(one, start - one.first), a, b);
  }
  const [fewer, more] = a.count < b.count ? [a, b] : [b, a];
  for (let index = 0; index < fewer.count; index++) {
    const text = columnText(fewer.column, index);
    if (counts(more, text)) throw twice(text, a, b);
  }
}
