/** What can be compared: a figure a run, or a block of one. Names are as people write them. */
import { UserError } from '../base/errors.ts';
import { ACTIONS } from '../ocpp/actions.ts';
import type { CallLatency, RunLatency } from '../snapshot/layout.ts';
import { callCounts, callLatency, runLatency, type Snapshot } from '../snapshot/snapshot.ts';

export interface Figure {
  /** In the metric's unit; of `share` 0 to 1. */
  readonly value: number;
  /** How many latencies, or CALLs that ended, it was made of. */
  readonly samples: number;
}

export interface Metric {
  /** `service p95`, `MeterValues response p99`, `failed share`, `boot p95`. */
  readonly name: string;
  /** Times are compared by their ratio, shares by their difference: a share may be 0. */
  readonly kind: 'time' | 'share';
  /** With fewer samples a run the figure is a matter of single CALLs, and decides nothing. */
  readonly samplesNeeded: number;
  /** The figure in ms or as a share; of phases over the whole run, else of the steady stage. */
  figureOf(snapshot: Snapshot): Figure;
}

/**
 * What decides unless declared otherwise: the slow request, what users wait at worst with the queue
 * before a CALL in it, CALLs that failed (a target that refuses quickly must not look fast), and
 * coming back after an outage.
 */
export const DEFAULT_PRIMARY = ['service p95', 'response p99', 'failed share', 'boot p95'] as const;

const PERCENTILES = ['50', '90', '95', '99', '99.9'] as const;
const PHASES: readonly RunLatency[] = ['connect', 'tls', 'upgrade', 'boot', 'ready'];

/**
 * Latencies that lie above a percentile. With fewer, chance alone moves it by more than the margin
 * from run to run: with 25, a p95 of log-normal times (sigma 0.4) by 4 %.
 */
const SAMPLES_ABOVE = 25;
const SHARE_SAMPLES = 100;

export const METRIC_FORMS =
  '[<action>] service|response p50|p90|p95|p99|p99.9, [<action>] failed share,\n' +
  'or connect|tls|upgrade|boot|ready p50|p90|p95|p99|p99.9';

/** @throws UserError when there is no such metric. */
export function parseMetric(text: string): Metric {
  const words = text.trim().split(/\s+/);
  const action = ACTIONS.findIndex((name) => name.toLowerCase() === words[0].toLowerCase());
  const [what, which] = action < 0 ? words : words.slice(1);
  const length = action < 0 ? 2 : 3;
  const of = action < 0 ? undefined : action;
  if (words.length === length && what === 'failed' && which === 'share') return failedShare(of);
  const percentile = PERCENTILES.find((each) => which === `p${each}`);
  if (words.length === length && percentile !== undefined) {
    if (what === 'service' || what === 'response') return callTime(what, percentile, of);
    const phase = PHASES.find((each) => each === what);
    if (phase !== undefined && of === undefined) return phaseTime(phase, percentile);
  }
  throw new UserError(`there is no metric '${text}'`, `it takes ${METRIC_FORMS}`);
}

/** What is shown beside the metrics that decide: those of which `snapshot` has samples. */
export function informationMetrics(snapshot: Snapshot): Metric[] {
  const actions = ACTIONS.filter((_, action) => callCounts(snapshot, 'steady', action).sent > 0);
  const names = [
    ...['service p50', 'service p95', 'service p99', 'response p50', 'response p95'],
    ...['response p99', 'failed share'],
    ...actions.map((action) => `${action} service p95`),
    ...PHASES.map((phase) => `${phase} p95`),
  ];
  return names.map(parseMetric).filter((metric) => metric.figureOf(snapshot).samples > 0);
}

const prefix = (action: number | undefined) => (action === undefined ? '' : `${ACTIONS[action]} `);

function callTime(latency: CallLatency, percentile: string, action?: number): Metric {
  return {
    name: `${prefix(action)}${latency} p${percentile}`,
    ...timeAt(percentile, (snapshot) => callLatency(snapshot, latency, 'steady', action)),
  };
}

function phaseTime(phase: RunLatency, percentile: string): Metric {
  return {
    name: `${phase} p${percentile}`,
    ...timeAt(percentile, (snapshot) => runLatency(snapshot, phase)),
  };
}

function timeAt(
  percentile: string,
  histogramOf: (snapshot: Snapshot) => ReturnType<typeof runLatency>,
): Omit<Metric, 'name'> {
  return {
    kind: 'time',
    samplesNeeded: Math.round((SAMPLES_ABOVE * 100) / (100 - Number(percentile))),
    figureOf(snapshot) {
      const histogram = histogramOf(snapshot);
      const samples = histogram.totalCount;
      // A ratio needs something above 0, and 1 us is the grain of the recorder.
      const us = Math.max(1, histogram.getValueAtPercentile(Number(percentile)));
      return { value: samples === 0 ? 0 : us / 1000, samples };
    },
  };
}

function failedShare(action?: number): Metric {
  return {
    name: `${prefix(action)}failed share`,
    kind: 'share',
    samplesNeeded: SHARE_SAMPLES,
    figureOf(snapshot) {
      const { answered, callError, timedOut, lost, invalidReply } = callCounts(
        snapshot,
        'steady',
        action,
      );
      const samples = answered + callError + timedOut + lost;
      const failed = callError + timedOut + lost + invalidReply;
      return { value: samples === 0 ? 0 : failed / samples, samples };
    },
  };
}
