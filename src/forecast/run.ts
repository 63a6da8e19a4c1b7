/** Plays a plan on a virtual clock, in as many threads as there are cores. */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { ExitCode, UserError } from '../base/errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Assumed } from './assumed.ts';
import { BIN_WIDTH, type Bins, binCount } from './bins.ts';
import { type ForecastEnd, type ForecastTask, STATE_WORDS, StateWord } from './messages.ts';

export interface ForecastProgress {
  /** Seconds of the plan that are known, of so many. */
  readonly doneS: number;
  readonly seconds: number;
}

export interface ForecastOptions {
  readonly assumed: Assumed;
  readonly workers: number | 'auto';
  onProgress(progress: ForecastProgress): void;
  /** Ends it early: what is known by then is the result. */
  readonly stop: AbortSignal;
}

/** Chargers whose state fits into the cache of a core: larger shards are slower a charger. */
const SHARD_CHARGERS = 2_000;
const PROGRESS_EVERY_MS = 250;

/** Whole seconds from the first connect to the end of the steady stage. */
export function secondsOf({ stages }: Plan): number {
  return Math.ceil((stages.rampNs + stages.warmupNs + stages.steadyNs) / 1e9);
}

/** @throws UserError for what a script threw, or that it asked for the end. */
export async function playPlan(plan: Plan, options: ForecastOptions): Promise<Bins> {
  const { assumed, stop, onProgress } = options;
  const seconds = secondsOf(plan);
  const wanted = options.workers === 'auto' ? availableParallelism() : options.workers;
  const workers = Math.min(wanted, plan.chargerCount);
  // As many for each worker: the one with more of them would be waited for.
  const each = Math.ceil(plan.chargerCount / (SHARD_CHARGERS * workers));
  const shards = workers * Math.max(1, each);
  const tasks = Array.from({ length: workers }, (_, first): ForecastTask => {
    const bins = new SharedArrayBuffer(binCount(seconds) * Float64Array.BYTES_PER_ELEMENT);
    const state = new SharedArrayBuffer(STATE_WORDS * Int32Array.BYTES_PER_ELEMENT);
    return { plan, assumed, shards, first, every: workers, seconds, bins, state };
  });
  const states = tasks.map(({ state }) => new Int32Array(state));
  const doneS = () => Math.min(...states.map((state) => Atomics.load(state, StateWord.doneS)));
  const stopAll = () => {
    for (const state of states) Atomics.store(state, StateWord.stop, 1);
  };
  const tell = () => onProgress({ doneS: Math.min(seconds, doneS()), seconds });
  const timer = setInterval(tell, PROGRESS_EVERY_MS);
  stop.addEventListener('abort', stopAll);
  if (stop.aborted) stopAll();
  try {
    const ends = await Promise.all(tasks.map((task) => endOf(task, stopAll)));
    throwTrouble(ends, doneS());
    return sumOf(tasks, doneS());
  } finally {
    clearInterval(timer);
    stop.removeEventListener('abort', stopAll);
    stopAll();
  }
}

/** Settles when the thread is gone; the others end with it when it failed. */
function endOf(task: ForecastTask, stopAll: () => void): Promise<ForecastEnd> {
  const here = fileURLToPath(import.meta.url);
  const worker = new Worker(new URL(`./worker${extname(here)}`, import.meta.url), {
    workerData: task,
  });
  return new Promise((resolve, reject) => {
    let end: ForecastEnd | undefined;
    worker.on('message', (message: ForecastEnd) => {
      end = message;
      if (end !== null) stopAll();
    });
    worker.on('error', (error) => {
      stopAll();
      reject(error);
    });
    worker.on('exit', (code) => {
      if (end !== undefined) resolve(end);
      else reject(new Error(`a thread of the forecast ended with exit code ${code}`));
    });
  });
}

function throwTrouble(ends: readonly ForecastEnd[], atS: number): void {
  const trouble = ends.find((end) => end !== null);
  if (!trouble) return;
  const { kind, message, stack } = trouble;
  if (kind === 'aborted') {
    throw new UserError(
      `a script asked for the end of the run, about ${atS} s after its start: ${message}`,
      'without charger.abort() there is a forecast',
      ExitCode.aborted,
    );
  }
  throw new UserError(message, stack || 'thrown by a script', ExitCode.scenarioException);
}

function sumOf(tasks: readonly ForecastTask[], doneS: number): Bins {
  const { seconds } = tasks[0];
  const rows = new Float64Array(binCount(seconds));
  for (const { bins } of tasks) {
    const own = new Float64Array(bins);
    assert(own.length === rows.length, 'threads of a forecast have other bins');
    for (let i = 0; i < own.length; i++) rows[i] += own[i];
  }
  const isWhole = doneS > seconds;
  const known = Math.min(seconds, doneS);
  return { rows, seconds: known, rest: isWhole ? rows.subarray(seconds * BIN_WIDTH) : null };
}
