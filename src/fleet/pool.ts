/** Worker threads, one shard each, and the memory and ports that connect them to this thread. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { PUSH_WORDS } from '../engine/charger/shard.ts';
import type { Dropped } from '../engine/shard/loop.ts';
import type { FromShard, ShardEnd, ShardTask, ToShard } from '../engine/shard/messages.ts';
import { GC_BYTES, readGc } from '../health/gc.ts';
import type { WorkerReading } from '../health/sampler.ts';
import type { Plan } from '../plan/plan.ts';
import type { Routes } from '../plan/routes.ts';
import { type ShardMemory, shardMemory, shardMemoryBytes } from '../snapshot/layout.ts';
import { dropOn } from './drop.ts';

export interface Pool {
  readonly memories: readonly ShardMemory[];
  /** All shards have laid out their frames and wait for `start`; rejects when one fails before. */
  readonly ready: Promise<void>;
  /** Settles when every shard has ended, one way or the other; never rejects. */
  readonly ended: Promise<PoolEnd>;
  /** By shard: how busy its thread has been, and its garbage since the last look. */
  workers(): WorkerReading[];
  start(startNs: number, wallStartMs: number): void;
  drain(): void;
  /** Ends the drain that is under way. */
  finish(): void;
  /** From `atNs` on cars come at `factor` times the planned rate; 0: none come. */
  setPace(atNs: number, factor: number): void;
  /** Drops each open connection with a chance of `share`; `draw` numbers the drops of a run. */
  drop(share: number, draw: number): Promise<Dropped>;
  /** Gives up on shards that do not end by themselves: they count as failed. */
  abandon(): void;
  destroy(): Promise<void>;
}

/** The first error of either kind, or null. */
export interface PoolEnd {
  /** A script of the scenario threw: with its stack, in the scenario's own lines. */
  readonly scriptError: Error | null;
  /** Why a script asked for the end of the run. */
  readonly abortReason: string | null;
  /** A shard failed, which is no fault of the scenario: some of its CALLs may have no fate. */
  readonly shardError: Error | null;
}

export interface PoolOptions {
  readonly plan: Plan;
  readonly routes: Routes;
  readonly workers: number;
  readonly onEvent: (kind: string, text: string) => void;
  /** Takes lines of the ledger; the last of them before `ended` settles. */
  readonly onLedger?: ((text: string) => void) | null;
  /** A shard failed, or its script threw or aborted: the others should not go on for long. */
  readonly onFailure?: (kind: 'scriptError' | 'shardError' | 'aborted') => void;
}

export function startPool(options: PoolOptions): Pool {
  const { plan, routes, workers, onFailure } = options;
  const piscina = startThreads(workers);
  const buffers = Array.from(
    { length: workers },
    () => new SharedArrayBuffer(shardMemoryBytes(plan.fleets.length)),
  );
  const pauses = buffers.map(() => new SharedArrayBuffer(GC_BYTES));
  const channels = buffers.map(() => new MessageChannel());
  const pushStart = new SharedArrayBuffer(PUSH_WORDS * BigInt64Array.BYTES_PER_ELEMENT);
  const ledger = Boolean(options.onLedger);
  const shared = { plan, routes, shards: workers, pushStart, ledger };
  const threadIds: number[] = [];
  const allReady = Promise.all(
    channels.map(async ({ port1 }, shard) => {
      threadIds[shard] = await listen(port1, options);
    }),
  );
  let abandoned = false;
  const tasks = buffers.map((memory, shard) => {
    const port = channels[shard].port2;
    const task: ShardTask = { ...shared, shard, memory, port, gc: pauses[shard] };
    const closed = new Promise((resolve) => channels[shard].port1.once('close', resolve));
    const end = piscina.run(task, { transferList: [port] }) as Promise<ShardEnd>;
    const told = (result: ShardEnd) => closed.then(() => result);
    return end.then(told, (error: Error) => {
      throw shardFailure(error, options, shard, abandoned);
    });
  });
  for (const task of tasks) task.catch(() => onFailure?.('shardError'));
  const tell = (message: ToShard) => {
    for (const { port1 } of channels) port1.postMessage(message);
  };
  const closePorts = () => {
    for (const { port1 } of channels) port1.close();
  };
  return {
    memories: buffers.map(shardMemory),
    ready: Promise.race([allReady, Promise.all(tasks)]).then(() => undefined),
    ended: Promise.allSettled(tasks).then(poolEnd),
    workers: () => pauses.map((gc, shard) => workerReading(piscina, threadIds[shard], gc)),
    start: (startNs, wallStartMs) => tell({ type: 'start', startNs, wallStartMs }),
    drain: () => tell({ type: 'drain' }),
    finish: () => tell({ type: 'finish' }),
    setPace: (atNs, factor) => tell({ type: 'pace', atNs, factor }),
    drop(share, draw) {
      const shards = channels.map(({ port1 }, shard) => {
        const ended = tasks[shard].catch(() => undefined);
        return { port: port1, ended };
      });
      return dropOn(shards, share, draw);
    },
    abandon() {
      abandoned = true;
      void piscina.destroy();
    },
    async destroy() {
      closePorts();
      await piscina.destroy();
    },
  };
}

