import type { Duration } from '../../src/base/units.ts';

/** What a measured process is asked to do, and what it says at the end. */

export type WorkloadKind =
  | 'closed' // each charger sends the next Heartbeat when the answer is there
  | 'paced' // each charger sends one Heartbeat a second, evenly spread
  | 'watched' // Heartbeats by `every`, with the product's own watch and the `onlookers`
  | 'commands' // the target sends each charger the next command when one is answered
  | 'idle' // all are connected (and booted), nothing is sent
  | 'storm'; // all connect (and boot) at once

export interface Workload {
  readonly kind: WorkloadKind;
  /** `embedded`: ours starts its own central system; the baselines know only `light`. */
  readonly target: 'light' | 'embedded';
  /** Of the light target on 127.0.0.1. */
  readonly port: number;
  readonly chargers: number;
  /** Ours runs its shard in the main thread: where only that isolate, or no worker, must count. */
  readonly inThread: boolean;
  /** Of `watched`: the interval of the Heartbeats, and who looks: a result file, or all. */
  readonly every?: Duration;
  readonly onlookers?: 'file' | 'all';
  readonly warmupS: number;
  /** The window lasts this long and at least `windowCalls` calls. */
  readonly windowS: number;
  readonly windowCalls: number;
}

/** One JSON line on stdout. Of the window, but for `rssBytes` and `readyMs`. */
export interface Measured {
  /** Answered: CALLs, of `commands` the commands. */
  readonly calls: number;
  /** User and system time of the whole process. */
  readonly cpuUs: number;
  /** Of it what the main thread took; null where the system does not tell. */
  readonly mainUs: number | null;
  /** Resident memory with all chargers connected, less that before the first one. */
  readonly rssBytes: number;
  /** On the JavaScript heap, collected or not. */
  readonly allocatedBytes: number;
  /** Null where it is not measured. */
  readonly latenessP99Ms: number | null;
  /** From the first connect until the last charger is upgraded (ours: its boot accepted). */
  readonly readyMs: number;
}
