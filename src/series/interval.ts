/** A run second by second: what each of them added. */
import type { HealthSample } from '../health/sample.ts';
import type { Delta } from '../snapshot/delta.ts';

/** Where a run is. The ramp ends when its plan says so, whoever has not booted by then. */
export type Stage = 'starting' | 'ramp' | 'warm-up' | 'steady' | 'drain' | 'done';

/** The length that an interval has when the main thread is punctual. */
export const INTERVAL_NS = 1e9;

export interface Interval {
  /** The n-th second of the run, from 0. A number that is missing was not looked at in time. */
  readonly index: number;
  /** As it was read, seconds since the start of the run: from the end of the interval before. */
  readonly fromS: number;
  readonly toS: number;
  /** In which its middle lies: it is read some milliseconds late. */
  readonly stage: Stage;
  readonly delta: Delta;
  /** null: nobody measured it. */
  readonly health: HealthSample | null;
}
