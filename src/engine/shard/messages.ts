import type { MessagePort } from 'node:worker_threads';
import type { ShardJob } from './here.ts';
import type { Dropped } from './loop.ts';

/** What a worker is given to run one shard: clone-able, the port in the transfer list. */
export interface ShardTask extends ShardJob {
  readonly port: MessagePort;
  /** `GC_BYTES` bytes for the pauses of this worker. */
  readonly gc: SharedArrayBuffer;
  /** Whether the main thread wants the ledger. */
  readonly ledger: boolean;
}

/** From the main thread to a shard. */
export type ToShard =
  | { readonly type: 'start'; readonly startNs: number; readonly wallStartMs: number }
  | { readonly type: 'drain' }
  /** End the drain now. */
  | { readonly type: 'finish' }
  /** Cars come at `factor` times the planned rate from `atNs` on, a moment of the shared clock. */
  | { readonly type: 'pace'; readonly atNs: number; readonly factor: number }
  /** The first so many chargers of each fleet connect, those that are new from `atNs` on. */
  | { readonly type: 'size'; readonly atNs: number; readonly sizes: readonly number[] }
  /** Drop a share of the open connections; `draw` numbers the drops of a run. */
  | { readonly type: 'drop'; readonly share: number; readonly draw: number };

/** From a shard to the main thread. */
export type FromShard =
  /** `threadId` is that of the worker which has the shard. */
  | { readonly type: 'ready'; readonly threadId: number }
  /** A script threw, or asked for it: the whole run should end. */
  | { readonly type: 'scriptFailed' }
  | { readonly type: 'scriptAborted' }
  /** What came of the drop `draw`. */
  | ({ readonly type: 'dropped'; readonly draw: number } & Dropped)
  /** Whole lines of the ledger, without its header. */
  | { readonly type: 'ledger'; readonly text: string }
  /** Each `kind` at most once a shard. */
  | { readonly type: 'event'; readonly kind: string; readonly text: string };

/** How a shard's task ended; what it counted is in the shared memory. */
export interface ShardEnd {
  /** What a script of the scenario threw, with its stack in the scenario's own lines. */
  readonly scriptError: { readonly message: string; readonly stack: string } | null;
  /** Why a script asked for the end of the run. */
  readonly abortReason: string | null;
}
