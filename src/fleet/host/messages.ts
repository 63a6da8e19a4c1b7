/** Between a run and a process that has some of its workers; carried by structured clone. */
import type { Dropped } from '../../engine/shard/loop.ts';
import type { Told } from '../../engine/shard/teller.ts';
import type { WorkerReading } from '../../health/sampler.ts';
import type { FailureKind, PoolEnd, PoolOptions, Usage, WorkerRange } from '../pool.ts';

export interface HostJob extends Pick<PoolOptions, 'plan' | 'routes' | 'share' | 'workers'> {
  readonly range: WorkerRange;
  readonly ledger: boolean;
}

export type ToHost =
  | { readonly type: 'run'; readonly job: HostJob }
  | { readonly type: 'start'; readonly startNs: number; readonly wallStartMs: number }
  | { readonly type: 'drain' }
  | { readonly type: 'finish' }
  | { readonly type: 'pace'; readonly atNs: number; readonly factor: number }
  | { readonly type: 'size'; readonly atNs: number; readonly sizes: readonly number[] }
  | { readonly type: 'drop'; readonly share: number; readonly draw: number }
  | { readonly type: 'abandon' };

/** What a process says of itself: its cost, and by worker how busy it was. */
export interface HostReading extends Usage {
  readonly workers: readonly WorkerReading[];
}

export type FromHost =
  /** Several times a second, from its beginning to its end: it is alive. */
  | { readonly type: 'alive'; readonly reading: HostReading }
  | { readonly type: 'ready'; readonly reading: HostReading }
  /** It could not lay out its shards. */
  | { readonly type: 'refused'; readonly error: Error }
  | { readonly type: 'told'; readonly worker: number; readonly told: Told }
  /** A thread died: what it had not ended has no end. */
  | { readonly type: 'lost'; readonly worker: number }
  | { readonly type: 'ledger'; readonly text: string }
  | { readonly type: 'event'; readonly kind: string; readonly text: string }
  | { readonly type: 'failure'; readonly kind: FailureKind }
  | ({ readonly type: 'dropped'; readonly draw: number } & Dropped)
  /** The last message. */
  | { readonly type: 'ended'; readonly end: PoolEnd; readonly reading: HostReading };
