import type { Duration } from '../base/units.ts';
import type { Command } from '../ocpp/commands.ts';

/**
 * A command that the embedded central system sends to its chargers.
 *
 * In the texts of `payload`, `{id}` becomes the identity, `{idTag}` the idTag of the charger's last
 * transaction, `{now}`, `{now+10m}` and `{now-1h}` times in UTC. The text `'{transactionId}'` alone
 * becomes the number of a running transaction; without one the command is skipped.
 * @example { action: 'RemoteStopTransaction', payload: { transactionId: '{transactionId}' } }
 */
export interface CommandPlan {
  readonly action: Command;
  /** Sent as it is but for the texts above; not checked, so that wrong ones can be sent. */
  readonly payload?: object;
  /** After the charger's first accepted boot. Default 2 s; with `beforeBoot` none. */
  readonly after?: Duration;
  /** Counts `after` from the charger's first upgrade instead. */
  readonly beforeBoot?: boolean;
  /** Repeats it. */
  readonly every?: Duration;
  /** How often in all. Default once, with `every` for ever. */
  readonly times?: number;
  /** Share of the chargers that get it, 0 to 1; the seed says which. Default all. */
  readonly share?: number;
  /** Each charger gets it up to so much later, uniformly. Default none. */
  readonly spread?: Duration;
}

/** A time when the embedded central system is not there. */
export interface EmbeddedOutage {
  /** From when it listens, which is a moment before the run starts. */
  readonly after: Duration;
  readonly for: Duration;
  /** Upgrades get 503 (default), or nobody listens. */
  readonly how?: 'refuses' | 'unreachable';
}

/**
 * Times when the embedded central system reads but does not answer: once in `every`, `for` so long;
 * the first begins `every` after it listens. What falls due meanwhile is answered when it ends.
 */
export interface EmbeddedStall {
  readonly every: Duration;
  /** Shorter than `every`. */
  readonly for: Duration;
}
