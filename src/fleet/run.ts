/** Runs a plan on this machine: target, workers, stages, and what came of it. */
import { type Clock, systemClock } from '../base/clock.ts';
import { ExitCode, UserError } from '../base/errors.ts';
import { csmsOptionsOf } from '../csms/options.ts';
import { type CsmsProcess, spawnCsms } from '../csms/spawn.ts';
import { thisMachine } from '../health/machine.ts';
import { healthSampler } from '../health/sampler.ts';
import type { Plan } from '../plan/plan.ts';
import type { Routes } from '../plan/routes.ts';
import { targetsText } from '../scenario/target.ts';
import type { Interval } from '../series/interval.ts';
import { conditionText } from '../thresholds/condition.ts';
import { runControl } from './control.ts';
import { judgeOf, verdictReader } from './judge.ts';
import { chooseWorkers, descriptorsNeeded, machineLimits, memoryNeeded } from './limits.ts';
import type { RunOptions } from './options.ts';
import { type PoolEnd, startPool } from './pool.ts';
import type { Ending, RunEvent, RunResult } from './result.ts';
import { reachedBy, routesOf } from './routes.ts';
import { planThresholds } from './thresholds.ts';
import { type Watch, watchRun } from './watch.ts';

/** @throws UserError before the first socket opens: an unknown host. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunResult> {
  const limits = machineLimits();
  const wanted =
    options.workers === 'auto'
      ? chooseWorkers(plan.chargerCount, limits.processors)
      : options.workers;
  // Each has a handshake slot at least, and all together no more than the plan says.
  const workers = Math.min(wanted, plan.chargerCount, plan.limits.maxHandshakes);
  const embedded = await startTarget(plan);
  try {
    const urls = embedded === null ? plan.target.urls : [`${embedded.url}/{id}`];
    const targetUrl = targetsText(urls);
    const routes = routesOf(plan, await reachedBy(urls), limits);
    const startedAt = new Date();
    options.onStart({
      startedAt,
      targetUrl,
      workers,
      descriptorsNeeded: descriptorsNeeded(plan.chargerCount),
      descriptorLimit: limits.descriptors ?? Number.POSITIVE_INFINITY,
      memoryEstimateBytes: memoryNeeded(plan.chargerCount, workers),
    });
    return await runOn({ plan, options, embedded, startedAt, targetUrl, routes, workers });
  } finally {
    await embedded?.stop().catch(() => undefined);
  }
}

async function startTarget(plan: Plan): Promise<CsmsProcess | null> {
  if (plan.target.kind === 'external') return null;
  return spawnCsms(csmsOptionsOf(plan.target.embedded, plan.seed));
}

interface Ready {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly embedded: CsmsProcess | null;
  readonly startedAt: Date;
  readonly targetUrl: string;
  readonly routes: Routes;
  readonly workers: number;
}

/** Time for the start message to reach every worker before the first connect is due. */
const START_LEAD_NS = 20e6;

async function runOn(ready: Ready): Promise<RunResult> {
  const { plan, options, embedded, startedAt, targetUrl, routes, workers } = ready;
  const clock = systemClock();
  const startNs = () => watch?.startNs ?? clock.nowNs();
  let watch: Watch | null = null;
  const { events, tell, tellOnce: onEvent } = eventLog(clock, startNs, options.onEvent);
  const thresholds = planThresholds(plan);
  const onInterval = (interval: Interval, drains: boolean) => {
    const failed = thresholds.add({ ...interval, drains });
    if (failed !== null) {
      const condition = conditionText(failed.threshold);
      onEvent('threshold', `${failed.threshold.selector} ${condition} does not hold: the run ends`);
      watch?.drain('failedThreshold');
    }
    options.onInterval?.(interval);
  };
  const pool = startPool({
    ...{ plan, routes, workers, onEvent, onLedger: options.onLedger },
    onFailure: (kind) => watch?.drain(kind),
  });
  options.kill.addEventListener('abort', () => void pool.destroy());
  let over = false;
  embedded?.exited.then(() => {
    if (!over) onEvent('embedded', 'the embedded central system is gone: its process ended');
  });
  try {
    await pool.ready;
    const machine = options.machine ?? thisMachine();
    const sampleHealth = healthSampler({ clock, machine, workers: pool.workers });
    const judge = judgeOf(plan);
    const own = { ...options, onInterval };
    const startNs = clock.nowNs() + START_LEAD_NS;
    const verdictOf = verdictReader(judge, plan, workers);
    const judged = { ...judge, verdictSoFar: verdictOf };
    watch = watchRun({ plan, pool, clock, startNs, sampleHealth, judge: judged, options: own });
    pool.start(watch.startNs, Date.now() + START_LEAD_NS / 1e6);
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
      targetUrl,
      startedAt,
      ...facts.times,
      ...endingOf(end, facts.ending),
      snapshot: facts.snapshot,
      peakConnected: facts.peakConnected,
      events,
      generator: { workers, ...facts.costs },
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

const killed = () => new UserError('the run was ended at once', '', ExitCode.interrupted);

/** The reason is the user's own text: where it was thrown says nothing more. */
const unplaced = (reason: string) => Object.assign(new Error(reason), { stack: '' });

function endingOf(end: PoolEnd, seen: Ending): Pick<RunResult, 'ending' | 'error'> {
  if (end.shardError !== null) return { ending: 'shardError', error: end.shardError };
  if (end.scriptError !== null) return { ending: 'scriptError', error: end.scriptError };
  if (end.abortReason !== null) return { ending: 'aborted', error: unplaced(end.abortReason) };
  return { ending: seen, error: null };
}
