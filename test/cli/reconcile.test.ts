import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { LEDGER_HEADER, printLedgerRow } from '../../src/ledger/row.ts';
import { ledgerRow } from '../ledger/rows.ts';
import { fakeIo } from './io.ts';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-reconcile-'));
  write('ledger.csv', LEDGER_HEADER + printLedgerRow(ledgerRow()));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

/** Compares the ledger with an export of this text. */
async function run(exported: string, ...flags: string[]) {
  const io = fakeIo();
  const files = [path.join(folder, 'ledger.csv'), write('export.csv', exported)];
  const exitCode = await main(['reconcile', ...files, ...flags], io);
  return { exitCode, out: io.out(), err: io.err() };
}

const HEAD = 'transactionId,chargePointId,connectorId,startTime,stopTime,energyWh\n';
const ROW = '701,2103252121090001,1,2026-01-02T03:00:00Z,2026-01-02T04:00:00Z,7400\n';

describe('reconcile', () => {
  test('exits 0 when nothing differs', async () => {
    const { exitCode, out, err } = await run(HEAD + ROW);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('PASSED  1 transaction matched, nothing differs');
  });

  test('exits 99 when something does', async () => {
    const { exitCode, out } = await run(HEAD);
    expect(exitCode).toBe(99);
    expect(out).toMatch(/FAILED {2}1 lost +exit 99\n/);
  });

  test('columns and unit are settable', async () => {
    const names = ['--charge-point', 'station', '--start-time', 'begin', '--energy', 'kwh'];
    const table = 'station,begin,kwh\n2103252121090001,2026-01-02 03:00:00+00,7.4\n';
    const { exitCode, out } = await run(table, ...names, '--unit', 'kWh');
    expect(exitCode).toBe(0);
    expect(out).toContain('note: no column for the stop (--stop-time)');
    expect((await run(table, ...names)).exitCode).toBe(99);
  });

  test('the zone of times without one is settable', async () => {
    const table = 'chargePointId,startTime\n2103252121090001,2026-01-02T11:00:00\n';
    expect((await run(table)).exitCode).toBe(99);
    expect((await run(table, '--utc-offset', '+08:00')).exitCode).toBe(0);
  });

  test('the tolerance is settable', async () => {
    const off = HEAD + ROW.replace('7400', '7389');
    expect((await run(off)).exitCode).toBe(99);
    expect((await run(off, '--tolerance-wh', '11')).exitCode).toBe(0);
  });

  test('--json has every transaction', async () => {
    const { exitCode, out } = await run(HEAD + ROW + ROW, '--json');
    expect(exitCode).toBe(99);
    expect(JSON.parse(out)).toMatchObject({
      ...{ schema: 'ocpp-load/reconcile/1', agrees: false, toleranceWh: 10, matched: 1 },
      ...{ lost: [], unknown: [] },
      doubled: [{ ledger: { transactionId: 701 }, found: { line: 3, energyWh: 7400 } }],
    });
  });
});

describe('what cannot be compared exits 104', () => {
  test.each([
    ['an empty export', '', [], 'export.csv is empty'],
    ['no charge point', 'charge_point_id,startTime\n', [], '--charge-point charge_point_id'],
    ['neither id nor start', 'chargePointId,energyWh\n', [], "no column 'transactionId'"],
    ['a column that is not there', HEAD, ['--energy', 'energyWH'], '--energy energyWh'],
    ['a cell', `${HEAD}701,c1,1,soon,,\n`, [], "export.csv:2: startTime cannot be 'soon'"],
    ['a tolerance', HEAD, ['--tolerance-wh', '-1'], "--tolerance-wh cannot be '-1'"],
    ['a zone', HEAD, ['--utc-offset', '8'], "--utc-offset cannot be '8'"],
    ['a unit', HEAD, ['--unit', 'MWh'], 'Wh, kWh'],
  ])('%s', async (_name, exported, flags, words) => {
    const { exitCode, out, err } = await run(exported, ...flags);
    expect({ exitCode, out }).toEqual({ exitCode: 104, out: '' });
    expect(err.replace(/\s+/g, ' ')).toContain(words);
  });

  test('a file that is not there, and one that is no ledger', async () => {
    const io = fakeIo();
    expect(await main(['reconcile', path.join(folder, 'no.csv'), folder], io)).toBe(104);
    expect(io.err()).toContain('no.csv does not exist');
    write('ledger.csv', HEAD);
    const { err } = await run(HEAD);
    expect(err.replace(/\s+/g, ' ')).toContain('is no ledger of ocpp-load');
    expect(err).toContain('nothing was compared.');
  });
});
