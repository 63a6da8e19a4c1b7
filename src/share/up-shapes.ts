/** What each kind of `Up` must look like, to the last field. */
import type { Ending, GeneratorHealth, RunEvent } from '../fleet/result.ts';
import type { HealthSample } from '../health/sample.ts';
import { type Finding, HEALTH_CAUSES, type Trust, type Verdict } from '../health/verdict.ts';
import type { LayoutNames, PlaceNames } from '../result/layout-names.ts';
import type { Machine } from '../result/machine.ts';
import type { ResultFleet, ResultHeader, ResultShare, ScenarioMark } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';
import type { Statistic, Threshold } from '../thresholds/types.ts';
import type { ClockOffset } from './records.ts';
import {
  amount,
  between,
  boolean,
  dictionary,
  finite,
  list,
  matching,
  oneOf,
  optional,
  orNull,
  record,
  type Shape,
  text,
  variant,
  whole,
} from './shape.ts';
import type { ShareEnd, Up, UpMark } from './up.ts';

/** More than any run of ours has: what is beyond is nonsense, and would cost memory. */
export const MAX_SHARES = 10_000;
const MAX_WORKERS = 10_000;
const MAX_FLEETS = 1000;
const MAX_PLACES = 100_000;
/** Seconds of a run. */
const MAX_SECONDS = 1e8;

const word = text(200);
/** Of what is for people. */
export const MOST_WORDS_CHARACTERS = 4000;
export const MOST_STACK_CHARACTERS = 40_000;
const words = text(MOST_WORDS_CHARACTERS);
const count = whole(0);
const seconds = between(0, MAX_SECONDS);
const wallMs = between(0, 1e14);

const ENDINGS: Readonly<Record<Ending, true>> = {
  completed: true,
  interrupted: true,
  gaveUp: true,
  failedThreshold: true,
  aborted: true,
  scriptError: true,
  shardError: true,
};
const TRUSTS: readonly Trust[] = ['VALID', 'DEGRADED', 'INVALID'];

const offset = record<ClockOffset>({ offsetMs: finite, roundTripMs: amount });

const placeNames = record<PlaceNames>({
  first: list(word, MAX_PLACES),
  further: list(word, MAX_PLACES),
});

const layout = record<LayoutNames>({
  counters: placeNames,
  histograms: placeNames,
  buckets: record<LayoutNames['buckets']>({
    ...{ lowestUs: amount, highestUs: amount, digits: count, slots: count },
  }),
});

const statistic = variant<'kind', Statistic>('kind', {
  percentile: record({ percentile: between(0, 100) }),
  ...{ count: record({}), rate: record({}), avg: record({}), med: record({}) },
  ...{ min: record({}), max: record({}), value: record({}) },
} as never);

const threshold = record<Threshold>({
  ...{ selector: words, metric: word, labels: dictionary(words, 32), expression: words, statistic },
  comparison: oneOf(['<', '<=', '>', '>=', '==', '!=']),
  ...{ limit: finite, windowNs: orNull(amount), abortOnFail: boolean, delayAbortEvalNs: amount },
});

const resultShare = record<ResultShare>({
  ...{ index: whole(0, MAX_SHARES - 1), of: whole(1, MAX_SHARES) },
  thresholds: list(threshold, 10_000),
  ...{ allowedBootFailures: count, strict: boolean },
});

const header = record<ResultHeader>({
  schema: oneOf(['ocpp-load/result/1']),
  tool: word,
  node: word,
  scenario: record<ScenarioMark>({
    ...{ name: words, description: words, fileSha256: orNull(word), planSha256: word },
  }),
  seed: finite,
  runId: optional(word),
  dialect: word,
  target: record<ResultHeader['target']>({ kind: oneOf(['embedded', 'external']), url: words }),
  workers: whole(1, MAX_WORKERS),
  share: optional(resultShare),
  chargerCount: count,
  fleets: list(record<ResultFleet>({ name: words, model: words, chargers: count }), MAX_FLEETS),
  stages: record<ResultHeader['stages']>({
    ...{ rampS: seconds, warmupS: seconds, steadyS: seconds, graceS: seconds },
  }),
  startedAt: matching(/^\d{4}-\d\d-\d\dT[\d:.]{5,20}Z$/),
  machine: record<Machine>({
    ...{ cpu: word, cores: count, memoryBytes: amount, kernel: word, hostSha256: word },
  }),
  parts: whole(1, MAX_SHARES),
  layout,
});

const finding = record<Finding>({
  cause: oneOf(HEALTH_CAUSES),
  level: oneOf(['DEGRADED', 'INVALID']),
  ...{ fromS: seconds, toS: seconds, text: words, fix: words },
});

export const isVerdict: Shape<Verdict> = record<Verdict>({
  trust: oneOf(TRUSTS),
  findings: list(finding, 100),
});

const end = record<ShareEnd>({
  ...{ rampS: seconds, warmupS: seconds, steadyS: seconds, drainS: seconds },
  peakConnected: count,
  ending: oneOf(Object.keys(ENDINGS) as Ending[]),
  error: orNull(
    record<NonNullable<ShareEnd['error']>>({ message: words, stack: text(MOST_STACK_CHARACTERS) }),
  ),
  generator: record<GeneratorHealth>({
    ...{ workers: whole(0, MAX_WORKERS), processes: whole(0, MAX_WORKERS), cpuUs: amount },
    ...{ steadyCpuUs: amount, rssBeforeBytes: amount, rssSteadyBytes: amount },
  }),
  verdict: isVerdict,
  leaseLost: boolean,
  stopped: boolean,
});

/** Intervals travel behind the head, not in it. */
export type UpHead = Exclude<Up, { type: 'intervals' }> | { readonly type: 'intervals' };

export const isUpHead: Shape<UpHead> = variant<'type', UpHead>('type', {
  ready: record({ header, offset }),
  refused: record({ message: words, hint: words }),
  began: record({ atMs: wallMs, offset }),
  offset: record({ offset }),
  intervals: record({}),
  event: record({ event: record<RunEvent>({ atS: seconds, text: words }) }),
  ledger: record({ text: text(1 << 24) }),
  dropped: record({ draw: count, dropped: count, open: count }),
  ended: record({ end }),
});

export const isUpMark: Shape<UpMark> = record<UpMark>({
  share: whole(0, MAX_SHARES - 1),
  epoch: whole(1, 1e6),
  sequence: whole(0),
});

const perWorker = list(amount, MAX_WORKERS);

const health = record<HealthSample>({
  ...{ utilisation: perWorker, gcMaxMs: perWorker, gcTotalMs: perWorker },
  ...{ cpuMs: amount, rssBytes: amount, clockStepMs: finite },
  ...{ stealShare: orNull(finite), throttledMs: orNull(finite), listenDrops: orNull(finite) },
  ...{ retransmits: orNull(finite), segmentsSent: orNull(finite) },
  availableMemoryBytes: orNull(amount),
});

/** Whether intervals lie in their order, on the axis of a run; their deltas are checked already. */
export function areIntervals(intervals: readonly Interval[]): boolean {
  return intervals.every(
    (interval, i) =>
      whole(i === 0 ? 0 : intervals[i - 1].index + 1, MAX_SECONDS)(interval.index) &&
      seconds(interval.fromS) &&
      between(interval.fromS, MAX_SECONDS)(interval.toS) &&
      (interval.health === null || health(interval.health)),
  );
}
