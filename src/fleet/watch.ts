/** Watches a run from the main thread: its stage, its progress, its cost, and when to end it. */
import type { Clock } from '../base/clock.ts';
import type { Plan } from '../plan/plan.ts';
import type { Pool } from './pool.ts';
import { readProgress, serviceP99Ms } from './progress.ts';
import type { Ending, GeneratorHealth, Progress, RunResult, Stage } from './result.ts';
import type { RunOptions } from './run.ts';

export interface Watch {
  readonly startNs: number;
  /** What was seen; stops watching. A second call gives the same. */
  end(): WatchFacts;
}

export interface WatchFacts {
  readonly times: Pick<RunResult, 'rampS' | 'warmupS' | 'steadyS' | 'drainS'>;
  readonly ending: Ending;
  readonly peakConnected: number;
  readonly costs: Omit<GeneratorHealth, 'workers'>;
}

export interface WatchOptions {
  readonly plan: Plan;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly startNs: number;
  readonly options: Pick<RunOptions, 'onProgress' | 'stop'>;
}

const LOOK_MS = 50;
const PROGRESS_NS = 250e6;
const PERCENTILE_NS = 1e9;
/** No charger could connect for so long: the run would only wait for its end. */
const GIVE_UP_NS = 10e9;

export function watchRun(watchOptions: WatchOptions): Watch {
  const { plan, pool, clock, startNs, options } = watchOptions;
  const { rampNs, warmupNs, steadyNs } = plan.stages;
  const steadyStartNs = startNs + rampNs + warmupNs;
  const rssBeforeBytes = process.memoryUsage.rss();
  const cpuStart = cpuUs();
  let cpuAtSteady = Number.NaN;
  let cpuAfterSteady = Number.NaN;
  let rssSteadyBytes = rssBeforeBytes;
  let drainNs = steadyStartNs + steadyNs;
  let ending: Ending = 'completed';
  let peakConnected = 0;
  let p99Ms = 0;
  let nextProgressNs = 0;
  let nextPercentileNs = startNs + PERCENTILE_NS;
  let facts: WatchFacts | null = null;

  const drainFor = (reason: Ending) => {
    if (ending !== 'completed' || clock.nowNs() >= drainNs) return;
    ending = reason;
    drainNs = clock.nowNs();
    pool.drain();
  };
  const look = () => {
    const nowNs = clock.nowNs();
    if (nowNs >= steadyStartNs && nowNs < drainNs) {
      if (Number.isNaN(cpuAtSteady)) cpuAtSteady = cpuUs();
      rssSteadyBytes = process.memoryUsage.rss();
      cpuAfterSteady = cpuUs();
    }
    if (nowNs >= nextPercentileNs) {
      p99Ms = serviceP99Ms(pool.memories);
      nextPercentileNs = nowNs + PERCENTILE_NS;
    }
    const progress: Progress = readProgress(pool.memories, {
      stage: stageAt(plan, nowNs - startNs, nowNs >= drainNs),
      elapsedS: Math.max(0, nowNs - startNs) / 1e9,
      plannedS: (rampNs + warmupNs + steadyNs) / 1e9,
      planned: plan.chargerCount,
      serviceP99Ms: p99Ms,
    });
    peakConnected = Math.max(peakConnected, progress.connected);
    const hopeless = progress.connectsUpgraded === 0 && progress.connectsFailed > 0;
    if (hopeless && nowNs > startNs + GIVE_UP_NS) drainFor('gaveUp');
    if (nowNs < nextProgressNs) return;
    nextProgressNs = nowNs + PROGRESS_NS;
    options.onProgress(progress);
  };
  const timer = setInterval(look, LOOK_MS);
  const stop = () => drainFor('interrupted');
  options.stop.addEventListener('abort', stop);
  if (options.stop.aborted) stop();

  const end = (): WatchFacts => {
    clearInterval(timer);
    options.stop.removeEventListener('abort', stop);
    const endNs = clock.nowNs();
    const seconds = (fromNs: number, toNs: number) => Math.max(0, toNs - fromNs) / 1e9;
    const rampEndNs = startNs + rampNs;
    return {
      times: {
        rampS: seconds(startNs, Math.min(drainNs, rampEndNs)),
        warmupS: seconds(rampEndNs, Math.min(drainNs, steadyStartNs)),
        steadyS: seconds(steadyStartNs, drainNs),
        drainS: seconds(drainNs, endNs),
      },
      ending,
      peakConnected,
      costs: {
        cpuUs: cpuUs() - cpuStart,
        steadyCpuUs: Number.isNaN(cpuAtSteady) ? 0 : cpuAfterSteady - cpuAtSteady,
        rssBeforeBytes,
        rssSteadyBytes,
      },
    };
  };
  return { startNs, end: () => (facts ??= end()) };
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function stageAt(plan: Plan, sinceStartNs: number, draining: boolean): Stage {
  const { rampNs, warmupNs } = plan.stages;
  if (draining) return 'drain';
  if (sinceStartNs < 0) return 'starting';
  if (sinceStartNs < rampNs) return 'ramp';
  return sinceStartNs < rampNs + warmupNs ? 'warm-up' : 'steady';
}
