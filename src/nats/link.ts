/** A connection with all that hangs on it. */
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Presence } from './presence.ts';

export interface Link {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly presence: Presence;
  readonly inboxPrefix: string;
  /** Of this connection alone: what nobody else may guess is made of it. */
  readonly secret: string;
  /** For people. */
  readonly servers: string;
  readonly replicas: number;
  readonly logBytes: number;
  readonly storeBytes: number;
}

/** What is asked of JetStream is answered within so long, or counts as not answered. */
export const ANSWER_LIMIT_MS = 5_000;
