/** The port between a run and whoever says when its shares begin. */
import type { Clock } from '../base/clock.ts';

export interface Controller {
  /**
   * Called once, when all shards of this machine wait at the barrier. A moment less than `leadNs`
   * ahead does not reach all of them in time. A rejection ends the run without a result; until it
   * settles only `RunOptions.kill` and the death of a worker do.
   */
  start(leadNs: number): Promise<Start>;
}

/** The moment at which a run begins: on the monotonic clock of this machine, and as a date. */
export interface Start {
  readonly startNs: number;
  /** ms since 1970. */
  readonly wallStartMs: number;
}

/** Of a run on one machine, which waits for nobody else. */
export const localController = (clock: Clock): Controller => ({
  start: async (leadNs) => ({
    startNs: clock.nowNs() + leadNs,
    wallStartMs: clock.wallMs() + leadNs / 1e6,
  }),
});
