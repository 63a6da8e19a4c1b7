/** A certificate authority for a test file, made by the script that users run. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterFile } from '../e2e/cleanup.ts';
import { hasProgram } from './programs.ts';

const SCRIPT = fileURLToPath(new URL('../../tools/test-ca.sh', import.meta.url));

export interface TestCa {
  readonly folder: string;
  /** Absolute path of one of its files. */
  path(name: string): string;
  /** Text of one of its files. */
  text(name: string): string;
  /** For `createServer`: `server`, `expired` or `other-name`. */
  server(name?: string): { readonly key: string; readonly cert: string };
}

export function runTestCa(...args: string[]): string {
  return execFileSync('sh', [SCRIPT, ...args], { encoding: 'utf8', stdio: 'pipe' });
}

/**
 * For tests in `describeWith(['openssl'], ...)`; gone after them. The arguments are those of
 * `tools/test-ca.sh` after the folder. Without openssl it is empty: vitest reads skipped tests too.
 */
export function testCa(clients = 0, pattern = 'cp{n}'): TestCa {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-ca-'));
  afterFile(() => rmSync(folder, { recursive: true, force: true }));
  const made = hasProgram('openssl');
  if (made) runTestCa(folder, String(clients), pattern);
  const path = (name: string) => join(folder, name);
  const text = (name: string) => (made ? readFileSync(path(name), 'utf8') : '');
  const server = (name = 'server') => ({ key: text(`${name}.key`), cert: text(`${name}.pem`) });
  return { folder, path, text, server };
}
