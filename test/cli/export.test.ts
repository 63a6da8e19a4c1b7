import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { checkExport, writeExport } from '../../src/cli/export.ts';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-export-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('checkExport', () => {
  test('takes a new file and leaves nothing behind', () => {
    checkExport(path.join(folder, 'run.json'));
    expect(fs.readdirSync(folder)).toEqual([]);
  });
  test('does not touch a file that is there', () => {
    const file = path.join(folder, 'run.json');
    fs.writeFileSync(file, 'old');
    checkExport(file);
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
  });
  test('takes a device', () => {
    expect(() => checkExport('/dev/null')).not.toThrow();
  });
  test('names a folder that is missing', () => {
    const check = () => checkExport(path.join(folder, 'no', 'run.json'));
    expect(check).toThrow(UserError);
    expect(check).toThrow(/--summary-export .*run\.json: the folder .*no does not exist/);
  });
  test('refuses a folder as the file', () => {
    expect(() => checkExport(folder)).toThrow(/is a folder/);
  });
  test('refuses a file as the folder', () => {
    fs.writeFileSync(path.join(folder, 'x'), '');
    expect(() => checkExport(path.join(folder, 'x', 'run.json'))).toThrow(UserError);
  });
});

describe('writeExport', () => {
  test('replaces the file as a whole', () => {
    const file = path.join(folder, 'run.json');
    fs.writeFileSync(file, 'a much longer old text');
    writeExport(file, 'new');
    expect(fs.readFileSync(file, 'utf8')).toBe('new');
    expect(fs.readdirSync(folder)).toEqual(['run.json']);
  });
  test('keeps a symbolic link and writes where it leads', () => {
    fs.writeFileSync(path.join(folder, 'real.json'), 'old');
    fs.symlinkSync('real.json', path.join(folder, 'latest.json'));
    writeExport(path.join(folder, 'latest.json'), 'new');
    expect(fs.lstatSync(path.join(folder, 'latest.json')).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(path.join(folder, 'real.json'), 'utf8')).toBe('new');
  });
  test('says so when the place is gone by the end of the run', () => {
    expect(() => writeExport(path.join(folder, 'no', 'run.json'), 'x')).toThrow(/ENOENT/);
  });
});
