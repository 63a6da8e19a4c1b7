import type { Machine } from '../health/machine.ts';
import type { RunShare } from '../plan/split.ts';
import type { Interval } from '../series/interval.ts';
import type { FleetControl } from './control.ts';
import type { Controller } from './controller.ts';
import type { Progress, RunEvent } from './result.ts';

/** What is known right before the first connect. */
export interface StartInfo {
  /** Close before the first connect: that of the result, too. */
  readonly startedAt: Date;
  readonly targetUrl: string;
  /** Absent: the whole run. */
  readonly share?: RunShare;
  readonly workers: number;
  /** 1: all workers are threads of this process. */
  readonly processes: number;
  /** By the process that needs most. */
  readonly descriptorsNeeded: number;
  readonly descriptorLimit: number;
  readonly memoryEstimateBytes: number;
  /** Of a run over several machines: the agents that have a share, in the order of the shares. */
  readonly agents?: readonly string[];
}

export interface RunOptions {
  /** Threads in all. */
  readonly workers: number | 'auto';
  /** Default `auto`: one, unless its descriptors are too few. */
  readonly processes?: number | 'auto';
  /** What of the run is run here; default: all of it. Two shares may run side by side. */
  readonly share?: RunShare;
  /** Default true. Who runs a share for somebody else leaves the thresholds to them. */
  readonly judged?: boolean;
  /**
   * Whether the sums of each interval agree, whatever comes after it: for whoever may have to do
   * without the rest. Costs the workers a copy of what they count, five times a second.
   */
  readonly exact?: boolean;
  /** Says when the run begins; default: at once. */
  readonly controller?: Controller;
  /** So many chargers of each fleet connect at first; default all. `grow` brings the others. */
  readonly sizes?: readonly number[];
  onStart(info: StartInfo): void;
  /** Once the run has begun: how to act on it. */
  onControl?(control: FleetControl): void;
  onProgress(progress: Progress): void;
  onEvent(event: RunEvent): void;
  /** Each second of the run, in their order; the last holds the rest. */
  onInterval?(interval: Interval): void;
  /** Takes lines of the ledger, without its header, until `runPlan` resolves. */
  readonly onLedger?: ((text: string) => void) | null;
  /** Where the generator's health is read; default: this machine. */
  readonly machine?: Machine;
  /** Begins the drain early; the run then ends as `interrupted`. */
  readonly stop: AbortSignal;
  /** Ends everything at once, without a result: `runPlan` rejects. */
  readonly kill: AbortSignal;
}
