/** What is known of a run under way, a second old at most. */
import type { Progress, RunResult } from '../fleet/result.ts';
import type { HealthSample } from '../health/sample.ts';
import type { Trust } from '../health/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import type { ResultHeader } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';
import { addDelta } from '../snapshot/delta.ts';
import { emptySnapshot, type Snapshot } from '../snapshot/snapshot.ts';

export interface RunFacts {
  readonly plan: Plan;
  readonly header: Pick<ResultHeader, 'target' | 'tool' | 'chargerCount' | 'share'>;
  readonly runId: string;
  /** Of a run over several machines: the agents that it began with. */
  readonly agents?: readonly string[];
}

export interface RunState {
  readonly facts: RunFacts;
  /** The sum of the intervals' counters: of histograms the catalogue keeps bins. */
  readonly total: Snapshot;
  /** Of the last second; null: nobody measured it. */
  readonly health: HealthSample | null;
  /** How long that second was. */
  readonly healthS: number;
  readonly cpuS: number;
  readonly progress: Progress | null;
  /** When the first charger was due at the soonest, ms since 1970; null: not yet known. */
  readonly startedAtMs: number | null;
  readonly eventCount: number;
  readonly trust: Trust;
  /** null: under way. */
  readonly result: RunResult | null;
}

export interface RunWatch {
  readonly state: RunState;
  interval(interval: Interval): void;
  /** `nowMs` of the wall clock. */
  progress(progress: Progress, nowMs: number): void;
  event(): void;
  end(result: RunResult): void;
}

export function watchState(facts: RunFacts): RunWatch {
  const state: { -readonly [Key in keyof RunState]: RunState[Key] } = {
    facts,
    total: emptySnapshot(facts.plan.fleets.length),
    health: null,
    healthS: 1,
    cpuS: 0,
    progress: null,
    startedAtMs: null,
    eventCount: 0,
    trust: 'VALID',
    result: null,
  };
  return {
    state,
    interval(interval) {
      const { delta, health, fromS, toS } = interval;
      addDelta(state.total, { ...delta, histograms: [] });
      if (health !== null) {
        state.health = health;
        state.healthS = Math.max(toS - fromS, 1e-3);
        state.cpuS += health.cpuMs / 1000;
      }
    },
    progress(progress, nowMs) {
      state.progress = progress;
      state.trust = progress.verdict.trust;
      state.startedAtMs ??= nowMs - progress.elapsedS * 1000;
    },
    event() {
      state.eventCount++;
    },
    end(result) {
      state.result = result;
      state.trust = result.verdict.trust;
    },
  };
}
