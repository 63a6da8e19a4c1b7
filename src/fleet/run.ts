/** Runs a plan on this machine: target, workers, stages, and what came of it. */
import { type Clock, systemClock } from '../base/clock.ts';
import { deferred } from '../base/deferred.ts';
import { ExitCode, UserError } from '../base/errors.ts';
import { type CsmsGroup, spawnCsms } from '../csms/group.ts';
import { csmsOptionsOf } from '../csms/options.ts';
import { endText } from '../csms/spawn.ts';
import { thisMachine } from '../health/machine.ts';
import { healthSampler } from '../health/sampler.ts';
import type { Plan } from '../plan/plan.ts';
import type { Routes } from '../plan/routes.ts';
import { type RunShare, shareSize, WHOLE_RUN } from '../plan/split.ts';
import { targetsText } from '../scenario/target.ts';
import type { Interval } from '../series/interval.ts';
import { endsRunText } from '../thresholds/condition.ts';
import { runControl } from './control.ts';
import { localController, type Start } from './controller.ts';
import { startHosts } from './host/hosts.ts';
import { judgeOf, verdictReader } from './judge.ts';
import { descriptorsNeeded, machineLimits, memoryNeeded, targetProcesses } from './limits.ts';
import type { RunOptions } from './options.ts';
import type { FailureKind, PoolEnd, PoolOptions } from './pool.ts';
import type { Ending, RunEvent, RunResult } from './result.ts';
import { reachedBy, routesOf } from './routes.ts';
import { chooseSpread, mostOfProcess } from './spread.ts';
import { startTelling } from './telling.ts';
import { startThreads } from './threads.ts';
import { planThresholds } from './thresholds.ts';
import { type Watch, watchRun } from './watch.ts';

/** @throws UserError before the first socket opens: an unknown host. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunResult> {
  const { share = WHOLE_RUN } = options;
  const limits = machineLimits();
  const spread = chooseSpread(plan, options, limits);
  const embedded = await startTarget(plan, limits.descriptors);
  try {
    const urls = embedded === null ? plan.target.urls : [`${embedded.urls[0]}/{id}`];
    const targetUrl = targetsText(urls);
    const routes = routesOf(plan, await reachedBy(urls), limits, share);
    const startedAt = new Date();
    options.onStart({
      startedAt,
      targetUrl,
      share,
      ...spread,
      descriptorsNeeded: descriptorsNeeded(mostOfProcess(plan, spread, share)),
      descriptorLimit: limits.descriptors ?? Number.POSITIVE_INFINITY,
      memoryEstimateBytes: memoryNeeded(shareSize(plan.fleets, share), spread),
    });
    return await runOn({ plan, options, embedded, startedAt, targetUrl, routes, share, ...spread });
  } finally {
    await embedded?.stop().catch(() => undefined);
  }
}

async function startTarget(plan: Plan, descriptors: number | null): Promise<CsmsGroup | null> {
  const { kind, embedded } = plan.target;
  if (kind === 'external') return null;
  const processes = targetProcesses(embedded, plan.chargerCount, descriptors);
  return spawnCsms({ ...csmsOptionsOf(embedded, plan.seed), processes });
}

interface Ready {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly embedded: CsmsGroup | null;
  readonly startedAt: Date;
  readonly targetUrl: string;
  readonly routes: Routes;
  readonly share: RunShare;
  readonly workers: number;
  readonly processes: number;
}

async function runOn(ready: Ready): Promise<RunResult> {
  const { plan, options, embedded, startedAt, targetUrl, routes, share, workers, processes } =
    ready;
  const clock = systemClock();
  const startNs = () => watch?.startNs ?? clock.nowNs();
  let watch: Watch | null = null;
  const waiting = barrier(options.kill);
  const { events, tell, tellOnce: onEvent } = eventLog(clock, startNs, options.onEvent);
  const thresholds = lookedAt(plan, options, (text) => {
    onEvent('threshold', text);
    watch?.drain('failedThreshold');
  });
  const wanted: PoolOptions = {
    ...{ plan, routes, share, workers, onEvent, onLedger: options.onLedger },
    onFailure: (kind) => (watch === null ? waiting.fail(kind) : watch.drain(kind)),
  };
  const start = options.exact ? startTelling : startThreads;
  const pool = processes > 1 ? startHosts(wanted, processes) : start(wanted);
  options.kill.addEventListener('abort', () => void pool.destroy());
  let over = false;
  embedded?.exited.then((exit) => {
    if (!over) onEvent('embedded', endText(exit));
  });
  try {
    await pool.ready;
    const { controller = localController(clock) } = options;
    const start = await waiting.unlessOver(controller.start(pool.leadNs));
    const machine = options.machine ?? thisMachine();
    const sampleHealth = healthSampler({ ...pool, clock, machine });
    const judge = judgeOf(plan);
    const verdictOf = verdictReader(judge, plan, workers);
    watch = watchRun({
      ...{ plan, pool, clock, sampleHealth, ...start },
      planned: shareSize(plan.fleets, share),
      judge: { ...judge, verdictSoFar: verdictOf },
      options: { ...options, onInterval: thresholds.onInterval },
    });
    if (options.sizes !== undefined) pool.setSize(watch.startNs, options.sizes);
    pool.start(start.startNs, start.wallStartMs);
    const { drain, draining } = watch;
    options.onControl?.(
      runControl({ plan, pool, clock, draining, drain: () => drain('interrupted'), tell }),
    );
    const end = await pool.ended;
    if (options.kill.aborted) throw killed();
    const facts = watch.end();
    over = true;
    const counters = await embedded?.stop().catch(() => null);
    return {
      plan,
      share,
      targetUrl,
      startedAt,
      ...facts.times,
      ...endingOf(end, facts.ending),
      snapshot: facts.snapshot,
      peakConnected: facts.peakConnected,
      events,
      generator: { workers, processes, ...facts.costs },
      verdict: verdictOf(facts.times.steadyS, end),
      thresholds: thresholds.results(facts.times.steadyS),
      embedded: counters ?? null,
    };
  } finally {
    over = true;
    watch?.end();
    await pool.destroy();
  }
}

/** @param fails called once, when one does not hold because of which the run is to end. */
function lookedAt(plan: Plan, options: RunOptions, fails: (text: string) => void) {
  const thresholds = planThresholds(plan, options.judged);
  return {
    onInterval(interval: Interval, drains: boolean) {
      const failed = thresholds.add({ ...interval, drains });
      if (failed !== null) fails(endsRunText(failed.threshold));
      options.onInterval?.(interval);
    },
    results: thresholds.results,
  };
}

