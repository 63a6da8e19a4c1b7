/** Tests that need a program of the system: named when it is missing, and a failure under CI. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** Where administrators' programs are; not on the PATH of every user. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin'];

/** Whether `name` is an executable file on PATH. */
export function hasProgram(name: string, path = process.env.PATH ?? ''): boolean {
  const folders = [...path.split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS];
  return folders.some((folder) => isExecutable(join(folder, name)));
}

/**
 * `describe` for tests that need programs. A missing one leaves the tests out, and the reporter
 * names them; with CI=true it is a failing test instead.
 */
export function describeWith(programs: readonly string[], name: string, body: () => void): void {
  const missing = programs.filter((program) => !hasProgram(program));
  const title = `${name} ${needsTag(programs)}`;
  if (missing.length > 0 && process.env.CI === 'true') {
    describe(title, () => {
      test('its programs are installed', () => {
        throw new Error(`not installed: ${missing.join(', ')}; add them to .ci/run`);
      });
    });
    return;
  }
  describe.skipIf(missing.length > 0)(title, body);
}

/** How a suite's name carries its programs to the reporter, which runs in another process. */
export function needsTag(programs: readonly string[]): string {
  return `[needs ${programs.join(', ')}]`;
}

/** The programs in a test's full name; none when it needs none. */
export function programsNeeded(fullName: string): string[] {
  const tags = fullName.matchAll(/\[needs ([^\]]+)\]/g);
  return [...tags].flatMap(([, programs]) => programs.split(', '));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
