import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { ledgerFile } from '../../src/cli/ledger.ts';
import { LEDGER_HEADER } from '../../src/ledger/row.ts';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-ledger-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test('rows are in the file as soon as they were taken', () => {
  const file = path.join(folder, 'ledger.csv');
  fs.writeFileSync(file, 'an old one');
  const ledger = ledgerFile(file, () => {});
  expect(fs.readFileSync(file, 'utf8')).toBe('an old one');
  ledger.open();
  expect(fs.readFileSync(file, 'utf8')).toBe(LEDGER_HEADER);
  ledger.append('a\n');
  ledger.append('b\nc\n');
  expect(fs.readFileSync(file, 'utf8')).toBe(`${LEDGER_HEADER}a\nb\nc\n`);
  ledger.close();
});

test('a file that cannot be opened is a mistake of the user', () => {
  const ledger = ledgerFile(path.join(folder, 'no', 'ledger.csv'), () => {});
  expect(() => ledger.open()).toThrow(UserError);
});

test('never opened: nothing to close', () => {
  const file = path.join(folder, 'ledger.csv');
  ledgerFile(file, () => {}).close();
  expect(fs.existsSync(file)).toBe(false);
});

test('a disk that is full is told once, and again at the end', () => {
  const file = path.join(folder, 'ledger.csv');
  const failed = vi.fn();
  const ledger = ledgerFile(file, failed);
  ledger.open();
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const write = vi.spyOn(fs, 'writeFileSync').mockImplementation(() => {
    throw full;
  });
  try {
    ledger.append('a\n');
    ledger.append('b\n');
  } finally {
    write.mockRestore();
  }
  expect(failed.mock.calls).toEqual([[`--ledger ${file}: could not be written (ENOSPC)`]]);
  expect(() => ledger.close()).toThrow('(ENOSPC)');
  expect(fs.readFileSync(file, 'utf8')).toBe(LEDGER_HEADER);
});
