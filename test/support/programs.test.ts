import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasProgram, needsTag, programsNeeded } from './programs.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-load-programs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('finds a program only where it is executable', () => {
  writeFileSync(join(folder, 'ocpp-load-fake'), '');
  chmodSync(join(folder, 'ocpp-load-fake'), 0o644);
  expect(hasProgram('ocpp-load-fake', folder)).toBe(false);
  chmodSync(join(folder, 'ocpp-load-fake'), 0o755);
  expect(hasProgram('ocpp-load-fake', folder)).toBe(true);
  expect(hasProgram('ocpp-load-fake', '')).toBe(false);
});

test('a name carries its programs to the reporter', () => {
  const name = `capture ${needsTag(['tcpdump', 'openssl'])} > shows the frames`;
  expect(programsNeeded(name)).toEqual(['tcpdump', 'openssl']);
  expect(programsNeeded('capture > shows [the] frames')).toEqual([]);
});
