/** What a forecast assumes of the target: the same at any load, so that all know what is meant. */

/** From a connect to its open WebSocket, and from a CALL to its answer. */
export interface Latency {
  readonly kind: 'constant' | 'exponential';
  readonly meanNs: number;
}

/** The target is away from `fromNs` to `toNs` since the start: connections end, none is made. */
export interface Outage {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface Assumed {
  readonly latency: Latency;
  /** Heartbeats as BootNotification.conf asks for them. */
  readonly bootIntervalS: number;
  readonly outage: Outage | null;
}

/** 00:00:00 of a day like any other: what happens on the clock does not depend on when one asks. */
export const WALL_START_MS = Date.UTC(2026, 0, 5);
