/** Starts the bench's child processes: the light target, and measured clients. */
import { execFile, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TargetCounters } from './light-target.ts';
import type { Measured, Workload } from './workload.ts';

const CHILD_TIMEOUT_MS = 180_000;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export interface LightTarget {
  readonly port: number;
  counters(): Promise<TargetCounters>;
  stop(): Promise<void>;
}

/** `mode` 'commands': see `light-target.ts`. */
export async function startLightTarget(mode = '', atPort = 0): Promise<LightTarget> {
  const child = fork(here('./light-target.ts'), [String(atPort), '60', mode]);
  const answer = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', (message) => resolve(message as T));
      child.once('exit', (code) => reject(new Error(`the light target ended with ${code}`)));
    });
  const port = await answer<number>();
  return {
    port,
    counters: () => {
      const counters = answer<TargetCounters>();
      child.send('counters');
      return counters;
    },
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

/** Runs a file of this folder as a measured process; see `measureThisProcess`. */
export function runClient(file: string, workload: Workload): Promise<Measured> {
  const args = ['--expose-gc', here(file), JSON.stringify(workload)];
  const options = { timeout: CHILD_TIMEOUT_MS, maxBuffer: 1 << 20 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${file}: ${error.message}\n${stdout}\n${stderr}`));
      else resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    });
  });
}

/** Runs `use` against a light target of its own: a fresh port has no connections in TIME_WAIT. */
export async function withLightTarget<T>(
  use: (target: LightTarget) => Promise<T>,
  mode = '',
): Promise<T> {
  const target = await startLightTarget(mode);
  try {
    return await use(target);
  } finally {
    await target.stop();
  }
}
