import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolders } from '../../src/cli/folder.ts';

let root = '';
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-folder-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

test('makes what is missing above it, and is content with what is there', () => {
  const folder = path.join(root, 'a', 'b', 'c');
  makeFolders(folder);
  makeFolders(folder);
  expect(fs.statSync(folder).isDirectory()).toBe(true);
});

test('names what is no folder', () => {
  const file = path.join(root, 'file');
  fs.writeFileSync(file, '');
  expect(() => makeFolders(file)).toThrow(/EEXIST/);
  expect(() => makeFolders(path.join(file, 'x'))).toThrow(/EEXIST|ENOTDIR/);
});

test.runIf(fs.existsSync('/proc/self'))('ends where nobody can make one', () => {
  expect(() => makeFolders('/proc/nope')).toThrow(/ENOENT/);
  expect(() => makeFolders('/proc/nope/a/b')).toThrow(/ENOENT/);
});
