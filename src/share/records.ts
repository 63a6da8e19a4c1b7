/** What the machines of a run keep in common and tell each other, as plain JSON. */
import type { Overrides } from '../scenario/override.ts';

/** Raised when an older agent would misunderstand a newer coordinator. */
export const PROTOCOL = 1;

/** The run as it was offered; written once by its coordinator, and signed. */
export interface RunRecord {
  readonly protocol: number;
  readonly runId: string;
  /** Version of ocpp-load. Another major version refuses. */
  readonly tool: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly bundle: BundleMark;
  /** What the command line put over the scenario. None of it is a secret. */
  readonly overrides: Overrides;
  readonly seed: number;
  readonly strict: boolean;
  /** Of the plan that the coordinator made; the agent's own must have the same. */
  readonly planSha256: string;
  readonly chargerCount: number;
  /** Names of environment variables that the scenario reads: the agent has them, or refuses. */
  readonly environment: readonly string[];
  /** Shares are numbered from 0. */
  readonly shares: number;
  readonly leaseMs: number;
  readonly onAgentLoss: LossPolicy;
  /** Whether agents send lines of the ledger. */
  readonly ledger: boolean;
}

export interface BundleMark {
  readonly sha256: string;
  readonly bytes: number;
  /** It is kept in so many pieces. */
  readonly chunks: number;
  /** What a plan is called by: the name of the scenario's file. */
  readonly name: string;
}

/** The bytes of a `RunRecord`, and the signature of exactly these bytes. */
export interface SignedRecord {
  /** base64 */
  readonly record: string;
  /** base64 */
  readonly signature: string;
  /** Public nkey of a user: `U...` */
  readonly signer: string;
}

export const LOSS_POLICIES = ['fail', 'continue', 'reassign'] as const;
export type LossPolicy = (typeof LOSS_POLICIES)[number];

/**
 * Whose a share is: changed by compare-and-set alone. `offered`: whoever comes first may have it;
 * `held`: its agent renews it until its lease would end; `ended`: its agent told its end.
 */
export interface ShareRecord {
  readonly state: 'offered' | 'held' | 'ended';
  /** null: offered. */
  readonly agent: string | null;
  /** From 1; one more each time the share is given away again. */
  readonly epoch: number;
  /** Counts renewals, so that each differs from the one before. */
  readonly renewals: number;
}

/** What the coordinator has ordered, in its order; only it writes. */
export interface ControlRecord {
  readonly orders: readonly Order[];
}

export type Order =
  /** All shares begin at this moment of the coordinator's clock, ms since 1970. */
  | { readonly order: 'start'; readonly atMs: number }
  | { readonly order: 'drain' }
  | { readonly order: 'finish' }
  /** From a moment on cars come at `factor` times the planned rate; 0: none come. */
  | { readonly order: 'pace'; readonly atMs: number; readonly factor: number }
  | { readonly order: 'drop'; readonly share: number; readonly draw: number }
  /** Everything ends at once, without a result. */
  | { readonly order: 'abandon' };

export interface Offer {
  readonly runId: string;
  readonly tool: string;
  /** Of a share, at most. */
  readonly chargers: number;
  /** Only agents with all of these labels. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Announcement {
  readonly agent: string;
  readonly protocol: number;
  readonly tool: string;
  /** Drawn when the process began: another one of the same name is another agent. */
  readonly instance: string;
  /** Chargers that it can run in all, and those that it runs. */
  readonly capacity: number;
  readonly chargers: number;
  readonly processors: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Shares that it holds. */
  readonly holds: readonly { readonly runId: string; readonly share: number }[];
  /** Runs whose log it does not write into because it refuses them, the last ones. */
  readonly refuses: readonly RunRefusal[];
}

/** Made safe to show where it was written, and again where it is read. */
export interface RunRefusal {
  readonly runId: string;
  readonly message: string;
  /** How to mend it, '': unknown. */
  readonly hint: string;
}

/** What an `Announcement` has at most of them, and of each text. */
export const MOST_REFUSALS = 4;
export const REFUSAL_CHARACTERS = 300;

/** How far the coordinator's wall clock is ahead of the agent's, by the quickest of some probes. */
export interface ClockOffset {
  readonly offsetMs: number;
  /** The truth is within half of it. */
  readonly roundTripMs: number;
}
