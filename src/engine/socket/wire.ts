import type { ConnectFailure, Disconnect } from '../../snapshot/layout.ts';

/**
 * A shard's connections, as the chargers see them: `c` is the charger's index in its shard. Real
 * sockets implement it (`node-wire.ts`), and the simulation's in-memory central system.
 */
export interface Wire {
  /** Starts TCP, TLS and upgrade; the sink hears `up` or `failed`, exactly one of them. */
  connect(c: number): void;
  /** Sends a whole frame. `false`: the bytes are not all out yet, so `frame` must not be reused. */
  send(c: number, frame: Buffer): boolean;
  /** A ping; the answer is counted, no more. */
  ping(c: number): void;
  /** Close frame, then the end of the stream; the sink hears `closed` when it is over. */
  close(c: number): void;
  /** Drops the connection, in whatever state, at once; the sink hears nothing more of it. */
  destroy(c: number): void;
}

/** What a shard hears from its wire. */
export interface WireSink {
  up(c: number): void;
  /**
   * `detail` is the target's or the system's word for it; untrusted text. `retryAfterS` is what a
   * refused upgrade asked for (Retry-After in seconds or as a date), else NaN.
   */
  failed(c: number, reason: ConnectFailure, detail: string, retryAfterS: number): void;
  /** A whole text message; the range is valid during the call only. */
  message(c: number, bytes: Buffer, start: number, end: number): void;
  /** An upgraded connection ended, and not because we closed it. */
  down(c: number, reason: Disconnect, detail: string): void;
  /** A connection that we closed is gone. */
  closed(c: number): void;
}
