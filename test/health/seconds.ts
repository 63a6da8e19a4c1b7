/** Seconds of runs that never happened, for the judge. */
import type { HealthSample } from '../../src/health/sample.ts';
import type { Second } from '../../src/health/tally.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import type { Delta } from '../../src/snapshot/delta.ts';
import { hdrIndex } from '../../src/snapshot/hdr.ts';
import {
  CallCounterIndex,
  callCounterBase,
  FailureOffset,
  RunCounterOffset,
  runHistogram,
  STAGE_STEADY,
  stageHistogram,
} from '../../src/snapshot/layout.ts';

/** What a second of the steady stage added; all as in a sound run where it is not given. */
export interface Told {
  readonly sent?: number;
  /** How late the sends were: [ms, how many]. */
  readonly lateness?: readonly (readonly [number, number])[];
  readonly loopDelay?: readonly (readonly [number, number])[];
  readonly stalled?: number;
  readonly connects?: number;
  readonly noDescriptor?: number;
  readonly noPort?: number;
  readonly health?: Partial<HealthSample> | null;
}

export const SOUND_SAMPLE: HealthSample = {
  ...{ utilisation: [0.3, 0.2], gcMaxMs: [2, 1], gcTotalMs: [5, 5], cpuMs: 500, rssBytes: 1e8 },
  ...{ clockStepMs: 0.4, stealShare: 0.01, throttledMs: 0, listenDrops: 0, retransmits: 0 },
  ...{ segmentsSent: 2_000, availableMemoryBytes: 4e9 },
};

/** The `index`-th second of a run whose steady stage begins at once. */
export function second(index: number, told: Told = {}): Second {
  const health = told.health === null ? null : { ...SOUND_SAMPLE, ...told.health };
  return { index, fromS: index, toS: index + 1, stage: 'steady', delta: deltaOf(told), health };
}

/** Seconds 0 to `count` - 1. */
export const secondsOf = (count: number, told: (index: number) => Told = () => ({})): Second[] =>
  Array.from({ length: count }, (_, index) => second(index, told(index)));

function deltaOf(told: Told): Delta {
  const { sent = 1_000, lateness = [[0.5, sent]], loopDelay = [[1, 500]] } = told;
  const call = callCounterBase(STAGE_STEADY, ActionIndexOf.Heartbeat);
  const counters = new Map([
    [call + CallCounterIndex.sent, sent],
    [RunCounterOffset.stalledWrites, told.stalled ?? 0],
    [RunCounterOffset.connectsAttempted, told.connects ?? 10],
    [FailureOffset.noDescriptor, told.noDescriptor ?? 0],
    [FailureOffset.noLocalPort, told.noPort ?? 0],
  ]);
  const changed = [...counters].filter(([, n]) => n !== 0).sort(([a], [b]) => a - b);
  const histogram = (number: number, values: readonly (readonly [number, number])[]) => ({
    histogram: number,
    slots: Uint32Array.from(values, ([ms]) => hdrIndex(ms * 1000)),
    counts: Float64Array.from(values, ([, n]) => n),
  });
  return {
    fleetCount: 1,
    counterPlaces: Uint32Array.from(changed, ([place]) => place),
    counterChanges: Float64Array.from(changed, ([, n]) => n),
    histograms: [
      histogram(stageHistogram(STAGE_STEADY, 'lateness'), lateness),
      histogram(runHistogram('loopDelay'), loopDelay),
    ],
  };
}

/**
 * The same time in two intervals, each with its part of what was counted; `share` of it is in the
 * first. Shares of time hold for both, the extremes are in the first.
 */
export function split(whole: Second, share: number): Second[] {
  const { fromS, toS, health, delta } = whole;
  const middleS = fromS + (toS - fromS) * share;
  const part = (scale: (n: number) => number, first: boolean): Second => ({
    ...whole,
    ...(first ? { toS: middleS } : { fromS: middleS }),
    delta: {
      ...delta,
      counterChanges: delta.counterChanges.map(scale),
      histograms: delta.histograms.map((each) => ({ ...each, counts: each.counts.map(scale) })),
    },
    health: health && healthPart(health, first ? share : 1 - share, first),
  });
  const firstOf = (n: number) => Math.floor(n / 2);
  return [part(firstOf, true), part((n) => n - firstOf(n), false)];
}

function healthPart(health: HealthSample, share: number, first: boolean): HealthSample {
  const some = (n: number | null) => n && (first ? Math.floor(n / 2) : Math.ceil(n / 2));
  return {
    ...health,
    gcTotalMs: health.gcTotalMs.map((ms) => ms * share),
    gcMaxMs: first ? health.gcMaxMs : health.gcMaxMs.map(() => 0),
    cpuMs: health.cpuMs * share,
    clockStepMs: first ? health.clockStepMs : 0,
    throttledMs: health.throttledMs && health.throttledMs * share,
    listenDrops: some(health.listenDrops),
    retransmits: some(health.retransmits),
    segmentsSent: some(health.segmentsSent),
  };
}
