import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { main } from '../../src/cli/main.ts';
import { writeStarter } from '../../src/cli/new.ts';
import { STARTER_SCENARIO } from '../../src/cli/starter.ts';
import { fakeIo } from './io.ts';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-new-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('writeStarter', () => {
  test('names the file in its comments', () => {
    const file = path.join(folder, 'nightly.ts');
    writeStarter(file);
    const text = fs.readFileSync(file, 'utf8');
    expect(text).toContain(`npx ocpp-load run ${file}\n`);
    expect(text).not.toContain('scenario.ts');
  });
  test('never overwrites', () => {
    const file = path.join(folder, 'mine.ts');
    fs.writeFileSync(file, 'precious');
    expect(() => writeStarter(file)).toThrow(/mine\.ts exists/);
    expect(fs.readFileSync(file, 'utf8')).toBe('precious');
  });
  test.each([
    ['no/such/a.ts', /the folder .*no\/such does not exist/],
    ['a.txt', /is no TypeScript file/],
  ])('%s is refused', (name, message) => {
    expect(() => writeStarter(path.join(folder, name))).toThrow(message);
    expect(() => writeStarter(path.join(folder, name))).toThrow(UserError);
  });
});

test('the command says what it wrote and what comes next', async () => {
  const file = path.join(folder, 'a.ts');
  const io = fakeIo();
  expect(await main(['new', file], io)).toBe(0);
  expect(io.out()).toBe(`  wrote ${file}\n  next: ocpp-load run ${file}\n`);
  expect(fs.readFileSync(file, 'utf8')).toContain(STARTER_SCENARIO.split('\n')[4]);
});
