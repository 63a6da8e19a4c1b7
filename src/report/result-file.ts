/** Head and end of a result file, from what a run plans and what came of it. */
import type { StartInfo } from '../fleet/options.ts';
import type { RunResult } from '../fleet/result.ts';
import { planSha256, scenarioSha256 } from '../plan/mark.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunShare } from '../plan/split.ts';
import { layoutNames } from '../result/layout-names.ts';
import { thisMachine } from '../result/machine.ts';
import type { ResultFooter, ResultHeader, ResultShare } from '../result/types.ts';
import { cleanText, hideCredentials } from './clean.ts';
import type { Outcome } from './outcome.ts';
import { isPart, plannedChargers, plannedCounts } from './share.ts';
import type { Summary } from './summary.ts';

/**
 * @param tool the version of ocpp-load.
 * @param runId as it was given; its default is made of the rest.
 */
export function resultHeader(
  plan: Plan,
  info: StartInfo,
  tool: string,
  runId?: string,
): ResultHeader {
  const fileSha256 = scenarioSha256(plan.scenarioFile);
  const { rampNs, warmupNs, steadyNs, graceNs } = plan.stages;
  const counts = plannedCounts(plan, info.share);
  return {
    schema: 'ocpp-load/result/1',
    tool,
    node: process.version,
    scenario: {
      name: plan.name,
      description: cleanText(plan.description),
      fileSha256,
      planSha256: planSha256(plan, fileSha256),
    },
    seed: plan.seed,
    ...(runId !== undefined && { runId }),
    dialect: plan.dialect,
    target: { kind: plan.target.kind, url: cleanText(hideCredentials(info.targetUrl)) },
    workers: info.workers,
    ...(info.share && isPart(info.share) && { share: resultShare(plan, info.share) }),
    chargerCount: plannedChargers(plan, info.share),
    fleets: plan.fleets.map(({ name, modelName }, f) => ({
      ...{ name, model: modelName, chargers: counts[f] },
    })),
    stages: {
      rampS: rampNs / 1e9,
      warmupS: warmupNs / 1e9,
      steadyS: steadyNs / 1e9,
      graceS: graceNs / 1e9,
    },
    startedAt: info.startedAt.toISOString(),
    machine: thisMachine(),
    parts: 1,
    layout: layoutNames(),
  };
}

const resultShare = (plan: Plan, { index, of }: RunShare): ResultShare => ({
  ...{ index, of, thresholds: plan.thresholds },
  ...{ allowedBootFailures: plan.allowedBootFailures, strict: plan.generator.strict },
});

export function resultFooter(
  result: RunResult,
  summary: Summary,
  outcome: Outcome,
): Omit<ResultFooter, 'intervals'> {
  const { ending, rampS, warmupS, steadyS, drainS, peakConnected, verdict, thresholds } = result;
  return {
    ...{ ending, exitCode: outcome.exitCode, causes: outcome.causes },
    ...{ rampS, warmupS, steadyS, drainS, peakConnected, verdict, thresholds },
    events: summary.events,
    summary: { ...summary },
  };
}
