import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { checkExport, checkOutputs, writeExport } from '../../src/cli/export.ts';

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

describe('checkOutputs', () => {
  const at = (name: string) => path.join(folder, name);
  beforeEach(() => {
    fs.writeFileSync(at('in.olr'), 'in');
    fs.symlinkSync('in.olr', at('link'));
  });
  const check = (csv: string, hlog?: string) =>
    checkOutputs({ '--csv': csv, '--hlog': hlog }, { 'the scenario': at('in.olr') });

  test('takes files that differ', () => {
    expect(() => check(at('a'), at('b'))).not.toThrow();
    expect(fs.readdirSync(folder).sort()).toEqual(['in.olr', 'link']);
  });
  test.each(['in.olr', './in.olr', 'link'])('refuses the input, named %s', (name) => {
    expect(() => check(`${folder}/${name}`)).toThrow(/^--csv .*: is the scenario itself$/);
  });
  test('refuses one file for two flags, there or not, also through a link', () => {
    expect(() => check(at('a'), `${folder}/./a`)).toThrow('--csv and --hlog both name');
    fs.writeFileSync(at('b'), '');
    fs.symlinkSync('b', at('c'));
    expect(() => check(at('b'), at('c'))).toThrow('--csv and --hlog both name');
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
