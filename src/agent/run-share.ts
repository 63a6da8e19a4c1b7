/** Runs a share as a whole run is run: the bundle becomes a plan, and the plan is run here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { unpackBundle, withoutFolder } from '../bundle/pack.ts';
import { planFromBundle } from '../bundle/plan.ts';
import { preflight } from '../doctor/preflight.ts';
import type { Progress, RunResult } from '../fleet/result.ts';
import { runPlan } from '../fleet/run.ts';
import { markOf } from '../plan/mark.ts';
import type { Plan } from '../plan/plan.ts';
import { shareSize } from '../plan/split.ts';
import { resultHeader } from '../report/result-file.ts';
import type { ResultHeader } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';
import type { RanShare, ShareHooks, ShareJob, ShareRunner } from './ports.ts';

/** Who else follows a share on this machine. */
export interface ShareFollower {
  start(header: ResultHeader, plan: Plan): void;
  progress(progress: Progress): void;
  interval(interval: Interval): void;
  /** null: there is no result. */
  end(result: RunResult | null): void;
}

export interface RunnerOptions {
  readonly workers: number | 'auto';
  readonly processes?: number | 'auto';
  /** Of a share, at most. */
  readonly capacity: number;
  /** Of ocpp-load. */
  readonly version: string;
  readonly say: (text: string) => void;
  /** Keeps the program in hand while the user's code is loaded. */
  readonly guard: (file: string, load: () => Promise<Plan>) => Promise<Plan>;
  /** Called for each share, before its first connect. */
  readonly follow?: (job: ShareJob) => Promise<ShareFollower>;
}

export const shareRunner =
  (options: RunnerOptions): ShareRunner =>
  async (job, hooks) => {
    const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-agent-'));
    try {
      const file = unpackBundle(job.bundle, join(folder, 'run'));
      return await runFile(file, job, hooks, options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

async function runFile(
  file: string,
  job: ShareJob,
  hooks: ShareHooks,
  options: RunnerOptions,
): Promise<RanShare> {
  const known = (text: string) => withoutFolder(text, file);
  try {
    const plan = await options.guard(file, () => planFromBundle(file, job.record));
    checkPlan(plan, job, options.capacity);
    const wish = { ...options, share: job.share };
    for (const { text, fix } of await preflight(plan, wish)) options.say(`${text} -> ${fix}`);
    return endOf(await run(plan, job, hooks, options), known);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(known(error.message), known(error.hint), error.exitCode);
  }
}

function checkPlan(plan: Plan, { record, share }: ShareJob, capacity: number): void {
  if (markOf(plan) !== record.planSha256) {
    throw new UserError(
      'the scenario plans another load here than where the run was started',
      'it reads something of this machine: files, the time, or variables of the environment',
    );
  }
  if (plan.target.kind === 'embedded') {
    throw new UserError(
      'the run is aimed at the embedded central system, which each agent would have its own of',
      'start one with `ocpp-load csms --light`, and name it with --target',
    );
  }
  const chargers = shareSize(plan.fleets, share);
  if (chargers <= capacity) return;
  throw new UserError(
    `a share of ${chargers} chargers is more than the ${capacity} that this agent takes`,
    'divide the run into more shares, or give the agent another --capacity',
  );
}

async function run(
  plan: Plan,
  job: ShareJob,
  hooks: ShareHooks,
  { workers, processes, version, follow }: RunnerOptions,
): Promise<RunResult> {
  const follower = await follow?.(job);
  let result: RunResult | null = null;
  try {
    result = await runPlan(plan, {
      ...{ workers, processes, share: job.share, controller: hooks },
      ...{ judged: false, exact: true },
      onStart(info) {
        const header = resultHeader(plan, info, version, job.record.runId);
        hooks.header(header);
        follower?.start(header, plan);
      },
      onControl: hooks.control,
      onProgress: (progress) => follower?.progress(progress),
      onEvent: hooks.event,
      onInterval(interval) {
        hooks.interval(interval);
        follower?.interval(interval);
      },
      onLedger: hooks.ledger,
      // The drain is an order like any other; only who is killed cannot be asked.
      stop: new AbortController().signal,
      kill: hooks.kill,
    });
    return result;
  } finally {
    follower?.end(result);
  }
}

/** @param known names files as the user knows them. */
function endOf(result: RunResult, known: (text: string) => string): RanShare {
  const { rampS, warmupS, steadyS, drainS, peakConnected, ending, generator, verdict } = result;
  const { error } = result;
  return {
    ...{ rampS, warmupS, steadyS, drainS, peakConnected, ending, generator, verdict },
    error: error && { message: known(error.message), stack: known(error.stack ?? '') },
  };
}
