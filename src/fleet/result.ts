import type { EmbeddedCounters } from '../csms/counters.ts';
import type { HealthCause, Verdict } from '../health/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunShare } from '../plan/split.ts';
import type { Stage } from '../series/interval.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ThresholdResult } from '../thresholds/types.ts';
import type { ShareFacts } from './share-facts.ts';

/**
 * Why a run ended. `gaveUp`: no charger could connect at all; `failedThreshold`: one with
 * `abortOnFail` did not hold; `aborted`: a script asked for it.
 */
export type Ending =
  | 'completed'
  | 'interrupted'
  | 'gaveUp'
  | 'failedThreshold'
  | 'aborted'
  | 'scriptError'
  | 'shardError';

/** What a view of a run shows, four times a second. */
export interface Progress {
  readonly stage: Stage;
  /** Seconds since the start, and seconds planned in all without the drain. */
  readonly elapsedS: number;
  readonly plannedS: number;
  readonly planned: number;
  readonly connected: number;
  readonly booted: number;
  readonly charging: number;
  /** Cumulative. */
  readonly connectsUpgraded: number;
  readonly connectsFailed: number;
  readonly callsSent: number;
  readonly callsAnswered: number;
  /** callError + timedOut + lost + invalidReply, cumulative. */
  readonly callsFailed: number;
  /** p99 of the service time of all CALLs so far, ms; refreshed once a second. */
  readonly serviceP99Ms: number;
  /** What is wrong with the generator right now; null: nothing. */
  readonly generator: HealthCause | null;
  /** What is to be said of the generator so far; refreshed once a second. */
  readonly verdict: Verdict;
  /** How late the main thread's loop was at most since the progress before, ms. */
  readonly loopLagMs: number;
  /** Of a run over several machines: its shares so far. */
  readonly shares?: readonly ShareFacts[];
}

/** One line about something that happened; each kind is told once, with its count elsewhere. */
export interface RunEvent {
  readonly atS: number;
  readonly text: string;
}

/** What the generator cost and how well it kept time. */
export interface GeneratorHealth {
  readonly workers: number;
  /** That the workers are spread over; 1: this one. */
  readonly processes: number;
  /** CPU of all processes of the generator over the run, us. */
  readonly cpuUs: number;
  /** Of the steady stage alone. */
  readonly steadyCpuUs: number;
  /** Resident memory before the shards started and in the steady stage, bytes. */
  readonly rssBeforeBytes: number;
  readonly rssSteadyBytes: number;
}

export interface RunResult {
  /** Of the whole run. */
  readonly plan: Plan;
  /** What of the run this is the result of; absent: all of it. */
  readonly share?: RunShare;
  /** Resolved: with the port of the embedded system, without credentials. */
  readonly targetUrl: string;
  readonly startedAt: Date;
  readonly rampS: number;
  readonly warmupS: number;
  /** As it was: shorter than planned when interrupted. */
  readonly steadyS: number;
  readonly drainS: number;
  readonly ending: Ending;
  /** For `scriptError` and `shardError`: what was thrown; for `aborted`: the reason. */
  readonly error: Error | null;
  readonly snapshot: Snapshot;
  readonly peakConnected: number;
  readonly events: readonly RunEvent[];
  readonly generator: GeneratorHealth;
  readonly verdict: Verdict;
  /** None where they were not judged. */
  readonly thresholds: readonly ThresholdResult[];
  /** The embedded system's own counters at the end; null for a real target. */
  readonly embedded: EmbeddedCounters | null;
  /** Of a run over several machines: each share in the hands of each agent that had it. */
  readonly shares?: readonly ShareFacts[];
}
