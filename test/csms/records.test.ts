import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import {
  checkExportFile,
  EXPORT_HEADER,
  exportTransactions,
  noteMeterValues,
  writeTransactions,
} from '../../src/csms/records.ts';
import { chargerOf, emptyState, startTransaction, stopTransaction } from '../../src/csms/state.ts';
import { TIMESTAMP } from './payloads.ts';

const START = {
  connectorId: 1,
  idTag: 'tag',
  meterStartWh: 1000,
  startedAt: TIMESTAMP,
  messageId: '100',
};
const values = (transactionId: number, ...sampledValue: object[]) => ({
  connectorId: 1,
  transactionId,
  meterValue: [{ timestamp: TIMESTAMP, sampledValue }],
});

test('the last register value counts, in Wh', () => {
  const state = emptyState();
  const charger = chargerOf(state, 'cp1');
  const transaction = startTransaction(state, charger, START);
  const note = (...samples: object[]) => noteMeterValues(charger, values(1, ...samples));
  const measurand = 'Energy.Active.Import.Register';
  note({ value: '1.25', measurand, unit: 'kWh' }, { value: '31', measurand: 'Current.Import' });
  expect(transaction).toMatchObject({ meterValues: 1, lastEnergyWh: 1250 });
  note({ value: '1300' });
  expect(transaction).toMatchObject({ meterValues: 2, lastEnergyWh: 1300 });
  note(
    { value: '9', measurand, phase: 'L1' },
    { value: 'x' },
    { value: '7', format: 'SignedData' },
  );
  expect(transaction).toMatchObject({ meterValues: 3, lastEnergyWh: 1300 });
  expect(noteMeterValues(charger, values(2, { value: '1' }))).toBe(false);
  expect(noteMeterValues(charger, { connectorId: 1, meterValue: [] })).toBe(false);
});

test('the export has one row a transaction, and nothing for what is not known', () => {
  const state = emptyState();
  const charger = chargerOf(state, 'cp "1", a');
  expect(exportTransactions(state)).toBe(`${EXPORT_HEADER}\n`);
  for (let i = 0; i < 3; i++) startTransaction(state, charger, START);
  noteMeterValues(charger, values(2, { value: '1500' }));
  stopTransaction(state, charger, 1, {
    meterStopWh: 3000,
    stoppedAt: TIMESTAMP,
    stopReason: 'Local',
  });
  const row = (transactionId: string, rest: object) => ({
    transactionId,
    chargePointId: 'cp "1", a',
    connectorId: '1',
    idTag: 'tag',
    startTime: TIMESTAMP,
    meterStart: '1000',
    stopTime: '',
    meterStop: '',
    energyWh: '',
    stopReason: '',
    meterValues: '0',
    ...rest,
  });
  expect(parse(exportTransactions(state), { columns: true })).toEqual([
    row('1', { stopTime: TIMESTAMP, meterStop: '3000', energyWh: '2000', stopReason: 'Local' }),
    row('2', { energyWh: '500', meterValues: '1' }),
    row('3', {}),
  ]);
  expect(EXPORT_HEADER).toBe(
    'transactionId,chargePointId,connectorId,idTag,startTime,meterStart,stopTime,meterStop,' +
      'energyWh,stopReason,meterValues',
  );
});

test('a file is checked before, and written at the end', () => {
  const file = join(tmpdir(), `transactions-${process.pid}.csv`);
  checkExportFile('--export-transactions', file);
  writeTransactions(file, emptyState());
  expect(readFileSync(file, 'utf8')).toBe(`${EXPORT_HEADER}\n`);
  expect(() => checkExportFile('--export-transactions', join(file, 'x'))).toThrow(
    `--export-transactions ${join(file, 'x')}: cannot be written (ENOTDIR)`,
  );
  rmSync(file);
});