/** Nothing of a thread that has not begun, or has ended: both figures are 0. */
function workerReading(
  { threads }: Piscina,
  threadId: number | undefined,
  gc: SharedArrayBuffer,
): WorkerReading {
  const thread = threads.find((each) => each.threadId === threadId);
  const { active = 0, idle = 0 } = thread?.performance.eventLoopUtilization() ?? {};
  return { activeMs: active, idleMs: idle, ...readGc(gc) };
}

function startThreads(workers: number): Piscina {
  const here = fileURLToPath(import.meta.url);
  const piscina = new Piscina({
    filename: new URL(`../engine/shard/worker${extname(here)}`, import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    // An idle worker must not block in Atomics.wait: its sockets would freeze.
    atomics: 'disabled',
    recordTiming: false,
  });
  // A thread that throws when its task has ended already: the run has its error from the first.
  piscina.on('error', () => {});
  return piscina;
}

/** Resolves when the shard is ready, with the number of its thread. */
function listen(port: MessagePort, options: PoolOptions): Promise<number> {
  const { onEvent, onFailure, onLedger } = options;
  return new Promise((resolve) => {
    port.on('message', (message: FromShard) => {
      if (message.type === 'ready') resolve(message.threadId);
      else if (message.type === 'scriptFailed') onFailure?.('scriptError');
      else if (message.type === 'scriptAborted') onFailure?.('aborted');
      else if (message.type === 'ledger') onLedger?.(message.text);
      else if (message.type === 'event') onEvent(message.kind, message.text);
    });
  });
}

/** Names the worker; the stack of what it threw itself is kept, that of our waiting is not. */
function shardFailure(
  error: Error,
  { plan, workers }: PoolOptions,
  shard: number,
  abandoned: boolean,
): Error {
  const worker = `worker ${shard + 1} of ${workers}`;
  const [, code] = /^worker exited with code: (\d+)$/.exec(error.message) ?? [];
  if (!abandoned && code === undefined) return error;
  const advice = plan.scriptCount > 0 ? '; a script must not call process.exit()' : '';
  const failure = new Error(
    abandoned
      ? `${worker} did not end with its grace period; its thread is stuck`
      : `${worker} ended with exit code ${code}${advice}`,
  );
  failure.stack = '';
  return failure;
}

function poolEnd(tasks: readonly PromiseSettledResult<ShardEnd>[]): PoolEnd {
  const failed = tasks.find((task) => task.status === 'rejected');
  const ends = tasks.flatMap((task) => (task.status === 'fulfilled' ? [task.value] : []));
  const thrown = ends.flatMap(({ scriptError }) => scriptError ?? []);
  return {
    scriptError: thrown.length === 0 ? null : Object.assign(new Error(), thrown[0]),
    abortReason: ends.find(({ abortReason }) => abortReason !== null)?.abortReason ?? null,
    shardError: failed === undefined ? null : (failed.reason as Error),
  };
}
