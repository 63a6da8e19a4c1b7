/** How text is laid out for one stream: its width in columns, and whether it shows colours. */
export interface Look {
  readonly width: number;
  readonly color: boolean;
}

export const PLAIN_LOOK: Look = { width: 100, color: false };
const MAX_WIDTH = 100;
const MIN_WIDTH = 40;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
export type Paint = keyof typeof CODES;

/** Colours only on a terminal, and neither with NO_COLOR (no-color.org) nor with `--no-color`. */
export function lookOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
  colorWanted = true,
): Look {
  const columns = stream.isTTY && stream.columns ? stream.columns : MAX_WIDTH;
  return {
    width: Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, columns)),
    color: Boolean(stream.isTTY) && colorWanted && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  };
}

export function paint(look: Look, code: Paint, text: string): string {
  return look.color ? `\u001b[${CODES[code]}m${text}\u001b[0m` : text;
}

/** A word with the spaces before it; a group of thousands, as in `5 000`, does not begin one. */
const WORD = /( *)(\S+(?:(?<=\d) \d{3}(?!\d)\S*)*)/g;

/** Lines of at most `width` columns; the first is indented by `first`, the others by `rest`. */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const [, gap, word] of text.trim().matchAll(WORD)) {
    if (!empty && line.length + gap.length + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : gap + word;
    empty = false;
  }
  return [...lines, line];
}

/** `left` and `right` at the two ends of a line, or below each other where they do not fit. */
export function ends(left: string, right: string, width: number, indent = '    '): string[] {
  const gap = width - left.length - right.length;
  if (gap >= 2) return [left + ' '.repeat(gap) + right];
  return [...wrap(left, width, left.match(/^ */)?.[0], indent), indent + right];
}

export interface TableOptions {
  readonly width: number;
  /** The columns from this one on stay together when not all columns fit. */
  readonly togetherFrom?: number;
}

/**
 * Rows under a head, the first column to the left and the others to the right. Columns that do not
 * fit move to a block of their own below, with the first column repeated. The first line of each
 * block is the head, which begins two columns to the left of the rows.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, togetherFrom = head.length }: TableOptions,
): string[][] {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i].length)));
  const widthOf = (columns: readonly number[]) =>
    columns.reduce((sum, column) => sum + widths[column] + 2, 4 + widths[0]);
  const columns = head.map((_, column) => column).slice(1);
  const folds = widthOf(columns) > width;
  const blocks: number[][] = [[]];
  for (const column of columns) {
    const block = blocks[blocks.length - 1];
    const full = widthOf([...block, column]) > width || (folds && column === togetherFrom);
    if (full && block.length > 0) blocks.push([column]);
    else block.push(column);
  }
  const cells = (row: readonly string[], block: readonly number[]) =>
    block.map((column) => row[column].padStart(widths[column] + 2)).join('');
  return blocks.map((block) => [
    `  ${head[0].padEnd(widths[0] + 2)}${cells(head, block)}`,
    ...rows.map((row) => `    ${row[0].padEnd(widths[0])}${cells(row, block)}`),
  ]);
}
