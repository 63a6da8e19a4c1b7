/** The ledger of a run: one row a transaction, as the chargers lived it. */
import { type CsvRow, csvCell, readCsv } from '../base/csv.ts';
import { UserError } from '../base/errors.ts';

export const TRANSACTION_OUTCOMES = ['complete', 'incomplete', 'refused'] as const;
export type TransactionOutcome = (typeof TRANSACTION_OUTCOMES)[number];

/** What became of a transaction-related message. */
export const MESSAGE_STATES = [
  'none', // never made
  'pending',
  'acknowledged',
  'discarded', // given up after TransactionMessageAttempts, or with its StartTransaction
  'overflowed', // did not fit into the charger's queue
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export interface LedgerRow {
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly idTag: string;
  /** null: StartTransaction was never answered. */
  readonly transactionId: number | null;
  readonly outcome: TransactionOutcome;
  /** As the messages say it, in UTC; `''` when it never stopped. */
  readonly startTime: string;
  readonly stopTime: string;
  readonly meterStartWh: number;
  readonly meterStopWh: number | null;
  readonly energyWh: number | null;
  readonly stopReason: string;
  readonly startState: MessageState;
  readonly stopState: MessageState;
  readonly startAttempts: number;
  readonly stopAttempts: number;
  /** MeterValues made, and what became of them. */
  readonly meterValues: number;
  readonly meterValuesAcknowledged: number;
  readonly meterValuesDiscarded: number;
  readonly meterValuesOverflowed: number;
  readonly meterValuesPending: number;
  /** Begun without a connection. */
  readonly offline: boolean;
}

/** How a cell is read; `undefined` when it does not say what the column holds. */
type Read<T> = (cell: string) => T | undefined;

const text: Read<string> = (cell) => cell;
const integer: Read<number> = (cell) => (/^-?\d+$/.test(cell) ? Number(cell) : undefined);
const number: Read<number> = (cell) =>
  /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(cell) ? Number(cell) : undefined;
const orNull =
  <T>(read: Read<T>): Read<T | null> =>
  (cell) =>
    cell === '' ? null : read(cell);
const oneOf =
  <T extends string>(names: readonly T[]): Read<T> =>
  (cell) =>
    names.find((name) => name === cell);
const yesNo: Read<boolean> = (cell) => ({ true: true, false: false })[cell];

/** The columns of the file in their order. */
const COLUMNS: { readonly [K in keyof LedgerRow]: Read<LedgerRow[K]> } = {
  chargePointId: text,
  connectorId: integer,
  idTag: text,
  transactionId: orNull(integer),
  outcome: oneOf(TRANSACTION_OUTCOMES),
  startTime: text,
  stopTime: text,
  meterStartWh: number,
  meterStopWh: orNull(number),
  energyWh: orNull(number),
  stopReason: text,
  startState: oneOf(MESSAGE_STATES),
  stopState: oneOf(MESSAGE_STATES),
  startAttempts: integer,
  stopAttempts: integer,
  meterValues: integer,
  meterValuesAcknowledged: integer,
  meterValuesDiscarded: integer,
  meterValuesOverflowed: integer,
  meterValuesPending: integer,
  offline: yesNo,
};
const NAMES = Object.keys(COLUMNS) as (keyof LedgerRow)[];

/** The first line of a ledger, with its line break. */
export const LEDGER_HEADER = `${NAMES.join(',')}\n`;

/** A line of CSV (RFC 4180), with its line break; null is an empty cell. */
export function printLedgerRow(row: LedgerRow): string {
  return `${NAMES.map((name) => csvCell(row[name] ?? '')).join(',')}\n`;
}

/**
 * @param file names the file in messages.
 * @throws UserError for what is no ledger, with the line.
 */
export function parseLedger(content: string, file: string): LedgerRow[] {
  const [header, ...rows] = readCsv(content, file);
  if (header?.cells.join() !== NAMES.join()) {
    throw new UserError(
      `${file} is no ledger of ocpp-load: its first line does not name the columns of one`,
      '`ocpp-load run scenario.ts --ledger ledger.csv` writes a ledger',
    );
  }
  return rows.map((row) => parseRow(row, file));
}

function parseRow({ line, cells }: CsvRow, file: string): LedgerRow {
  if (cells.length !== NAMES.length) {
    throw new UserError(
      `${file}:${line}: ${cells.length} cells, a row of a ledger has ${NAMES.length}`,
      'the file was cut off or changed: write the ledger anew',
    );
  }
  const values = NAMES.map((name, i) => {
    const value = COLUMNS[name](cells[i]);
    if (value !== undefined) return [name, value];
    const wrong = `${file}:${line}: ${name} cannot be '${cells[i]}'`;
    throw new UserError(wrong, 'the file was changed: write the ledger anew');
  });
  return Object.fromEntries(values) as LedgerRow;
}
