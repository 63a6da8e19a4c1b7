/**
 * The port between a run and whatever runs its shards: threads of this process, or processes with
 * threads of their own. All wait at a barrier and start at one moment; counts come up, control goes
 * down, and each shard has its end.
 */
import type { Dropped } from '../engine/shard/loop.ts';
import type { ShardEnd } from '../engine/shard/messages.ts';
import type { WorkerReading } from '../health/sampler.ts';
import type { Plan } from '../plan/plan.ts';
import type { Routes } from '../plan/routes.ts';
import type { RunShare } from '../plan/split.ts';
import type { ShardMemory } from '../snapshot/layout.ts';

export interface Pool {
  /** What all shards have counted is the sum of these, however many there are. */
  readonly memories: readonly ShardMemory[];
  /** All shards have laid out their frames and wait for `start`; rejects when one fails before. */
  readonly ready: Promise<void>;
  /** Settles when every shard has ended, one way or the other; never rejects. */
  readonly ended: Promise<PoolEnd>;
  /** By shard: how busy its thread has been, and its garbage since the last look. */
  workers(): WorkerReading[];
  /** What it costs beside this process. */
  others(): Usage;
  /** Time for a message to reach every shard. */
  readonly leadNs: number;
  start(startNs: number, wallStartMs: number): void;
  drain(): void;
  /** Ends the drain that is under way. */
  finish(): void;
  /** From `atNs` on cars come at `factor` times the planned rate; 0: none come. */
  setPace(atNs: number, factor: number): void;
  /** The first so many chargers of each fleet connect; a fleet that has started only grows. */
  setSize(atNs: number, sizes: readonly number[]): void;
  /** Drops each open connection with a chance of `share`; `draw` numbers the drops of a run. */
  drop(share: number, draw: number): Promise<Dropped>;
  /** Gives up on shards that do not end by themselves: they count as failed. */
  abandon(): void;
  destroy(): Promise<void>;
}

/** Of processes: CPU time that they have had, and memory that they have now. */
export interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
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

export type FailureKind = 'scriptError' | 'shardError' | 'aborted';

export interface PoolOptions {
  readonly plan: Plan;
  readonly routes: Routes;
  /** Default: the whole run. */
  readonly share?: RunShare;
  /** Of this share, a shard each. */
  readonly workers: number;
  readonly onEvent: (kind: string, text: string) => void;
  /** Takes lines of the ledger; the last of them before `ended` settles. */
  readonly onLedger?: ((text: string) => void) | null;
  /** A shard failed, or its script threw or aborted: the others should not go on for long. */
  readonly onFailure?: (kind: FailureKind) => void;
}

/** Some of a pool's workers: `count` from number `first` on. */
export interface WorkerRange {
  readonly first: number;
  readonly count: number;
}

/** How all shards have ended; a rejected one has failed. */
export function poolEnd(tasks: readonly PromiseSettledResult<ShardEnd>[]): PoolEnd {
  const failed = tasks.find((task) => task.status === 'rejected');
  const ends = tasks.flatMap((task) => (task.status === 'fulfilled' ? [task.value] : []));
  const thrown = ends.flatMap(({ scriptError }) => scriptError ?? []);
  return {
    scriptError: thrown.length === 0 ? null : Object.assign(new Error(), thrown[0]),
    abortReason: ends.find(({ abortReason }) => abortReason !== null)?.abortReason ?? null,
    shardError: failed === undefined ? null : (failed.reason as Error),
  };
}

/** That of several pools, each with some of the shards: the first of each. */
export function joinEnds(ends: readonly PoolEnd[]): PoolEnd {
  const first = <K extends keyof PoolEnd>(key: K) =>
    (ends.find((end) => end[key] !== null)?.[key] ?? null) as PoolEnd[K];
  return {
    scriptError: first('scriptError'),
    abortReason: first('abortReason'),
    shardError: first('shardError'),
  };
}
