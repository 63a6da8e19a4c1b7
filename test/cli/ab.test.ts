import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder, orderOf } from '../../src/cli/ab.ts';
import { main } from '../../src/cli/main.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { fakeIo } from './io.ts';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-ab-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test('A B B A A B B A', () => {
  expect([0, 1, 2, 3].flatMap(orderOf).join(' ')).toBe('A B B A A B B A');
});

test('the folder of the runs is new or empty', () => {
  const fresh = path.join(folder, 'a/b');
  makeFolder(fresh);
  makeFolder(fresh);
  fs.writeFileSync(path.join(fresh, 'x'), '');
  expect(mistakeOf(() => makeFolder(fresh))).toContain('is not empty');
  expect(mistakeOf(() => makeFolder(path.join(fresh, 'x')))).toContain('cannot be made');
});

test('a mistake in the scenario is told before anything runs, and leaves no folder', async () => {
  const io = fakeIo();
  const out = path.join(folder, 'runs');
  const scenario = path.join(folder, 'none.ts');
  const targets = ['ws://127.0.0.1:1/{id}', 'ws://127.0.0.1:2/{id}'];
  expect(await main(['compare', '--ab', ...targets, scenario, '--out', out], io)).toBe(104);
  expect(io.err()).toContain('none.ts');
  expect(io.err()).toContain('nothing was compared.');
  expect(fs.existsSync(out)).toBe(false);
  expect(io.listeners()).toBe(0);
});
