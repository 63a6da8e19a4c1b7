/** What MeterValues say of a transaction, and every transaction as a table for reconciliation. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { UserError } from '../base/errors.ts';
import { type Charger, runningTransaction, type State, type Transaction } from './state.ts';

type Payload = Readonly<Record<string, unknown>>;

/** `payload`: of a MeterValues that passed its checks. False: of no running transaction. */
export function noteMeterValues(charger: Charger, payload: Payload): boolean {
  const id = payload['transactionId'];
  const transaction = id === undefined ? undefined : runningTransaction(charger, id as number);
  if (transaction === undefined) return false;
  transaction.meterValues++;
  const energyWh = energyWhOf(payload['meterValue'] as readonly Payload[]);
  if (energyWh !== null) transaction.lastEnergyWh = energyWh;
  return true;
}

/** The last reading of the register; null when there is none that can be read. */
function energyWhOf(meterValues: readonly Payload[]): number | null {
  let energyWh: number | null = null;
  for (const { sampledValue } of meterValues) {
    for (const sample of sampledValue as readonly Payload[]) {
      if (!isRegister(sample)) continue;
      const value = Number(sample['value']);
      // Without a unit it is Wh (OCPP 1.6, 7.43).
      if (Number.isFinite(value)) energyWh = sample['unit'] === 'kWh' ? value * 1000 : value;
    }
  }
  return energyWh;
}

/** The register is what a value without a measurand means (OCPP 1.6, 7.43). */
function isRegister({ measurand = REGISTER, phase, format = 'Raw' }: Payload): boolean {
  return measurand === REGISTER && phase === undefined && format === 'Raw';
}
const REGISTER = 'Energy.Active.Import.Register';

const COLUMNS: readonly (readonly [string, (t: Transaction) => string | number | null])[] = [
  ['transactionId', (t) => t.id],
  ['chargePointId', (t) => t.chargerId],
  ['connectorId', (t) => t.connectorId],
  ['idTag', (t) => t.idTag],
  ['startTime', (t) => t.startedAt],
  ['meterStart', (t) => t.meterStartWh],
  ['stopTime', (t) => t.stoppedAt],
  ['meterStop', (t) => t.meterStopWh],
  ['energyWh', energyOf],
  ['stopReason', (t) => t.stopReason],
  ['meterValues', (t) => t.meterValues],
];
export const EXPORT_HEADER = COLUMNS.map(([name]) => name).join(',');

/** Of the whole transaction, or up to its last value; null when nothing tells. */
function energyOf({ meterStartWh, meterStopWh, lastEnergyWh }: Transaction): number | null {
  const endWh = meterStopWh ?? lastEnergyWh;
  return endWh === null ? null : Math.round(endWh - meterStartWh);
}

/**
 * The transactions that are still kept as CSV (RFC 4180, but for `\n`), in the order of their
 * starts; times as the charger wrote them, nothing for what is not known (yet).
 */
export function exportTransactions(state: State): string {
  const lines = [EXPORT_HEADER];
  for (const transaction of state.transactions.values()) {
    lines.push(COLUMNS.map(([, cell]) => quoted(String(cell(transaction) ?? ''))).join(','));
  }
  return `${lines.join('\n')}\n`;
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Throws `UserError` when `file` cannot be written; `name` is how the user wrote the option. */
export function checkExportFile(name: string, file: string): void {
  try {
    closeSync(openSync(file, 'a'));
  } catch (error) {
    throw new UserError(
      `${name} ${file}: cannot be written (${(error as NodeJS.ErrnoException).code})`,
      'name a file in a folder that exists and that you may write to',
    );
  }
}

export function writeTransactions(file: string, state: State): void {
  writeFileSync(file, exportTransactions(state));
}
