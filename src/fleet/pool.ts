/** Worker threads, one shard each, and the memory and ports that connect them to this thread. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { FromShard, ShardEnd, ShardTask, ToShard } from '../engine/shard/messages.ts';
import type { Plan } from '../plan/plan.ts';
import { SHARD_MEMORY_BYTES, type ShardMemory, shardMemory } from '../snapshot/layout.ts';

export interface Pool {
  readonly memories: readonly ShardMemory[];
  /** All shards have laid out their frames and wait for `start`. */
  readonly ready: Promise<void>;
  /** Settles when every shard has ended; rejects when one fails. */
  readonly ended: Promise<readonly ShardEnd[]>;
  start(startNs: number, wallStartMs: number): void;
  drain(): void;
  destroy(): Promise<void>;
}

export interface PoolOptions {
  readonly plan: Plan;
  readonly targetUrl: string;
  readonly address: string;
  readonly workers: number;
  readonly onEvent: (kind: string, text: string) => void;
}

export function startPool(options: PoolOptions): Pool {
  const { plan, targetUrl, address, workers } = options;
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
  const buffers = Array.from({ length: workers }, () => new SharedArrayBuffer(SHARD_MEMORY_BYTES));
  const channels = buffers.map(() => new MessageChannel());
  const ready = Promise.all(channels.map(({ port1 }) => listen(port1, options.onEvent)));
  const ended = Promise.all(
    buffers.map((memory, shard) => {
      const port = channels[shard].port2;
      const task: ShardTask = { plan, targetUrl, address, shard, shards: workers, memory, port };
      return piscina.run(task, { transferList: [port] }) as Promise<ShardEnd>;
    }),
  );
  const tell = (message: ToShard) => {
    for (const { port1 } of channels) port1.postMessage(message);
  };
  return {
    memories: buffers.map(shardMemory),
    // A shard that fails before it is ready ends the wait too.
    ready: Promise.race([ready, ended]).then(() => undefined),
    ended,
    start: (startNs, wallStartMs) => tell({ type: 'start', startNs, wallStartMs }),
    drain: () => tell({ type: 'drain' }),
    async destroy() {
      for (const { port1 } of channels) port1.close();
      await piscina.destroy();
    },
  };
}

function listen(port: MessagePort, onEvent: PoolOptions['onEvent']): Promise<void> {
  return new Promise((resolve) => {
    port.on('message', (message: FromShard) => {
      if (message.type === 'ready') resolve();
      else onEvent(message.kind, message.text);
    });
  });
}
