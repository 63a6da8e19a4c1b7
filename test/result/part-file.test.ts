import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { partFile } from '../../src/result/part-file.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-part-'));
  file = path.join(folder, 'run.olr');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));
const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');

test('an old file is there until the new one is whole', () => {
  fs.writeFileSync(file, 'old');
  const part = partFile(file);
  part.append('a');
  part.append(Buffer.from('b'));
  expect([read('run.olr'), fs.readFileSync(part.partPath, 'utf8')]).toEqual(['old', 'ab']);
  part.keep();
  expect(fs.readdirSync(folder)).toEqual(['run.olr']);
  expect(read('run.olr')).toBe('ab');
});

test('a part that is given up is gone, the old file is not', () => {
  fs.writeFileSync(file, 'old');
  const part = partFile(file);
  part.discard();
  part.discard();
  expect(fs.readdirSync(folder)).toEqual(['run.olr']);
});

test('the part of a killed run is left alone', () => {
  const [killed, next] = [partFile(file), partFile(file)];
  killed.append('killed');
  next.append('next');
  next.keep();
  expect(read('run.olr')).toBe('next');
  expect(fs.readFileSync(killed.partPath, 'utf8')).toBe('killed');
});

test('a link stays one', () => {
  fs.writeFileSync(path.join(folder, 'night-1.olr'), 'old');
  fs.symlinkSync('night-1.olr', file);
  const part = partFile(file);
  part.append('new');
  part.keep();
  expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
  expect(read('night-1.olr')).toBe('new');
});

test('a device is written to as it is', () => {
  const part = partFile('/dev/null');
  part.append('x');
  part.keep();
  expect(fs.statSync('/dev/null').isFile()).toBe(false);
});

test('a folder that is missing is an error', () => {
  expect(() => partFile(path.join(folder, 'no', 'run.olr'))).toThrow('ENOENT');
});
