import { readProgress, type ServiceTimes } from '../fleet/progress.ts';
import type { Progress } from '../fleet/result.ts';
import type { ShareFacts } from '../fleet/share-facts.ts';
import type { Verdict } from '../health/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunLog } from './log.ts';
import { stageAt } from './stage.ts';

export interface ProgressFacts {
  readonly plan: Plan;
  readonly log: RunLog;
  readonly elapsedS: number;
  readonly times: ServiceTimes;
  readonly verdict: Verdict;
  readonly loopLagMs: number;
  readonly shares: readonly ShareFacts[];
}

/** As far as it was delivered: a second or two behind. */
export function progressOf(facts: ProgressFacts): Progress {
  const { plan, log, elapsedS, times, verdict, loopLagMs, shares } = facts;
  const { rampNs, warmupNs, steadyNs } = plan.stages;
  const running = log.shares.tenures.filter(({ state }) => state === 'running');
  const wrong = running.flatMap(({ judge }) => judge.current() ?? []);
  const memory = { counters: log.counters, fleetCount: plan.fleets.length };
  return {
    ...readProgress([memory], {
      stage: stageAt(plan, elapsedS, log.drainAtS),
      elapsedS: Math.max(0, elapsedS),
      plannedS: (rampNs + warmupNs + steadyNs) / 1e9,
      planned: plan.chargerCount,
      serviceP99Ms: times.p99Ms(),
      generator: wrong[0] ?? null,
      verdict,
      loopLagMs,
    }),
    shares,
  };
}
