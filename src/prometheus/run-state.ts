/** What is known of a run under way, a second old at most. */
import { judgeOf } from '../fleet/judge.ts';
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
  readonly header: Pick<ResultHeader, 'target' | 'tool' | 'workers'>;
  readonly runId: string;
}

export interface RunState {
  readonly facts: RunFacts;
  /** The sum of the intervals. */
  readonly total: Snapshot;
  /** Of the last second; null: nobody measured it. */
  readonly health: HealthSample | null;
  /** How long that second was. */
  readonly healthS: number;
  readonly cpuS: number;
  readonly progress: Progress | null;
  readonly eventCount: number;
  readonly trust: Trust;
  /** null: under way. */
  readonly result: RunResult | null;
}

export interface RunWatch {
  readonly state: RunState;
  interval(interval: Interval): void;
  progress(progress: Progress): void;
  event(): void;
  end(result: RunResult): void;
}

/** What decides on the advice of a finding alone, which is not looked at here. */
const NO_ADVICE = { processors: 1, hasScripts: false, descriptorLimit: Infinity };

export function watchState(facts: RunFacts): RunWatch {
  const { plan, header } = facts;
  const judge = judgeOf(plan);
  let steadyS = 0;
  const state: { -readonly [Key in keyof RunState]: RunState[Key] } = {
    facts,
    total: emptySnapshot(plan.fleets.length),
    health: null,
    healthS: 1,
    cpuS: 0,
    progress: null,
    eventCount: 0,
    trust: 'VALID',
    result: null,
  };
  return {
    state,
    interval(interval) {
      const { delta, health, fromS, toS, stage } = interval;
      addDelta(state.total, delta);
      if (health !== null) {
        state.health = health;
        state.healthS = Math.max(toS - fromS, 1e-3);
        state.cpuS += health.cpuMs / 1000;
      }
      judge.add(interval);
      if (stage === 'steady') steadyS += toS - fromS;
      const facts = { ...NO_ADVICE, workers: header.workers, steadyS, lostWorker: null };
      state.trust = judge.end(facts).trust;
    },
    progress(progress) {
      state.progress = progress;
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
