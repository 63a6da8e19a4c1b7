import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { recordings } from '../../src/cli/recordings.ts';
import { LEDGER_HEADER } from '../../src/ledger/row.ts';
import { busySeconds, fixtureFooter, fixtureHeader } from '../result/fixtures.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-recordings-'));
  file = path.join(folder, 'ledger.csv');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const inFolder = () => fs.readdirSync(folder).sort();
const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
const part = `ledger.csv.${process.pid}.part`;

function started(say: (text: string) => void = () => {}) {
  const records = recordings({ ledger: file }, say);
  records.start(fixtureHeader());
  return records;
}

describe('the ledger', () => {
  test('is not there without its flag', () => {
    expect(recordings({}, () => {}).rows).toBe(null);
  });

  test('has its rows in the part as soon as they were taken, and its place at the end', () => {
    fs.writeFileSync(file, 'an old one');
    const records = started();
    expect(read(part)).toBe(LEDGER_HEADER);
    records.rows?.('a\n');
    records.rows?.('b\nc\n');
    expect(read(part)).toBe(`${LEDGER_HEADER}a\nb\nc\n`);
    expect(read('ledger.csv')).toBe('an old one');
    records.end(fixtureFooter());
    expect(read('ledger.csv')).toBe(`${LEDGER_HEADER}a\nb\nc\n`);
    expect(inFolder()).toEqual(['ledger.csv']);
    expect(records.errors()).toEqual([]);
  });

  test('of a run without an end stays a part, and is told', () => {
    const say = vi.fn();
    const records = started(say);
    records.rows?.('a\n');
    records.abandon();
    expect(inFolder()).toEqual([part]);
    expect(say.mock.calls).toEqual([[`what was recorded is in ${path.join(folder, part)}`]]);
  });

  test('that cannot be opened is a mistake of the user', () => {
    fs.rmdirSync(folder);
    expect(() => started()).toThrow(UserError);
    fs.mkdirSync(folder);
  });

  test('a disk that is full is told once, and again at the end', () => {
    const say = vi.fn();
    const records = started(say);
    const write = vi.spyOn(fs, 'writeFileSync').mockImplementation(() => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    });
    try {
      records.rows?.('a\n');
      records.rows?.('b\n');
    } finally {
      write.mockRestore();
    }
    records.rows?.('c\n');
    records.end(fixtureFooter());
    const words = `--ledger ${file}: could not be written (ENOSPC)`;
    expect(say.mock.calls).toEqual([[`${words}; the run goes on without it`]]);
    expect(records.errors().map(({ message }) => message)).toEqual([words]);
    // What looks whole would be taken for whole.
    expect(inFolder()).toEqual([]);
  });
});

describe('--report', () => {
  const page = () => path.join(folder, 'run.html');
  function recorded(say: (text: string) => void = () => {}) {
    const records = recordings({ report: page(), csv: path.join(folder, 'run.csv') }, say);
    records.start(fixtureHeader());
    for (const second of busySeconds(3, 10)) records.interval(second);
    return records;
  }

  test('is written when the run is over, a row a second as it goes', () => {
    const records = recorded();
    expect(inFolder().every((name) => name.endsWith('.part'))).toBe(true);
    records.end(fixtureFooter());
    expect(records.errors()).toEqual([]);
    expect(inFolder()).toEqual(['run.csv', 'run.html']);
    expect(read('run.html')).toContain('"ending":"completed"');
  });

  test('is not there of a run without a result', () => {
    const say = vi.fn();
    recorded(say).abandon();
    expect(inFolder()).toEqual([expect.stringMatching(/^run\.csv\.\d+\.part$/)]);
    expect(say.mock.calls).toEqual([[expect.stringContaining('what was recorded is in')]]);
  });
});
