/** The judge of a run's generator, from its plan, and what it says at the end. */
import { createJudge, type Judge } from '../health/judge.ts';
import type { Verdict } from '../health/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import { machineLimits } from './limits.ts';
import type { PoolEnd } from './pool.ts';

export function judgeOf({ generator, fleets }: Plan): Judge {
  return createJudge({ limits: generator.limits, fleetCount: fleets.length });
}

/** Of a run so far, or at its end. Asks the machine once: there are files to read. */
export function verdictReader(
  judge: Judge,
  plan: Plan,
  workers: number,
): (steadyS: number, end?: PoolEnd) => Verdict {
  const { processors, descriptors } = machineLimits();
  return (steadyS, end) =>
    judge.end({
      workers,
      processors,
      hasScripts: plan.scriptCount > 0,
      descriptorLimit: descriptors ?? Number.POSITIVE_INFINITY,
      steadyS,
      lostWorker: end?.shardError?.message ?? null,
    });
}
