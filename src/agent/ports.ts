/** What an agent is given: time, a bus, and who runs a share. */
import type { Clock } from '../base/clock.ts';
import type { Trust } from '../bundle/sign.ts';
import type { Bus } from '../bus/bus.ts';
import type { FleetControl } from '../fleet/control.ts';
import type { Start } from '../fleet/controller.ts';
import type { RunEvent } from '../fleet/result.ts';
import type { RunShare } from '../plan/split.ts';
import type { ResultHeader } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';
import type { RunRecord } from '../share/records.ts';
import type { ShareEnd } from '../share/up.ts';

export interface Timers {
  /** Calls `act` once, so many ms later. Returns how to prevent it. */
  after(delayMs: number, act: () => void): () => void;
}

export const systemTimers: Timers = {
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A share of a run as it was claimed; its record is signed by somebody whom the agent trusts. */
export interface ShareJob {
  readonly record: RunRecord;
  readonly share: RunShare;
  /** Whole, and that of the record. */
  readonly bundle: Uint8Array;
}

export type ShareControl = Pick<FleetControl, 'drain' | 'finish' | 'setPace' | 'drop'>;

export interface ShareHooks {
  /** What is run is known; right before the shards are laid out. */
  header(header: ResultHeader): void;
  /** All shards wait: when they begin. A rejection ends the share. */
  start(leadNs: number): Promise<Start>;
  control(control: ShareControl): void;
  interval(interval: Interval): void;
  event(event: RunEvent): void;
  /** null: nobody asked for it. */
  readonly ledger: ((text: string) => void) | null;
  /** Everything ends at once: the promise of the runner rejects. */
  readonly kill: AbortSignal;
}

/**
 * Runs a share to its end. @throws UserError before `start` was called: this machine cannot run it;
 * whatever `start` rejected with.
 */
export type ShareRunner = (job: ShareJob, hooks: ShareHooks) => Promise<RanShare>;

/** What a runner knows of an end: not whether the share was still ours. */
export type RanShare = Omit<ShareEnd, 'leaseLost' | 'stopped'>;

export interface AgentOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly name: string;
  /** Chargers that it runs at once, at most. */
  readonly capacity: number;
  readonly processors: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly trust: Trust;
  /** Of ocpp-load. */
  readonly version: string;
  /** The environment in which scenarios are loaded. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runShare: ShareRunner;
  /** Leaves after the first run. */
  readonly once: boolean;
  /** Lines for who looks at the agent. */
  readonly say: (text: string) => void;
  /** Gives back what has not begun, drains what runs, leaves. */
  readonly stop: AbortSignal;
  /** Ends everything at once. */
  readonly kill: AbortSignal;
  /** From 0 to 1; default: as the system draws. */
  readonly draw?: () => number;
}
