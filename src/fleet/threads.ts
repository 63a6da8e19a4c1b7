/** A pool of worker threads, one shard each, and what connects them to this thread. */
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { PUSH_WORDS } from '../engine/charger/command/push.ts';
import type { FromShard, ShardEnd, ShardTask, ToShard } from '../engine/shard/messages.ts';
import type { Told } from '../engine/shard/teller.ts';
import { GC_BYTES, readGc } from '../health/gc.ts';
import type { WorkerReading } from '../health/sampler.ts';
import type { Plan } from '../plan/plan.ts';
import { shardOfWorker, WHOLE_RUN } from '../plan/split.ts';
import { takeCounted } from '../snapshot/counted.ts';
import { type ShardMemory, shardMemory, shardMemoryBytes } from '../snapshot/layout.ts';
import { closeUnknown } from '../snapshot/unknown.ts';
import { dropOn } from './drop.ts';
import { type Pool, type PoolOptions, poolEnd, type Usage, type WorkerRange } from './pool.ts';

/** Takes what the workers of a process tell whose memory nobody else sees. */
export interface Upwards {
  told(worker: number, told: Told): void;
  /** Its shard died; it has told all that it ever will. */
  lost(worker: number): void;
}

const NO_OTHERS: Usage = { cpuUs: 0, rssBytes: 0 };
const LEAD_NS = 20e6;

/** @param range the workers that this process has of all. */
export function startThreads(
  options: PoolOptions,
  range: WorkerRange = { first: 0, count: options.workers },
  upwards: Upwards | null = null,
): Pool {
  const { plan, routes, share = WHOLE_RUN, workers, onFailure } = options;
  const { first, count } = range;
  const piscina = spawnThreads(count);
  const buffers = Array.from(
    { length: count },
    () => new SharedArrayBuffer(shardMemoryBytes(plan.fleets.length)),
  );
  const memories = buffers.map(shardMemory);
  const pauses = buffers.map(() => new SharedArrayBuffer(GC_BYTES));
  const channels = buffers.map(() => new MessageChannel());
  const pushStart = new SharedArrayBuffer(PUSH_WORDS * BigInt64Array.BYTES_PER_ELEMENT);
  const ledger = Boolean(options.onLedger);
  const tells = upwards !== null;
  const shared = { plan, routes, pushStart, ledger, tells };
  const threadIds: number[] = [];
  const allReady = Promise.all(
    channels.map(async ({ port1 }, i) => {
      threadIds[i] = await listen(port1, options, (told) => upwards?.told(first + i, told));
    }),
  );
  let abandoned = false;
  const tasks = buffers.map((memory, i) => {
    const { port1, port2: port } = channels[i];
    const worker = first + i;
    const own = shardOfWorker(share, worker, workers);
    const task: ShardTask = { ...shared, ...own, memory, port, gc: pauses[i] };
    return runTask(piscina, task, port1).catch(async ({ error, closed }: LostTask) => {
      onFailure?.('shardError');
      await closed;
      lose(worker, memories[i], upwards);
      throw shardFailure(error, { plan, worker, workers, abandoned });
    });
  });
  const tell = (message: ToShard) => {
    for (const { port1 } of channels) port1.postMessage(message);
  };
  return {
    memories,
    ready: Promise.race([allReady, Promise.all(tasks)]).then(() => undefined),
    ended: Promise.allSettled(tasks).then(poolEnd),
    workers: () => pauses.map((gc, i) => workerReading(piscina, threadIds[i], gc)),
    others: () => NO_OTHERS,
    leadNs: LEAD_NS,
    start: (startNs, wallStartMs) => tell({ type: 'start', startNs, wallStartMs }),
    drain: () => tell({ type: 'drain' }),
    finish: () => tell({ type: 'finish' }),
    setPace: (atNs, factor) => tell({ type: 'pace', atNs, factor }),
    setSize: (atNs, sizes) => tell({ type: 'size', atNs, sizes }),
    drop(part, draw) {
      const shards = channels.map(({ port1 }, i) => {
        const ended = tasks[i].catch(() => undefined);
        return { port: port1, ended };
      });
      return dropOn(shards, part, draw);
    },
    abandon() {
      abandoned = true;
      void piscina.destroy();
    },
    async destroy() {
      for (const { port1 } of channels) port1.close();
      await piscina.destroy();
    },
  };
}

/** Why a task failed; `closed`: when the last that it told is there. */
interface LostTask {
  readonly error: Error;
  readonly closed: Promise<unknown>;
}

/** The port of a thread that could not even load its task may stay open. */
const CLOSE_MS = 1_000;

/** Resolves when all that it told is there; rejects at once, with a `LostTask`. */
function runTask(piscina: Piscina, task: ShardTask, port1: MessagePort): Promise<ShardEnd> {
  const closed = new Promise((resolve) => port1.once('close', resolve));
  const end = piscina.run(task, { transferList: [task.port] }) as Promise<ShardEnd>;
  return end.then(
    (result) => closed.then(() => result),
    (error: Error) => {
      throw { error, closed: Promise.race([closed, sleep(CLOSE_MS)]) } satisfies LostTask;
    },
  );
}

/** What it had counted is kept, what it had not ended is unknown. */
function lose(worker: number, memory: ShardMemory, upwards: Upwards | null): void {
  if (upwards === null) {
    closeUnknown(memory.counters, memory.fleetCount);
    return;
  }
  upwards.told(worker, { counted: takeCounted(memory), pushes: new Float64Array() });
  upwards.lost(worker);
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

function spawnThreads(workers: number): Piscina {
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
function listen(
  port: MessagePort,
  options: PoolOptions,
  onTold: (told: Told) => void,
): Promise<number> {
  const { onEvent, onFailure, onLedger } = options;
  return new Promise((resolve) => {
    port.on('message', (message: FromShard) => {
      if (message.type === 'ready') resolve(message.threadId);
      else if (message.type === 'scriptFailed') onFailure?.('scriptError');
      else if (message.type === 'scriptAborted') onFailure?.('aborted');
      else if (message.type === 'told') onTold(message.told);
      else if (message.type === 'ledger') onLedger?.(message.text);
      else if (message.type === 'event') onEvent(message.kind, message.text);
    });
  });
}

interface Failed {
  readonly plan: Plan;
  readonly worker: number;
  readonly workers: number;
  readonly abandoned: boolean;
}

/** Names the worker; the stack of what it threw itself is kept, that of our waiting is not. */
function shardFailure(error: Error, { plan, worker, workers, abandoned }: Failed): Error {
  const name = `worker ${worker + 1} of ${workers}`;
  const [, code] = /^worker exited with code: (\d+)$/.exec(error.message) ?? [];
  if (!abandoned && code === undefined) return error;
  const advice = plan.scriptCount > 0 ? '; a script must not call process.exit()' : '';
  const failure = new Error(
    abandoned
      ? `${name} did not end with its grace period; its thread is stuck`
      : `${name} ended with exit code ${code}${advice}`,
  );
  failure.stack = '';
  return failure;
}
