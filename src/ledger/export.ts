/** What the database of a central system holds about transactions, from a table of texts. */
import type { CsvRow } from '../base/csv.ts';
import { UserError } from '../base/errors.ts';

/** One transaction of the export; null where the table has no value or no such column. */
export interface ExportRow {
  /** Of the file, from 1. */
  readonly line: number;
  readonly transactionId: string | null;
  readonly chargePointId: string;
  readonly connectorId: number | null;
  /** ms since 1970. */
  readonly startMs: number | null;
  readonly stopMs: number | null;
  readonly meterStopWh: number | null;
  readonly energyWh: number | null;
}

/** What a column may be about. */
export const EXPORT_FIELDS = [
  'transactionId',
  'chargePointId',
  'connectorId',
  'startTime',
  'stopTime',
  'meterStart',
  'meterStop',
  'energyWh',
] as const;
export type ExportField = (typeof EXPORT_FIELDS)[number];

/** Index of the column of each field; -1: the table does not have it. */
export type ExportColumns = Readonly<Record<ExportField, number>>;

export interface ExportFormat {
  /** Names the file in messages. */
  readonly file: string;
  readonly columns: ExportColumns;
  /** Wh in one unit of the table. */
  readonly whPerUnit: number;
  /** The zone of times that do not tell theirs: `Z`, `+08:00`. */
  readonly zone: string;
}

/** @throws UserError for a cell that does not hold what its column should, with its line. */
export function readExport(rows: readonly CsvRow[], width: number, format: ExportFormat) {
  return rows.map((row) => readRow(row, width, format));
}

function readRow({ line, cells }: CsvRow, width: number, format: ExportFormat): ExportRow {
  const { file, columns, whPerUnit, zone } = format;
  const time = (text: string) => parseTime(text, zone);
  if (cells.length !== width) {
    const wrong = `${file}:${line}: ${cells.length} cells, the first line names ${width} columns`;
    throw new UserError(wrong, 'a cell with a comma or a line break in it must be in quotes');
  }
  const cell = (field: ExportField) => {
    const text = (cells[columns[field]] ?? '').trim();
    return text === '' || /^(null|\\n)$/i.test(text) ? null : text;
  };
  const read = (field: ExportField, parse: (text: string) => number, allowed: string) => {
    const text = cell(field);
    if (text === null) return null;
    const value = parse(text);
    if (!Number.isNaN(value)) return value;
    throw new UserError(`${file}:${line}: ${field} cannot be '${text.slice(0, 60)}'`, allowed);
  };
  const energy = (field: ExportField) => {
    const value = read(field, parseNumber, 'it takes a number, such as 7400 or 7.4 (see --unit)');
    return value === null ? null : value * whPerUnit;
  };
  const chargePointId = cell('chargePointId');
  if (chargePointId === null) {
    throw new UserError(`${file}:${line}: no charge point`, 'every row must name its charge point');
  }
  const [meterStartWh, meterStopWh] = [energy('meterStart'), energy('meterStop')];
  const difference =
    meterStartWh === null || meterStopWh === null ? null : meterStopWh - meterStartWh;
  return {
    line,
    transactionId: cell('transactionId'),
    chargePointId,
    connectorId: read('connectorId', parseNumber, 'it takes a whole number'),
    startMs: read('startTime', time, TIME_FORMAT),
    stopMs: read('stopTime', time, TIME_FORMAT),
    meterStopWh,
    energyWh: energy('energyWh') ?? difference,
  };
}

const TIME_FORMAT = 'it takes a date and time, such as 2026-01-02T03:04:05Z (see --utc-offset)';

/** A decimal comma is one where there is no point. */
function parseNumber(text: string): number {
  const plain = /^[+-]?\d+,\d+$/.test(text) ? text.replace(',', '.') : text;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;

/** ISO 8601 and what databases print: a space for the T, fractions, `+00`; ms, NaN for others. */
export function parseTime(text: string, zoneOfOthers = 'Z'): number {
  const [, date, time, zone = zoneOfOthers] = TIME.exec(text) ?? [];
  if (date === undefined) return Number.NaN;
  const offset = /^(z|utc)$/i.test(zone) ? 'Z' : zone.replace(/^(...):?(..)?$/, withMinutes);
  return Date.parse(`${date}T${time.replace(',', '.').replace(/(\.\d{3})\d+/, '$1')}${offset}`);
}

const withMinutes = (_zone: string, hours: string, minutes = '00') => `${hours}:${minutes}`;
