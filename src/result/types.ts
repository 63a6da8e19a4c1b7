/** What is in a result file; the bytes are described in docs/result-file.md. */
import type { Verdict } from '../health/verdict.ts';
import type { Interval } from '../series/interval.ts';
import type { Threshold, ThresholdResult } from '../thresholds/types.ts';
import type { LayoutNames } from './layout-names.ts';
import type { Machine } from './machine.ts';

/** Known before the first connect. Nothing in it is a secret. */
export interface ResultHeader {
  readonly schema: 'ocpp-load/result/1';
  /** Versions of ocpp-load and Node. */
  readonly tool: string;
  readonly node: string;
  readonly scenario: ScenarioMark;
  readonly seed: number;
  /** As `--run-id` gave it. */
  readonly runId?: string;
  readonly dialect: string;
  /** `url` without credentials. */
  readonly target: { readonly kind: 'embedded' | 'external'; readonly url: string };
  readonly workers: number;
  /** Which share of the run this is, with its own chargers alone; absent: all of it. */
  readonly share?: ResultShare;
  readonly chargerCount: number;
  readonly fleets: readonly ResultFleet[];
  /** As planned, seconds. */
  readonly stages: {
    readonly rampS: number;
    readonly warmupS: number;
    readonly steadyS: number;
    readonly graceS: number;
  };
  /** ISO 8601: close before the first connect. */
  readonly startedAt: string;
  readonly machine: Machine;
  /** Runs that were merged into this one; 1: none were. */
  readonly parts: number;
  readonly layout: LayoutNames;
}

/** A share, and what all shares of the run are judged by when they are merged. */
export interface ResultShare {
  /** From 0. */
  readonly index: number;
  readonly of: number;
  readonly thresholds: readonly Threshold[];
  /** Of the whole run. */
  readonly allowedBootFailures: number;
  /** Whether a DEGRADED run fails. */
  readonly strict: boolean;
}

export interface ScenarioMark {
  readonly name: string;
  readonly description: string;
  /** Of the scenario's file; null: unknown. Any change of its text changes it. */
  readonly fileSha256: string | null;
  /**
   * Of what is planned, without seed and target: the same load has the same, wherever it is aimed.
   * Two runs are of one scenario when these are equal.
   */
  readonly planSha256: string;
}

export interface ResultFleet {
  readonly name: string;
  readonly model: string;
  readonly chargers: number;
}

/** Known after the last close. */
export interface ResultFooter {
  readonly intervals: number;
  readonly ending: string;
  readonly exitCode: number;
  /** Sentences, the one that decided the exit code first. */
  readonly causes: readonly string[];
  /** As they were, seconds. */
  readonly rampS: number;
  readonly warmupS: number;
  readonly steadyS: number;
  readonly drainS: number;
  readonly peakConnected: number;
  readonly verdict: Verdict;
  readonly thresholds: readonly ThresholdResult[];
  readonly events: readonly { readonly atS: number; readonly text: string }[];
  /** As `--summary-export` writes it; null after a merge. */
  readonly summary: Readonly<Record<string, unknown>> | null;
}

export interface ResultFile {
  readonly file: string;
  readonly header: ResultHeader;
  /** null: the run was killed before it could write one. */
  readonly footer: ResultFooter | null;
  /** In their order; may be asked for again. Their sum is the run. */
  intervals(): Generator<Interval>;
  /** What a reader must be told, a sentence each. */
  readonly warnings: readonly string[];
}
