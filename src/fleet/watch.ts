/** Watches a run from the main thread: its stage, its progress, its cost, and when to end it. */
import type { Clock } from '../base/clock.ts';
import type { Judge } from '../health/judge.ts';
import { residentBytes } from '../health/machine.ts';
import type { HealthSample } from '../health/sample.ts';
import { SOUND, type Verdict } from '../health/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import { INTERVAL_NS, type Interval, type Stage } from '../series/interval.ts';
import { type DeltaReader, deltaReader } from '../snapshot/delta.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { RunOptions } from './options.ts';
import type { Pool } from './pool.ts';
import { readProgress, type ServiceTimes, serviceTimes } from './progress.ts';
import type { Ending, GeneratorHealth, Progress, RunResult } from './result.ts';

export interface Watch {
  readonly startNs: number;
  /** Begins the drain now, for `reason`; when the run drains already, an interrupt ends that. */
  drain(reason: Ending): void;
  /** Whether the drain has begun, or is due. */
  draining(): boolean;
  /** What was seen; stops watching. A second call gives the same. */
  end(): WatchFacts;
}

export interface WatchFacts {
  /** Everything that was counted, to the bit the sum of the intervals. */
  readonly snapshot: Snapshot;
  readonly times: Pick<RunResult, 'rampS' | 'warmupS' | 'steadyS' | 'drainS'>;
  readonly ending: Ending;
  readonly peakConnected: number;
  readonly costs: Omit<GeneratorHealth, 'workers' | 'processes'>;
}

export interface WatchOptions {
  readonly plan: Plan;
  /** Chargers that are to connect. */
  readonly planned: number;
  readonly pool: Pick<Pool, 'memories' | 'others' | 'drain' | 'finish' | 'abandon'>;
  readonly clock: Clock;
  readonly startNs: number;
  /** Of the time since the call before. */
  readonly sampleHealth: () => HealthSample;
  readonly judge: Pick<Judge, 'add' | 'current'> & {
    /** `steadyS`: what there was of the steady stage. */
    verdictSoFar(steadyS: number): Verdict;
  };
  readonly options: Pick<RunOptions, 'onProgress' | 'stop'> & {
    /** `drains`: the drain had begun when it was read, whatever its stage. */
    onInterval?(interval: Interval, drains: boolean): void;
  };
}

const LOOK_MS = 50;
const PROGRESS_NS = 250e6;
/** No charger could connect for so long: the run would only wait for its end. */
const GIVE_UP_NS = 10e9;
/** Shards of which none has closed a connection for so long after their grace period are stuck. */
const STUCK_NS = 5e9;

interface Seen {
  readonly rssBeforeBytes: number;
  readonly cpuStartUs: number;
  cpuAtSteadyUs: number;
  cpuAfterSteadyUs: number;
  rssSteadyBytes: number;
  /** When the drain begins or began. */
  drainNs: number;
  ending: Ending;
  peakConnected: number;
  /** Connections at the last progress, and when they had changed. */
  connected: number;
  movedNs: number;
  p99Ms: number;
  verdict: Verdict;
  nextProgressNs: number;
  /** When the next look is due, and how late one was at most since the last progress. */
  nextLookNs: number;
  loopLagNs: number;
  readonly reader: DeltaReader;
  readonly times: ServiceTimes;
  /** The end of the last interval, and the n-th of the one that runs. */
  intervalFromNs: number;
  intervalIndex: number;
  abandoned: boolean;
}

export function watchRun(watched: WatchOptions): Watch {
  const { startNs, options } = watched;
  const seen = nothingSeen(watched);
  const timer = setInterval(() => look(watched, seen), LOOK_MS);
  const stop = () => drain(watched, seen, 'interrupted');
  options.stop.addEventListener('abort', stop);
  if (options.stop.aborted) stop();
  let facts: WatchFacts | null = null;
  return {
    startNs,
    drain: (reason) => drain(watched, seen, reason),
    draining: () => watched.clock.nowNs() >= seen.drainNs,
    end() {
      clearInterval(timer);
      options.stop.removeEventListener('abort', stop);
      facts ??= factsOf(watched, seen);
      return facts;
    },
  };
}

