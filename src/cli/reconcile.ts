import fs from 'node:fs';
import { Command, Option } from 'commander';
import { type CsvRow, readCsv } from '../base/csv.ts';
import { ExitCode, UserError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import {
  EXPORT_FIELDS,
  type ExportColumns,
  type ExportField,
  readExport,
} from '../ledger/export.ts';
import { agrees, type Reconciliation, reconcile } from '../ledger/reconcile.ts';
import { parseLedger } from '../ledger/row.ts';
import { reconcileText } from '../report/reconcile.ts';
import type { Context } from './context.ts';
import { writeAll } from './io.ts';

const HELP = `
Examples:
  ocpp-load run nightly.ts --ledger ledger.csv
  ocpp-load reconcile ledger.csv export.csv
  ocpp-load reconcile ledger.csv export.csv --transaction-id tx_id --charge-point station \\
    --start-time started_at --stop-time stopped_at --energy kwh --unit kWh

The ledger has a row a transaction, as the charger lived it. The export is a table of what the
central system keeps, with the names of its columns in the first line; it needs the charge point
and the transactionId or the start. What it has no column for is not compared. Export what
began during the run: earlier transactions would be unknown ones.

What is told, with the first 10 of each:
  lost          the start was acknowledged, and it is not in the export
  doubled       another row with the same charge point, and the same start or transactionId
  other energy  it differs by more than the tolerance
  not stopped   the stop was acknowledged, and it is not in the export
  reordered     a stop before its start, or starts in another order than the charger lived them
  unknown       only in the export, about a charge point of the ledger

Exit codes:
  0    nothing differs
  99   something differs
  104  a file cannot be read, or does not have a column that was named
`;

interface ReconcileFlags {
  readonly transactionId?: string;
  readonly chargePoint?: string;
  readonly connector?: string;
  readonly startTime?: string;
  readonly stopTime?: string;
  readonly meterStart?: string;
  readonly meterStop?: string;
  readonly energy?: string;
  readonly unit: 'Wh' | 'kWh';
  readonly utcOffset: string;
  readonly toleranceWh: string;
  readonly json?: boolean;
}

/** The flag that names the column of a field, how commander calls it, and what is in it. */
const FLAGS: Readonly<Record<ExportField, readonly [string, keyof ReconcileFlags, string]>> = {
  transactionId: ['--transaction-id', 'transactionId', 'ids given to transactions'],
  chargePointId: ['--charge-point', 'chargePoint', 'identities of charge points'],
  connectorId: ['--connector', 'connector', 'numbers of connectors'],
  startTime: ['--start-time', 'startTime', 'date and time of the start'],
  stopTime: ['--stop-time', 'stopTime', 'date and time of the stop'],
  meterStart: ['--meter-start', 'meterStart', 'register at the start'],
  meterStop: ['--meter-stop', 'meterStop', 'register at the stop'],
  energyWh: ['--energy', 'energy', 'energy delivered; or else meter stop - meter start'],
};

export function reconcileCommand(context: Context): Command {
  const command = new Command('reconcile')
    .description("Compare what chargers did with what the central system's database holds")
    .argument('<ledger>', 'written by `ocpp-load run --ledger`')
    .argument('<export>', 'a CSV file of the central system: a row a transaction');
  for (const field of EXPORT_FIELDS) {
    const [flag, , content] = FLAGS[field];
    command.option(`${flag} <column>`, `${content} (default: "${field}")`);
  }
  return command
    .addOption(
      new Option('--unit <name>', 'unit of energy and registers')
        .choices(['Wh', 'kWh'])
        .default('Wh'),
    )
    .option('--utc-offset <offset>', 'zone of times without one, such as +08:00', 'Z')
    .option('--tolerance-wh <n>', 'differences of energy up to this are none', '10')
    .option('--json', 'as JSON, with every transaction')
    .addHelpText('after', HELP)
    .action(async (ledgerFile: string, exportFile: string, flags: ReconcileFlags) => {
      context.consequence = 'nothing was compared.';
      const text = compare(ledgerFile, exportFile, flags, context);
      await writeAll(context.io.stdout, [text]);
    });
}

function compare(
  ledgerFile: string,
  exportFile: string,
  flags: ReconcileFlags,
  context: Context,
): string {
  const toleranceWh = toleranceOf(flags.toleranceWh);
  const zone = zoneOf(flags.utcOffset);
  const ledger = parseLedger(readText(ledgerFile), ledgerFile);
  const [header, ...rows] = readCsv(readText(exportFile), exportFile);
  if (header === undefined) {
    throw new UserError(`${exportFile} is empty`, 'its first line must name the columns');
  }
  const columns = columnsOf(header, flags, exportFile);
  const has = {
    stop: columns.stopTime >= 0 || columns.meterStop >= 0,
    energy: columns.energyWh >= 0 || (columns.meterStart >= 0 && columns.meterStop >= 0),
  };
  const whPerUnit = flags.unit === 'kWh' ? 1000 : 1;
  const format = { file: exportFile, columns, whPerUnit, zone };
  const exported = readExport(rows, header.cells.length, format);
  const result = reconcile(ledger, exported, { toleranceWh, has });
  context.exitCode = agrees(result) ? ExitCode.ok : ExitCode.thresholds;
  if (flags.json) return reconcileJson(result, toleranceWh);
  const notes = notesOf(has);
  const { stdoutLook: look, exitCode } = context;
  return reconcileText(result, { look, ledgerFile, exportFile, notes, exitCode });
}

/** Units are in the names; `startMs` and `stopMs` of the export are since 1970. */
export function reconcileJson(result: Reconciliation, toleranceWh: number): string {
  const head = { schema: 'ocpp-load/reconcile/1', agrees: agrees(result), toleranceWh };
  return `${JSON.stringify({ ...head, ...result }, null, 2)}\n`;
}

function notesOf(has: { readonly stop: boolean; readonly energy: boolean }): string[] {
  return [
    ...(has.stop ? [] : ['no column for the stop (--stop-time): stops were not compared']),
    ...(has.energy ? [] : ['no column for the energy (--energy): energies were not compared']),
  ];
}

function columnsOf({ cells }: CsvRow, flags: ReconcileFlags, file: string): ExportColumns {
  const names = cells.map((cell) => cell.trim());
  const columns = Object.fromEntries(
    EXPORT_FIELDS.map((field) => [field, columnOf(field, names, flags, file)]),
  ) as ExportColumns;
  const known = columns.transactionId >= 0 || columns.startTime >= 0;
  if (columns.chargePointId < 0) throw noColumn('chargePointId', 'chargePointId', names, file);
  if (!known) throw noColumn('transactionId', 'transactionId', names, file);
  return columns;
}

/** A column that was named must be there; one of the usual names may be missing. */
function columnOf(
  field: ExportField,
  names: readonly string[],
  flags: ReconcileFlags,
  file: string,
): number {
  const named = flags[FLAGS[field][1]] as string | undefined;
  const index = names.indexOf(named ?? field);
  if (index < 0 && named !== undefined) throw noColumn(field, named, names, file);
  return index;
}

const LISTED = 200;

function noColumn(
  field: ExportField,
  name: string,
  names: readonly string[],
  file: string,
): UserError {
  const near = nearest(name, names);
  const flag = FLAGS[field][0];
  const all = names.join(', ');
  const list = all.length > LISTED ? `${all.slice(0, LISTED - 3)}...` : all;
  return new UserError(
    `${file} has no column '${name}' (${flag})`,
    `${near === undefined ? '' : `did you mean \`${flag} ${near}\`?  `}it has: ${list}`,
  );
}

function toleranceOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new UserError(`--tolerance-wh cannot be '${text}'`, 'it takes a number of Wh from 0 on');
}

function zoneOf(text: string): string {
  const zone = text.trim();
  if (/^(Z|[+-](0\d|1[0-4]):[0-5]\d)$/.test(zone)) return zone;
  throw new UserError(
    `--utc-offset cannot be '${text}'`,
    'it takes Z, +08:00, -05:30 and the like',
  );
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UserError(`${file} does not exist`, 'check its path');
    throw new UserError(
      `${file} cannot be read (${code})`,
      'it takes two files: ledger and export',
    );
  }
}
