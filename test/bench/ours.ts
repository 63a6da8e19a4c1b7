/**
 * Where our engine meets the bench. Null until there is one: the baselines are then measured alone.
 * A client of ours is a file of this folder that ends in
 * `await measureThisProcess((workload) => client)`, as `bare-loop.ts` does.
 */
import type { Measured, Workload } from './workload.ts';

export interface Ours {
  /** Runs a child process that plays the workload with our chargers, everything on. */
  run(workload: Workload): Promise<Measured>;
  /**
   * Builds the i-th MeterValues frame, all slots with values that change with `i`, as the engine
   * does before a write; returns the frame's length in bytes.
   */
  meterFrame(i: number): number;
}

export const ours: Ours | null = null as Ours | null;
