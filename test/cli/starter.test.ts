import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { writeStarter } from '../../src/cli/new.ts';
import { STARTER_SCENARIO } from '../../src/cli/starter.ts';
import { fakeIo } from './io.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
let file = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-starter-'));
  file = path.join(folder, 'scenario.ts');
  writeStarter(file);
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

test('the starter type-checks', () => {
  const config = {
    extends: path.join(root, 'tsconfig.json'),
    compilerOptions: {
      paths: { 'ocpp-load': [path.join(root, 'src/index.ts')] },
      typeRoots: [path.join(root, 'node_modules/@types')],
    },
    include: [file],
  };
  const project = path.join(folder, 'tsconfig.json');
  fs.writeFileSync(project, JSON.stringify(config));
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  const check = () => spawnSync(tsc, ['-p', project], { encoding: 'utf8' }).stdout;
  expect(check()).toBe('');
  // A check that could not fail would prove nothing.
  fs.appendFileSync(file, 'export const wrong: number = defineScenario;\n');
  expect(check()).toContain('TS2322');
});

test('the starter runs', async () => {
  const quick = STARTER_SCENARIO.replace("over: '10s'", "over: '200ms'");
  expect(quick).not.toBe(STARTER_SCENARIO);
  const copy = path.join(folder, 'quick.ts');
  fs.writeFileSync(copy, quick);
  const io = fakeIo();
  const exitCode = await main(['run', copy, '--chargers', '3', '--duration', '1s'], io);
  expect(io.out()).toContain('3 of 3 chargers booted');
  expect(exitCode).toBe(0);
}, 40_000);