const steadyStartNs = ({ plan, startNs }: WatchOptions) =>
  startNs + plan.stages.rampNs + plan.stages.warmupNs;

function nothingSeen(watched: WatchOptions): Seen {
  const rssBeforeBytes = rssBytes(watched, 0);
  const reader = deltaReader(watched.pool.memories);
  return {
    rssBeforeBytes,
    cpuStartUs: cpuUs(watched),
    cpuAtSteadyUs: Number.NaN,
    cpuAfterSteadyUs: Number.NaN,
    rssSteadyBytes: rssBeforeBytes,
    drainNs: steadyStartNs(watched) + watched.plan.stages.steadyNs,
    ending: 'completed',
    peakConnected: 0,
    connected: 0,
    movedNs: watched.startNs,
    p99Ms: 0,
    verdict: SOUND,
    nextProgressNs: 0,
    nextLookNs: Number.POSITIVE_INFINITY,
    loopLagNs: 0,
    reader,
    times: serviceTimes(reader.total.fleetCount),
    intervalFromNs: watched.startNs,
    intervalIndex: 0,
    abandoned: false,
  };
}

function drain({ pool, clock }: WatchOptions, seen: Seen, reason: Ending): void {
  const nowNs = clock.nowNs();
  if (seen.ending !== 'completed') return;
  if (nowNs >= seen.drainNs) {
    // The run drains by itself already: whoever interrupts it does not want to wait.
    if (reason === 'interrupted') pool.finish();
    seen.ending = reason === 'interrupted' ? reason : seen.ending;
    return;
  }
  seen.ending = reason;
  seen.drainNs = nowNs;
  pool.drain();
}

function look(watched: WatchOptions, seen: Seen): void {
  const { plan, pool, clock, startNs } = watched;
  const nowNs = clock.nowNs();
  seen.loopLagNs = Math.max(seen.loopLagNs, nowNs - seen.nextLookNs);
  seen.nextLookNs = nowNs + LOOK_MS * 1e6;
  measureCosts(watched, seen, nowNs);
  if (nowNs >= startNs + (seen.intervalIndex + 1) * INTERVAL_NS) {
    closeInterval(watched, seen, nowNs, false);
    seen.p99Ms = seen.times.p99Ms();
    const steadyNs = Math.min(nowNs, seen.drainNs) - steadyStartNs(watched);
    seen.verdict = watched.judge.verdictSoFar(Math.max(0, steadyNs) / 1e9);
  }
  const graceEndNs = seen.drainNs + plan.stages.graceNs;
  if (!seen.abandoned && nowNs > Math.max(graceEndNs, seen.movedNs) + STUCK_NS) {
    seen.abandoned = true;
    pool.abandon();
  }
  if (nowNs < seen.nextProgressNs) return;
  seen.nextProgressNs = nowNs + PROGRESS_NS;
  tellProgress(watched, seen, nowNs);
}

function tellProgress(watched: WatchOptions, seen: Seen, nowNs: number): void {
  const { plan, planned, pool, startNs, options } = watched;
  const progress: Progress = readProgress(pool.memories, {
    stage: stageOf(watched, seen, nowNs),
    elapsedS: Math.max(0, nowNs - startNs) / 1e9,
    plannedS: (steadyStartNs(watched) - startNs + plan.stages.steadyNs) / 1e9,
    planned,
    serviceP99Ms: seen.p99Ms,
    generator: watched.judge.current(),
    verdict: seen.verdict,
    loopLagMs: seen.loopLagNs / 1e6,
  });
  seen.loopLagNs = 0;
  seen.peakConnected = Math.max(seen.peakConnected, progress.connected);
  if (progress.connected !== seen.connected) seen.movedNs = nowNs;
  seen.connected = progress.connected;
  const hopeless = progress.connectsUpgraded === 0 && progress.connectsFailed > 0;
  if (hopeless && nowNs > startNs + GIVE_UP_NS) drain(watched, seen, 'gaveUp');
  options.onProgress(progress);
}

