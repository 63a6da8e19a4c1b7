/** What a comparison of ledger and export found, as text: the verdict, then examples. */
import type { ExportRow } from '../ledger/export.ts';
import { FAULTS, type Fault, type Pair, type Reconciliation } from '../ledger/reconcile.ts';
import type { LedgerRow } from '../ledger/row.ts';
import { cleanText } from './clean.ts';
import { ends, type Look, paint, table, wrap } from './look.ts';
import { formatCount, plural } from './numbers.ts';

export interface ReconcileTextOptions {
  readonly look: Look;
  readonly ledgerFile: string;
  readonly exportFile: string;
  /** What could not be compared, a sentence each. */
  readonly notes: readonly string[];
  readonly exitCode: number;
}

const SHOWN = 10;

export function reconcileText(result: Reconciliation, options: ReconcileTextOptions): string {
  const { look, notes } = options;
  const sections = [
    headline(result, options),
    ...FAULTS.map((fault) => faultSection(result, fault, look)),
    notes.flatMap((note) => wrap(`note: ${note}`, look.width, '  ', '        ')),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${texts.join('\n\n')}\n`;
}

function headline(result: Reconciliation, options: ReconcileTextOptions): string[] {
  const { look, ledgerFile, exportFile, exitCode } = options;
  const found = FAULTS.filter((fault) => result[fault].length > 0);
  const verdict = found.length === 0 ? 'PASSED' : 'FAILED';
  const text =
    found.length === 0
      ? `${plural(result.matched, 'transaction')} matched, nothing differs`
      : found.map((fault) => `${formatCount(result[fault].length)} ${WORDS[fault]}`).join(', ');
  const right = found.length === 0 ? '' : `exit ${exitCode}`;
  const [first, ...rest] = ends(`  ${verdict}  ${text}`, right, look.width);
  const color = verdict === 'PASSED' ? 'green' : 'red';
  const others =
    result.otherRows > 0 ? `, ${formatCount(result.otherRows)} about other charge points` : '';
  const expected =
    result.notExpected > 0
      ? ` (${formatCount(result.notExpected)} refused or not acknowledged, and not in the export)`
      : '';
  const lived = plural(result.transactions, 'transaction');
  const ledger = `${lived}, ${formatCount(result.matched)} matched`;
  const rows = `${plural(result.rows, 'row')} about their charge points${others}`;
  return [
    first.replace(verdict, paint(look, color, verdict)).trimEnd(),
    ...rest,
    ...wrap(
      `ledger  ${cleanText(ledgerFile)}: ${ledger}${expected}`,
      look.width,
      '    ',
      ' '.repeat(12),
    ),
    ...wrap(`export  ${cleanText(exportFile)}: ${rows}`, look.width, '    ', ' '.repeat(12)),
  ];
}

const WORDS: Readonly<Record<Fault, string>> = {
  lost: 'lost',
  doubled: 'doubled',
  energyDiffers: 'with other energy',
  notStopped: 'not stopped',
  reordered: 'reordered',
  unknown: 'unknown',
};

const EXPLANATIONS: Readonly<Record<Fault, string>> = {
  lost: 'the central system accepted the start, and the export does not have it',
  doubled: 'more than one row about the same transaction',
  energyDiffers: 'the energy of the export is not what the charger delivered',
  notStopped: 'the central system took the stop, and the export does not have it',
  reordered: 'a stop before its start, or starts in another order than the charger lived them',
  unknown: 'rows of the export that no transaction of the charge point explains',
};

type Columns = readonly (readonly [head: string, cell: (pair: Shown) => string])[];

/** What is shown of a fault; null for the side that it is not on. */
interface Shown {
  readonly ledger: LedgerRow | null;
  readonly found: ExportRow | null;
}

const ID = [
  'transaction',
  ({ ledger, found }) => idOf(ledger) ?? found?.transactionId ?? '-',
] as const satisfies Columns[number];
const LINE = ['line', ({ found }) => String(found?.line ?? '-')] as const satisfies Columns[number];
const STARTED = [
  'started',
  ({ ledger }) => ledger?.startTime ?? '-',
] as const satisfies Columns[number];
const STORED_START = [
  'in export',
  ({ found }) => timeText(found?.startMs),
] as const satisfies Columns[number];
const ENERGY = ['Wh', ({ ledger }) => whText(ledger?.energyWh)] as const satisfies Columns[number];

const COLUMNS: Readonly<Record<Fault, Columns>> = {
  lost: [ID, STARTED, ['stopped', ({ ledger }) => ledger?.stopTime || '-'], ENERGY],
  doubled: [ID, STARTED, ['as', ({ found }) => found?.transactionId ?? '-'], STORED_START, LINE],
  energyDiffers: [
    ...[ID, STARTED, ENERGY],
    ['in export', ({ found }) => whText(found?.energyWh)],
    ['difference', ({ ledger, found }) => differenceText(ledger, found)],
    LINE,
  ],
  notStopped: [ID, STARTED, ['stopped', ({ ledger }) => ledger?.stopTime || '-'], ENERGY, LINE],
  reordered: [
    ID,
    ['start in export', STORED_START[1]],
    ['stop in export', ({ found }) => timeText(found?.stopMs)],
    LINE,
  ],
  unknown: [ID, ['started', STORED_START[1]], ['Wh', ({ found }) => whText(found?.energyWh)], LINE],
};

function faultSection(result: Reconciliation, fault: Fault, look: Look): string[] {
  const all: readonly (LedgerRow | ExportRow | Pair)[] = result[fault];
  if (all.length === 0) return [];
  const columns = COLUMNS[fault];
  const shown = all.slice(0, SHOWN).map(shownOf);
  const name = WORDS[fault].toUpperCase();
  const head = `${name}  ${formatCount(all.length)}: ${EXPLANATIONS[fault]}`;
  const [first, ...rest] = wrap(head, look.width, '  ', '    ');
  const rows = shown.map((each) => [
    each.ledger?.chargePointId ?? each.found?.chargePointId ?? '',
    ...columns.map(([, cell]) => cell(each)),
  ]);
  const clean = rows.map((row) => row.map((cell) => cleanText(cell, 40)));
  const blocks = table(['  charge point', ...columns.map(([title]) => title)], clean, look);
  const more = all.length - shown.length;
  return [
    first.replace(name, paint(look, 'bold', name)),
    ...rest,
    ...blocks.flat(),
    ...(more > 0 ? [`    ... and ${formatCount(more)} more; --json has them all`] : []),
  ];
}

function shownOf(each: LedgerRow | ExportRow | Pair): Shown {
  if ('found' in each) return each;
  return 'line' in each ? { ledger: null, found: each } : { ledger: each, found: null };
}

const idOf = (row: LedgerRow | null) => row?.transactionId?.toString() ?? null;

const timeText = (ms: number | null | undefined) =>
  ms === null || ms === undefined ? '-' : new Date(ms).toISOString().replace('.000Z', 'Z');

function whText(wh: number | null | undefined): string {
  if (wh === null || wh === undefined) return '-';
  if (Number.isInteger(wh)) return formatCount(wh);
  return wh.toFixed(1).replace(/\B(?=(\d{3})+\.)/g, ' ');
}

function differenceText(ledger: LedgerRow | null, found: ExportRow | null): string {
  if (ledger?.energyWh == null || found?.energyWh == null) return '-';
  const difference = found.energyWh - ledger.energyWh;
  return `${difference > 0 ? '+' : ''}${whText(difference)}`;
}
