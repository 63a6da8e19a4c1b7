/** The result of a run from how all of its shares have ended. */
import type { Ending, GeneratorHealth, RunResult } from '../fleet/result.ts';
import type { ShareFacts } from '../fleet/share-facts.ts';
import type { Plan } from '../plan/plan.ts';
import { targetsText } from '../scenario/target.ts';
import type { LossPolicy } from '../share/records.ts';
import type { ShareEnd } from '../share/up.ts';
import { shareFacts } from './facts.ts';
import type { RunLog } from './log.ts';
import type { Tenure } from './shares.ts';
import { verdictOf } from './verdict.ts';
import { lostText } from './words.ts';

export interface CoordinatedResult extends RunResult {
  readonly shares: readonly ShareFacts[];
}

/** Once the log is finished: see `LogReader.finish`. */
export function resultOf(plan: Plan, log: RunLog, onAgentLoss: LossPolicy): CoordinatedResult {
  const ends = log.shares.tenures.flatMap(({ end }) => end ?? []);
  const times = timesOf(plan, log, ends);
  const shares = shareFacts(log);
  return {
    plan,
    targetUrl: targetsText(plan.target.urls),
    startedAt: new Date(log.startedAtMs ?? 0),
    ...times,
    ...endingOf(log, ends, onAgentLoss),
    snapshot: log.total,
    peakConnected: Math.max(log.peakConnected, ...ends.map((end) => end.peakConnected)),
    events: [...log.events].sort((a, b) => a.atS - b.atS),
    generator: generatorOf(ends),
    verdict: verdictOf(plan, log, shares, times.steadyS),
    thresholds: log.thresholds.results(times.steadyS),
    embedded: null,
    shares: [...shares].sort((a, b) => a.share - b.share || a.epoch - b.epoch),
  };
}

type Times = Pick<RunResult, 'rampS' | 'warmupS' | 'steadyS' | 'drainS'>;

/** The longest of each; where none has told its end, by what was recorded. */
export function timesOf(plan: Plan, log: RunLog, ends: readonly ShareEnd[]): Times {
  if (ends.length === 0) return timesUntil(plan, log.closer.next());
  const longest = (key: keyof Times) => Math.max(...ends.map((end) => end[key]));
  return {
    rampS: longest('rampS'),
    warmupS: longest('warmupS'),
    steadyS: longest('steadyS'),
    drainS: longest('drainS'),
  };
}

/** What there is of each stage at a moment before the drain. */
export function timesUntil({ stages }: Plan, atS: number): Times {
  const [rampS, warmupS, steadyS] = [stages.rampNs, stages.warmupNs, stages.steadyNs].map(
    (ns) => ns / 1e9,
  );
  const within = (fromS: number, lengthS: number) => Math.max(0, Math.min(lengthS, atS - fromS));
  return {
    rampS: within(0, rampS),
    warmupS: within(rampS, warmupS),
    steadyS: within(rampS + warmupS, steadyS),
    drainS: Math.max(0, atS - rampS - warmupS - steadyS),
  };
}

type End = Pick<RunResult, 'ending' | 'error'>;

/** The first that occurs is that of the run. */
const ORDER: readonly Ending[] = ['shardError', 'scriptError', 'aborted', 'interrupted'];

function endingOf(log: RunLog, ends: readonly ShareEnd[], onAgentLoss: LossPolicy): End {
  const { current } = log.shares;
  const lost = [...current.values()].filter(({ state }) => state === 'lost');
  const isOver = lost.length > 0 && (onAgentLoss === 'fail' || lost.length === current.size);
  if (isOver) return { ending: 'shardError', error: lossError(lost) };
  // The drain of an heir is ordered when that of the others is due: it has begun too late for more.
  // Who gave its share up has closed its chargers early, which is a loss and no end of the run.
  const { tenures } = log.shares;
  const told = tenures.flatMap(({ end, isHeir }) =>
    end === null || gaveUp(end) || (isHeir && end.ending === 'interrupted') ? [] : endOf(end),
  );
  const worst = ORDER.flatMap((ending) => told.find((end) => end.ending === ending) ?? [])[0];
  // Its drain was ordered, so the shares say that they were interrupted.
  const failed = log.failedThreshold && (worst === undefined || worst.ending === 'interrupted');
  if (failed) return { ending: 'failedThreshold', error: null };
  if (worst !== undefined) return worst;
  const hopeless = ends.every(({ ending }) => ending === 'gaveUp');
  return { ending: hopeless ? 'gaveUp' : 'completed', error: null };
}

/** Of itself, before the run was over. */
export const gaveUp = ({ leaseLost, stopped }: ShareEnd): boolean => leaseLost || stopped;

const endOf = ({ ending, error }: ShareEnd): End => ({
  ending,
  error: error === null ? null : Object.assign(new Error(error.message), { stack: error.stack }),
});

const lossError = (lost: readonly Tenure[]) =>
  Object.assign(new Error(lost.map(lostText).join('; ')), { stack: '' });

function generatorOf(ends: readonly ShareEnd[]): GeneratorHealth {
  const sum = (key: keyof GeneratorHealth) =>
    ends.reduce((total, { generator }) => total + generator[key], 0);
  return {
    workers: sum('workers'),
    processes: sum('processes'),
    cpuUs: sum('cpuUs'),
    steadyCpuUs: sum('steadyCpuUs'),
    rssBeforeBytes: sum('rssBeforeBytes'),
    rssSteadyBytes: sum('rssSteadyBytes'),
  };
}
