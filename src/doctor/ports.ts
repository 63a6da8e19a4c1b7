/** How the doctor reaches the machine and the network; tests give their own. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** null: there is no such file, or it is not ours to read. */
export type ReadText = (path: string) => string | null;

/** What a program wrote; null: it is not there, failed, or took too long. */
export type RunProgram = (name: string, args: readonly string[]) => Promise<string | null>;

export const readFile: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

const PROGRAM_LIMIT_MS = 1_000;

export const ownPrograms: RunProgram = (name, args) =>
  new Promise((resolve) => {
    const options = { timeout: PROGRAM_LIMIT_MS, env: { ...process.env, LC_ALL: 'C' } };
    execFile(name, args, options, (error, stdout) => resolve(error === null ? stdout : null));
  });
