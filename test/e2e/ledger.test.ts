/** What chargers did against what the embedded central system kept, by the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { exportTransactions } from '../../src/csms/records.ts';
import { type LedgerRow, parseLedger } from '../../src/ledger/row.ts';
import { fakeIo } from '../cli/io.ts';
import { scratchFolder } from '../scenario/scratch.ts';
import { csms } from './servers.ts';
import { scenarioFile } from './support.ts';

const SCENARIO = `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '1500ms', gracePeriod: '15s', seed: 1,
  fleets: [{
    name: 'a', chargers: 12, model: tonly48A(), connect: ramp({ over: '100ms' }),
    meterInterval: '100ms',
    life: life().boot().forever((l) => l
      .idle('200ms').plugIn().session({ duration: '250ms', power: '11kW' }).unplug()),
  }],
});
`;

/** Runs with a ledger; the central system's table of the same transactions. */
async function runWithLedger(dialect: string) {
  const target = await csms();
  const ledger = join(scratchFolder(), 'ledger.csv');
  const flags = ['--target', `${target.url}/{id}`, '--dialect', dialect, '--ledger', ledger];
  const io = fakeIo();
  expect(await main(['run', scenarioFile(SCENARIO), ...flags], io), io.err() + io.out()).toBe(0);
  const rows = parseLedger(readFileSync(ledger, 'utf8'), ledger);
  return { ledger, rows, table: exportTransactions(target.state), out: io.out() };
}

async function reconcileWith(ledger: string, table: string) {
  const file = join(scratchFolder(), 'export.csv');
  writeFileSync(file, table);
  const io = fakeIo();
  const exitCode = await main(['reconcile', ledger, file, '--json', '--utc-offset', '+08:00'], io);
  return { exitCode, ...JSON.parse(io.out()) };
}

test.each(['as-logged', 'standard'])('%s: the ledger is what was kept', async (dialect) => {
  const { ledger, rows, table, out } = await runWithLedger(dialect);
  expect(rows.length).toBeGreaterThanOrEqual(12);
  expect(rows.every(({ outcome }) => outcome === 'complete')).toBe(true);
  expect(out).toContain(`LEDGER      transactions ${rows.length}: ${rows.length} complete`);
  const same = await reconcileWith(ledger, table);
  expect(same).toMatchObject({ exitCode: 0, agrees: true, matched: rows.length });
  // By their starts alone: the times of both are the same.
  const withoutIds = table.replace('transactionId,', 'no,');
  expect(await reconcileWith(ledger, withoutIds)).toMatchObject({ exitCode: 0, agrees: true });
});

test('what the central system lost or has twice is found', async () => {
  const { ledger, rows, table } = await runWithLedger('standard');
  const [header, first, second, ...rest] = table.trimEnd().split('\n');
  const spoilt = [header, second, second, ...rest].join('\n');
  const found = await reconcileWith(ledger, spoilt);
  expect(found).toMatchObject({ exitCode: 99, agrees: false, matched: rows.length - 1 });
  const idOf = (line: string) => Number(line.split(',')[0]);
  expect(found.lost.map((row: LedgerRow) => row.transactionId)).toEqual([idOf(first)]);
  expect(found.doubled.map((pair: { found: { line: number } }) => pair.found.line)).toEqual([3]);
  expect(found.unknown).toEqual([]);
});
