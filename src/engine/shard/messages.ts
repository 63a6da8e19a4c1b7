import type { Plan } from '../../plan/plan.ts';

/** What a worker is given to run one shard: clone-able, the port in the transfer list. */
export interface ShardTask {
  readonly plan: Plan;
  /** The target's URL with its port known, and the address that its host name stands for. */
  readonly targetUrl: string;
  readonly address: string;
  readonly shard: number;
  readonly shards: number;
  /** `SHARD_MEMORY_BYTES` bytes. */
  readonly memory: SharedArrayBuffer;
  readonly port: import('node:worker_threads').MessagePort;
}

/** From the main thread to a shard. */
export type ToShard =
  | { readonly type: 'start'; readonly startNs: number; readonly wallStartMs: number }
  | { readonly type: 'drain' };

/** From a shard to the main thread. */
export type FromShard =
  | { readonly type: 'ready' }
  /** Each `kind` at most once a shard. */
  | { readonly type: 'event'; readonly kind: string; readonly text: string };

/** How a shard's task ended; what it counted is in the shared memory. */
export interface ShardEnd {
  /** What a script of the scenario threw, with its stack in the scenario's own lines. */
  readonly scriptError: { readonly message: string; readonly stack: string } | null;
}