/** A look that comes late closes the intervals that it missed as one, with the last's number. */
function closeInterval(watched: WatchOptions, seen: Seen, nowNs: number, whole: boolean): void {
  const { startNs, options, sampleHealth, judge } = watched;
  const lastNs = startNs + seen.intervalIndex * INTERVAL_NS;
  const index = seen.intervalIndex + Math.max(0, Math.floor((nowNs - lastNs) / INTERVAL_NS) - 1);
  const toNs = Math.max(nowNs, startNs);
  const interval: Interval = {
    index,
    fromS: (seen.intervalFromNs - startNs) / 1e9,
    toS: (toNs - startNs) / 1e9,
    stage: stageOf(watched, seen, (seen.intervalFromNs + toNs) / 2),
    delta: seen.reader.read(whole),
    health: sampleHealth(),
  };
  seen.intervalIndex = index + 1;
  seen.intervalFromNs = toNs;
  seen.times.add(interval.delta);
  const drains = nowNs >= seen.drainNs;
  judge.add(interval, drains);
  options.onInterval?.(interval, drains);
}

/** With each progress, and at the end of the stage as often as there is a look. */
function measureCosts(watched: WatchOptions, seen: Seen, nowNs: number): void {
  if (nowNs < steadyStartNs(watched) || nowNs >= seen.drainNs) return;
  const isDue = Number.isNaN(seen.cpuAtSteadyUs) || nowNs >= seen.nextProgressNs;
  if (!isDue && nowNs < seen.drainNs - PROGRESS_NS) return;
  if (Number.isNaN(seen.cpuAtSteadyUs)) seen.cpuAtSteadyUs = cpuUs(watched);
  seen.rssSteadyBytes = rssBytes(watched, seen.rssSteadyBytes);
  seen.cpuAfterSteadyUs = cpuUs(watched);
}

function factsOf(watched: WatchOptions, seen: Seen): WatchFacts {
  const { plan, clock, startNs } = watched;
  const endNs = clock.nowNs();
  closeInterval(watched, seen, endNs, true);
  const drainNs = Math.min(seen.drainNs, endNs);
  const seconds = (fromNs: number, toNs: number) => Math.max(0, toNs - fromNs) / 1e9;
  const rampEndNs = startNs + plan.stages.rampNs;
  const { cpuStartUs, cpuAtSteadyUs, cpuAfterSteadyUs, rssBeforeBytes, rssSteadyBytes } = seen;
  return {
    snapshot: seen.reader.total,
    times: {
      rampS: seconds(startNs, Math.min(drainNs, rampEndNs)),
      warmupS: seconds(rampEndNs, Math.min(drainNs, steadyStartNs(watched))),
      steadyS: seconds(steadyStartNs(watched), drainNs),
      drainS: seconds(drainNs, endNs),
    },
    ending: seen.ending,
    peakConnected: seen.peakConnected,
    costs: {
      cpuUs: cpuUs(watched) - cpuStartUs,
      steadyCpuUs: Number.isNaN(cpuAtSteadyUs) ? 0 : cpuAfterSteadyUs - cpuAtSteadyUs,
      rssBeforeBytes,
      rssSteadyBytes,
    },
  };
}

function cpuUs({ pool }: WatchOptions): number {
  const { user, system } = process.cpuUsage();
  return user + system + pool.others().cpuUs;
}

/** Of all processes; `otherwise` where ours cannot be read. */
function rssBytes({ pool }: WatchOptions, otherwise: number): number {
  const own = residentBytes(Number.NaN);
  return Number.isNaN(own) ? otherwise : own + pool.others().rssBytes;
}

function stageOf({ plan, startNs }: WatchOptions, seen: Seen, nowNs: number): Stage {
  const { rampNs, warmupNs } = plan.stages;
  const sinceStartNs = nowNs - startNs;
  if (nowNs >= seen.drainNs) return 'drain';
  if (sinceStartNs < 0) return 'starting';
  if (sinceStartNs < rampNs) return 'ramp';
  return sinceStartNs < rampNs + warmupNs ? 'warm-up' : 'steady';
}
