/** The table of CALLs in the view of a run under way. Its columns depend on the width alone. */
import type { Lately, LatelyRow } from '../../view/lately.ts';
import type { Percentiles } from '../../view/percentiles.ts';
import type { Look } from '../look.ts';
import { formatCount, formatMs, formatRate } from '../numbers.ts';
import { cutTo, type Piece, painted } from './pieces.ts';

interface Column {
  readonly group: string;
  readonly head: string;
  readonly width: number;
  readonly cell: (row: LatelyRow) => Piece;
}

const ms = (latency: Percentiles | null, name: 'p50' | 'p99'): Piece => ({
  text: latency === null ? '-' : formatMs(latency[name]),
});

const SENT: Column = {
  ...{ group: '', head: 'sent/s', width: 9 },
  cell: ({ sent }) => ({ text: formatRate(sent) }),
};
const SERVICE: readonly Column[] = [
  { group: '', head: 'p50', width: 8, cell: ({ service }) => ms(service, 'p50') },
  { group: 'service ms', head: 'p99', width: 8, cell: ({ service }) => ms(service, 'p99') },
];
const RESPONSE: readonly Column[] = [
  { group: '', head: 'p50', width: 9, cell: ({ response }) => ms(response, 'p50') },
  { group: 'response ms', head: 'p99', width: 8, cell: ({ response }) => ms(response, 'p99') },
];
const FAILED: Column = {
  ...{ group: '', head: 'failed', width: 8 },
  cell: ({ failed }) => ({ text: formatCount(failed), mark: failed > 0 ? 'red' : undefined }),
};

const LAYOUTS: readonly (readonly Column[])[] = [
  [SENT, ...SERVICE, ...RESPONSE, FAILED],
  [SENT, ...SERVICE, FAILED],
  [SENT, ...SERVICE],
];
const INDENT = '    ';
/** `StatusNotification`, and the longest of all. */
const NAME = 18;
const LONGEST_NAME = 29;

/** A head of two lines and a row an action, `all` before them; at most `height` lines. */
export function callLines({ rows, overS }: Lately, look: Look, height: number): string[] {
  if (rows.length === 0 || height < 3) return [];
  const widthOf = (columns: readonly Column[]) =>
    columns.reduce((sum, { width }) => sum + width, INDENT.length);
  const columns =
    LAYOUTS.find((each) => widthOf(each) + NAME <= look.width) ?? LAYOUTS[LAYOUTS.length - 1];
  const name = Math.min(LONGEST_NAME, look.width - widthOf(columns));
  const first = (text: string) => cutTo(text, name + INDENT.length).padEnd(name + INDENT.length);
  const head = (text: string, title: 'group' | 'head'): Piece[] => [
    { text: first(`  ${text}`), mark: 'bold' },
    ...heads(columns, title),
  ];
  const body = rows.map((row) => [
    { text: INDENT + cutTo(row.action, name).padEnd(name) },
    ...columns.flatMap((column) => aligned(column.cell(row), column.width)),
  ]);
  const hidden = body.length - (height - 2);
  const shown = hidden > 0 ? body.slice(0, height - 3) : body;
  const more = hidden > 0 ? [[{ text: `${INDENT}and ${formatCount(hidden + 1)} more` }]] : [];
  const top = [head('CALLS', 'group'), head(`last ${Math.round(overS)} s`, 'head')];
  return [...top, ...shown, ...more].map((pieces) => painted(pieces, look).trimEnd());
}

/** A group's name stands over all of its columns, to the right. */
function heads(columns: readonly Column[], title: 'group' | 'head'): Piece[] {
  if (title === 'head') return columns.flatMap(({ head, width }) => aligned({ text: head }, width));
  let open = 0;
  return columns.flatMap(({ group, width }) => {
    open += width;
    if (group === '' && title === 'group') return [];
    const text = group.padStart(open);
    open = 0;
    return [{ text }];
  });
}

/** To the right; the colour is of the figure alone. */
function aligned({ text, mark }: Piece, width: number): Piece[] {
  return [{ text: ' '.repeat(Math.max(1, width - text.length)) }, { text, mark }];
}