/** `tellOnce` tells of each kind once. */
function eventLog(clock: Clock, startNs: () => number, onEvent: RunOptions['onEvent']) {
  const events: RunEvent[] = [];
  const told = new Set<string>();
  const tell = (text: string) => {
    const event = { atS: Math.max(0, (clock.nowNs() - startNs()) / 1e9), text };
    events.push(event);
    onEvent(event);
  };
  const tellOnce = (kind: string, text: string) => {
    if (told.has(kind)) return;
    told.add(kind);
    tell(text);
  };
  return { events, tell, tellOnce };
}

/** Its shards wait for their start, and one of them will not be there. */
const tooEarly = (kind: FailureKind) =>
  new Error(
    kind === 'shardError'
      ? 'a worker or process died before the run began'
      : 'the scenario threw before the run began',
  );

/** Where shards wait for their start; it may be in vain. */
function barrier(kill: AbortSignal) {
  const { promise: over, reject } = deferred<never>();
  over.catch(() => undefined);
  kill.addEventListener('abort', () => reject(killed()));
  if (kill.aborted) reject(killed());
  return {
    fail: (kind: FailureKind) => reject(tooEarly(kind)),
    unlessOver: (start: Promise<Start>) => Promise.race([start, over]),
  };
}

const killed = () => new UserError('the run was ended at once', '', ExitCode.interrupted);

/** The reason is the user's own text: where it was thrown says nothing more. */
const unplaced = (reason: string) => Object.assign(new Error(reason), { stack: '' });

function endingOf(end: PoolEnd, seen: Ending): Pick<RunResult, 'ending' | 'error'> {
  if (end.shardError !== null) return { ending: 'shardError', error: end.shardError };
  if (end.scriptError !== null) return { ending: 'scriptError', error: end.scriptError };
  if (end.abortReason !== null) return { ending: 'aborted', error: unplaced(end.abortReason) };
  return { ending: seen, error: null };
}
