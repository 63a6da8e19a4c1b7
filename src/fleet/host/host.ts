/** A process that has some of the workers, as its parent sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deferred } from '../../base/deferred.ts';
import type { Dropped } from '../../engine/shard/loop.ts';
import type { Told } from '../../engine/shard/teller.ts';
import type { WorkerReading } from '../../health/sampler.ts';
import type { PoolEnd, PoolOptions, Usage } from '../pool.ts';
import { onGone } from './gone.ts';
import type { FromHost, HostJob, HostReading, ToHost } from './messages.ts';

export interface Host {
  readonly pid: number | undefined;
  /** Its shards have laid out their frames; rejects when one cannot, or the process dies before. */
  readonly ready: Promise<void>;
  /** Settles when it has told its end, or is dead; never rejects. */
  readonly ended: Promise<PoolEnd>;
  /** As it said last; the longest pause is that since the call before. */
  workers(): readonly WorkerReading[];
  usage(): Usage;
  say(message: ToHost): void;
  drop(share: number, draw: number): Promise<Dropped>;
  /**
   * When it was last heard, on the clock of `performance.now()`, or has to be heard first; NaN: it
   * has ended.
   */
  heardMs(): number;
  /** It is of no use any more: whatever it still says is not heard. */
  kill(why: string): void;
  /** Resolves when the process is gone. */
  destroy(): Promise<void>;
}

export interface HostEvents extends Pick<PoolOptions, 'onEvent' | 'onLedger' | 'onFailure'> {
  onTold(worker: number, told: Told): void;
  /** A thread of it died, or, with `why`, the process itself: all its workers. */
  onLost(worker: number | null, why: string): void;
}

const NO_WORK: WorkerReading = { activeMs: 0, idleMs: 0, totalUs: 0, longestUs: 0 };
const nothingOf = (workers: number): HostReading => ({
  ...{ cpuUs: 0, rssBytes: 0, workers: Array(workers).fill(NO_WORK) },
});
/** Loading it takes a second of CPU time, and many may be loading at once. */
const FIRST_WORD_MS = 120_000;

/** @param name `process 2 of 4` */
export function startHost(job: HostJob, name: string, events: HostEvents): Host {
  const child = forkEntry();
  const ready = deferred<void>();
  const ended = deferred<PoolEnd>();
  const gone = deferred<void>();
  ready.promise.catch(() => undefined);
  const drops = new Map<number, (dropped: Dropped) => void>();
  let reading = nothingOf(job.range.count);
  let heardMs = performance.now() + FIRST_WORD_MS;
  let over = false;
  const end = (how: PoolEnd) => {
    over = true;
    heardMs = Number.NaN;
    for (const settle of drops.values()) settle({ dropped: 0, open: 0 });
    ended.resolve(how);
  };
  const die = (how: string) => {
    if (over) return;
    const error = Object.assign(new Error(`${name} ${how}`), { stack: '' });
    reading = { ...reading, rssBytes: 0 };
    events.onLost(null, error.message);
    ready.reject(error);
    end({ scriptError: null, abortReason: null, shardError: error });
    events.onFailure?.('shardError');
  };
  child.on('message', (message: FromHost) => {
    if (over) return;
    heardMs = performance.now();
    if ('reading' in message) reading = laterReading(reading, message.reading);
    if (message.type === 'ready') ready.resolve();
    else if (message.type === 'refused') ready.reject(message.error);
    else if (message.type === 'dropped') drops.get(message.draw)?.(message);
    else if (message.type === 'ended') end(message.end);
    else hear(message, events);
  });
  child.once('error', (error) => die(`could not be started: ${error.message}`));
  onGone(child, (how) => {
    die(how);
    gone.resolve();
  });
  // One that is gone is noticed by its exit.
  const say = (message: ToHost) => void (child.connected && child.send(message, () => {}));
  say({ type: 'run', job });
  return {
    pid: child.pid,
    ready: ready.promise,
    ended: ended.promise,
    workers() {
      const { workers } = reading;
      reading = { ...reading, workers: workers.map((each) => ({ ...each, longestUs: 0 })) };
      return workers;
    },
    usage: () => reading,
    say,
    drop(share, draw) {
      if (over) return Promise.resolve({ dropped: 0, open: 0 });
      say({ type: 'drop', share, draw });
      return new Promise((resolve) => drops.set(draw, resolve));
    },
    heardMs: () => heardMs,
    kill(why) {
      child.kill('SIGKILL');
      die(why);
    },
    async destroy() {
      over = true;
      if (child.kill('SIGKILL')) await gone.promise;
    },
  };
}

type Heard = Exclude<FromHost, { type: 'ready' | 'refused' | 'dropped' | 'ended' }>;

function hear(message: Heard, events: HostEvents): void {
  if (message.type === 'told') events.onTold(message.worker, message.told);
  else if (message.type === 'lost') events.onLost(message.worker, '');
  else if (message.type === 'ledger') events.onLedger?.(message.text);
  else if (message.type === 'event') events.onEvent(message.kind, message.text);
  else if (message.type === 'failure') events.onFailure?.(message.kind);
}

/** Its own look forgets the longest pause, ours must not. */
function laterReading(before: HostReading, later: HostReading): HostReading {
  const workers = before.workers.map((worker, w) => ({
    ...(later.workers[w] ?? worker),
    longestUs: Math.max(worker.longestUs, later.workers[w]?.longestUs ?? 0),
  }));
  return { ...later, workers };
}

/** The entry beside this file, as TypeScript in the sources and as JavaScript in the package. */
function forkEntry(): ChildProcess {
  const here = fileURLToPath(import.meta.url);
  const entry = fileURLToPath(new URL(`./process${extname(here)}`, import.meta.url));
  return fork(entry, [], {
    // Flags of the parent, such as a test runner's or a debugger's port, are not for the child.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    // What scripts print is no result: it goes where the errors go.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
}
