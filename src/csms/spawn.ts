/** Runs the embedded central system in a process of its own, so that its cost is not the run's. */
import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../base/errors.ts';
import type { CsmsCounters } from './counters.ts';
import type { ChildMessage, ParentMessage } from './messages.ts';
import type { CsmsOptions } from './options.ts';
import { ALONE, type Place } from './place.ts';

export interface CsmsProcess {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process is gone, whoever ended it; never rejects. */
  readonly exited: Promise<CsmsExit>;
  /** Rejects when the process is gone or does not answer in time. */
  counters(): Promise<CsmsCounters>;
  /**
   * The final counters. The process is gone when this settles, killed if need be: then it rejects.
   * A second call gives the same promise.
   */
  stop(): Promise<CsmsCounters>;
}

export interface CsmsExit {
  /** `process 2 of 4 of the embedded central system`. */
  readonly name: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

export interface SpawnLimits {
  /** Until it listens. Default 10 000. */
  readonly startMs?: number;
  /** Until it answers, and until it has stopped. Default 5 000. */
  readonly answerMs?: number;
}

const NAME = 'the embedded central system';
const MAX_STDERR_CHARS = 4_096;

/**
 * One process, whatever `options.processes` says; see `group.ts`. Rejects with `UserError` for
 * wrong options or a busy port, `Error` when the process dies.
 */
export async function spawnOne(
  options: CsmsOptions = {},
  limits: SpawnLimits = {},
  place: Place = ALONE,
): Promise<CsmsProcess> {
  const { startMs = 10_000, answerMs = 5_000 } = limits;
  const name = place.of === 1 ? NAME : `process ${place.index + 1} of ${place.of} of ${NAME}`;
  const child = forkEntry();
  const exited = watchExit(child, name);
  const died = exited.then((exit) => {
    throw new Error(exitText(exit));
  });
  died.catch(() => {}); // it is raced against; alone it is no error
  const say = (message: ParentMessage) => {
    if (child.connected) child.send(message, () => {}); // a failed send ends in `died` or the limit
  };

  const listening = nextMessage(child, (message) =>
    message.type === 'counters' ? undefined : message,
  );
  say({ type: 'start', options, place });
  const limited = <T>(limitMs: number, what: string, promise: Promise<T>) =>
    within(limitMs, `${name} did not ${what}`, promise);
  const first = await limited(startMs, 'listen', Promise.race([listening, died])).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  if (first.type === 'refused') throw new UserError(first.message, first.hint);

  let requests = 0;
  const ask = (type: 'counters' | 'stop'): Promise<CsmsCounters> => {
    const request = ++requests;
    const answer = nextMessage(child, (message) =>
      message.type === 'counters' && message.request === request ? message.counters : undefined,
    );
    say({ type, request });
    return limited(answerMs, 'answer', Promise.race([answer, died]));
  };
  const stop = async () => {
    try {
      const counters = await ask('stop');
      await limited(answerMs, 'exit', exited);
      return counters;
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  };
  let stopping: Promise<CsmsCounters> | undefined;
  return {
    url: first.url,
    pid: child.pid as number,
    exited,
    counters: () => ask('counters'),
    stop: () => (stopping ??= stop()),
  };
}

/** The entry beside this file, as TypeScript in the sources and as JavaScript in the package. */
function forkEntry(): ChildProcess {
  const here = fileURLToPath(import.meta.url);
  const entry = fileURLToPath(new URL(`./process${extname(here)}`, import.meta.url));
  return fork(entry, [], {
    // Flags of the parent, such as a test runner's or a debugger's port, are not for the child.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function watchExit(child: ChildProcess, name: string): Promise<CsmsExit> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-MAX_STDERR_CHARS);
  });
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ name, code: null, signal: null, stderr: error.message }),
    );
    child.once('close', (code, signal) => resolve({ name, code, signal, stderr }));
  });
}

/** `process 2 of 4 of the embedded central system is gone: it was killed by SIGKILL`. */
export function endText({ name, code, signal }: CsmsExit): string {
  const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
  return `${name} is gone: it ${how}`;
}

function exitText(exit: CsmsExit): string {
  return `${endText(exit)}${exit.stderr ? `:\n${exit.stderr.trimEnd()}` : ''}`;
}

/** The first message that `pick` takes. Never settles otherwise: race it. */
function nextMessage<T>(
  child: ChildProcess,
  pick: (message: ChildMessage) => T | undefined,
): Promise<T> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      const picked = pick(message as ChildMessage);
      if (picked === undefined) return;
      child.off('message', onMessage);
      resolve(picked);
    };
    child.on('message', onMessage);
    child.once('close', () => child.off('message', onMessage));
  });
}

/** Rejects when `promise` has not settled after `limitMs`: a frozen process answers nothing. */
function within<T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`${what} within ${limitMs / 1000} s`);
    timer = setTimeout(() => reject(error), limitMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
