import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { preparePartsFolder } from '../../src/cli/parts-folder.ts';
import { mistakeOf } from '../scenario/fixture.ts';

let root = '';
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-parts-folder-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const put = (...names: string[]) => {
  for (const name of names) fs.writeFileSync(path.join(root, name), '');
};

test('is made, and may hold anything but shares', () => {
  const folder = path.join(root, 'a', 'b');
  preparePartsFolder(folder, 0);
  expect(fs.readdirSync(folder)).toEqual([]);
  put('run.olr', 'share-1.olr.part', 'my-share-1.olr', 'share-1.html');
  preparePartsFolder(root, 0);
});

test('with shares of another run is refused, and names them', () => {
  put('share-2.olr', 'share-1.olr', 'share-1-epoch-2.olr', 'share-3.olr');
  const mistake = mistakeOf(() => preparePartsFolder(root, 0));
  expect(mistake).toContain('share-1-epoch-2.olr, share-1.olr, share-2.olr and 1 more');
  expect(mistake).toContain('name another folder');
});

test('of a run that is resumed has its own shares, and no others', () => {
  put('share-1.olr', 'share-2.olr', 'share-2-epoch-2.olr');
  preparePartsFolder(root, 2);
  expect(mistakeOf(() => preparePartsFolder(root, 1))).toContain('share-2-epoch-2.olr, share-2');
});

test.runIf(fs.existsSync('/proc/self'))('that nobody can make is refused', () => {
  expect(mistakeOf(() => preparePartsFolder('/proc/nope', 0))).toContain('cannot be made (ENOENT)');
});
