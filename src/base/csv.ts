/** CSV as RFC 4180 has it: read and written without a package, for tables of plain texts. */
import { UserError } from './errors.ts';

export interface CsvRow {
  /** Where the row begins in the text, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const SEPARATORS = [',', ';', '\t'];

/**
 * The rows of `text`, cells as they are written; empty lines are left out. The separator is the
 * one of comma, semicolon and tab that the first line has most of.
 * @param file names the file in messages.
 * @throws UserError for quotes that do not pair.
 */
export function readCsv(text: string, file: string): CsvRow[] {
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  // A byte order mark is no part of the first cell.
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const first = line;
    const cells: string[] = [];
    for (;;) {
      const cell =
        text[at] === '"' ? quotedCell(text, at, separator) : plainCell(text, at, separator);
      if (cell === null) throw unpaired(file, line);
      cells.push(cell.value);
      line += cell.lineBreaks;
      at = cell.end;
      if (text[at] !== separator) break;
      at++;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: first, cells });
  }
  return rows;
}

/** A cell that `readCsv` reads back as it was. */
export function csvCell(value: string | number | boolean): string {
  const text = String(value);
  return /[",;\t\r\n\ufeff]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

interface Cell {
  readonly value: string;
  /** Where the separator, the line break or the end of the text is. */
  readonly end: number;
  readonly lineBreaks: number;
}

/** Up to the separator or the end of the line, by separator. */
const PLAIN = new Map(SEPARATORS.map((each) => [each, new RegExp(`[^${each}\\r\\n]*`, 'y')]));

function plainCell(text: string, start: number, separator: string): Cell {
  const pattern = PLAIN.get(separator) as RegExp;
  pattern.lastIndex = start;
  const [value] = pattern.exec(text) as RegExpExecArray;
  return { value, end: start + value.length, lineBreaks: 0 };
}

/** null when the quote at `start` is not closed, or something follows the closing one. */
function quotedCell(text: string, start: number, separator: string): Cell | null {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end < 0) return null;
  const after = text[end + 1];
  if (after !== undefined && after !== separator && !/[\r\n]/.test(after)) return null;
  const raw = text.slice(start + 1, end);
  const lineBreaks = raw.match(/\r\n|\r|\n/g)?.length ?? 0;
  return { value: raw.replaceAll('""', '"'), end: end + 1, lineBreaks };
}

function separatorOf(text: string): string {
  const [head] = text.split(/[\r\n]/, 1);
  const counts = SEPARATORS.map((separator) => head.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))];
}

const unpaired = (file: string, line: number) =>
  new UserError(
    `${file}:${line}: not a CSV file: a quote that does not pair`,
    'a cell that holds a quote is written in quotes, with that quote doubled: "a ""b"" c"',
  );
