/** From what was added up to findings: which limits were met, in words, with what to change. */
import { assert } from '../base/assert.ts';
import { type FixFacts, fixOf } from './fixes.ts';
import {
  type Above,
  type DelayGauge,
  type EventGauge,
  FEWEST_ABOVE,
  highDelayMs,
  judgedQuantile,
  meanOf,
  type Span,
  type TimeGauge,
} from './gauges.ts';
import type { HealthLimits, Limit, LimitedCause } from './limits.ts';
import type { Tally } from './tally.ts';
import { type Finding, HEALTH_CAUSES } from './verdict.ts';
import { megabytes, milliseconds, percent, seconds, whole } from './words.ts';

/** What is known when the run has ended, beside what was counted. */
export interface EndFacts extends Omit<FixFacts, 'busiest' | 'sentPerS'> {
  /** The steady stage as it was. */
  readonly steadyS: number;
  /** What a worker that was lost had thrown; null: none was lost. */
  readonly lostWorker: string | null;
}

type Level = Finding['level'];
/** A finding without its cause and fix. */
type Found = Omit<Finding, 'cause' | 'fix'>;

/** The worst first; of the same level in the order of `HEALTH_CAUSES`. */
export function findingsOf(tally: Tally, limits: HealthLimits, facts: EndFacts): Finding[] {
  const { steadyS, lostWorker, ...machine } = facts;
  const timed = steadyS >= limits.shortestS ? timedFindings(tally, limits) : {};
  const found: Partial<Record<Finding['cause'], Found | null>> = {
    ...timed,
    ...countedFindings(tally, limits),
    lostWorker: lostWorker === null ? null : lost(lostWorker, tally.lastS),
  };
  const fixFacts: FixFacts = {
    ...machine,
    busiest: Math.max(0, ...tally.utilisation.map(meanOf)),
    sentPerS: steadyS > 0 ? tally.sentSteady / steadyS : 0,
  };
  const all = HEALTH_CAUSES.flatMap((cause): Finding[] => {
    const one = found[cause];
    return one ? [{ cause, ...one, fix: fixOf(cause, fixFacts) }] : [];
  });
  const of = (level: Level) => all.filter((each) => each.level === level);
  return [...of('INVALID'), ...of('DEGRADED')];
}

const lost = (error: string, atS: number): Found => ({
  ...{ level: 'INVALID', fromS: atS, toS: atS, text: `a worker was lost: ${error}` },
});

/** What is judged in the steady stage alone, and only in one that is long enough. */
function timedFindings(
  tally: Tally,
  limits: HealthLimits,
): Partial<Record<LimitedCause, Found | null>> {
  const { causes } = limits;
  const gcLongest = milliseconds(tally.gcLongestMs);
  return {
    loopDelay: late(tally.loopDelay, causes.loopDelay, (p, limit) => {
      return `workers woke up late: ${p} (${limit})`;
    }),
    lateness: late(tally.lateness, causes.lateness, (p, limit) => {
      return `sends were late: ${p} behind schedule (${limit})`;
    }),
    utilisation: byWorker(tally.utilisation, causes.utilisation, limits, (who, share, limit) => {
      return `${who} busy ${share} (${limit})`;
    }),
    gc: byWorker(tally.gc, causes.gc, limits, (who, share, limit) => {
      return `${who} collecting garbage ${share}, ${gcLongest} at the longest (${limit})`;
    }),
    steal: overTime(tally.steal, causes.steal, limits, (share, limit) => {
      return `the host gave ${share} of the processor time to others (${limit})`;
    }),
    throttled: overTime(tally.throttled, causes.throttled, limits, (share, limit) => {
      return `the control group was held back ${share} of the time (${limit})`;
    }),
    backPressure: shareOf(
      { ...tally.backPressure, of: tally.writes, fewest: FEWEST_ABOVE },
      causes.backPressure,
      (n, share, limit) =>
        `the kernel did not take ${n} writes at once, ${share} of all (${limit})`,
    ),
    retransmits: shareOf(
      { ...tally.retransmits, of: tally.segments, fewest: FEWEST_ABOVE },
      causes.retransmits,
      (n, share, limit) => `TCP sent ${n} segments again, ${share} of all (${limit})`,
    ),
    gaps: gapsFound(tally, limits),
  };
}

/** What counts in a run of any length. */
function countedFindings(
  tally: Tally,
  { causes }: HealthLimits,
): Partial<Record<LimitedCause, Found | null>> {
  const connects = (gauge: EventGauge, fewest: number) => ({
    ...{ ...gauge, of: tally.connects, fewest },
  });
  return {
    clockStep: extreme(tally.clockSteps, tally.widestStepMs, causes.clockStep, (ms, limit) => {
      return `the wall clock was set by ${milliseconds(ms)} (limit ${milliseconds(limit)})`;
    }),
    memory: leastMemory(tally, causes.memory),
    listenDrops: shareOf(
      connects(tally.listenDrops, FEWEST_ABOVE),
      causes.listenDrops,
      (n, share, limit) =>
        `this machine dropped ${n} connections at a full listen queue, ` +
        `${share} of its connects (${limit})`,
    ),
    descriptors: shareOf(connects(tally.descriptors, 1), causes.descriptors, (n, share, limit) => {
      return `${n} connects found no file descriptor, ${share} of all (${limit})`;
    }),
    ports: shareOf(connects(tally.ports, 1), causes.ports, (n, share, limit) => {
      return `${n} connects found no source port, ${share} of all (${limit})`;
    }),
  };
}

const spanOf = ({ fromS, toS }: Span): Span => ({ fromS, toS });

function late(
  gauge: DelayGauge,
  limit: Limit,
  text: (p: string, limit: string) => string,
): Found | null {
  const measuredMs = highDelayMs(gauge);
  const level = levelOf(measuredMs, limit);
  if (level === null) return null;
  const percentile = `p${Math.floor(judgedQuantile(gauge.count) * 100)}`;
  const words = text(
    `${percentile} ${milliseconds(measuredMs)}`,
    limitText(limit, level, milliseconds),
  );
  return { level, ...spanOf(gauge[keyOf(level)]), text: words };
}

function levelOf(value: number, limit: Limit): Level | null {
  if (value > limit.invalid) return 'INVALID';
  return value > limit.degraded ? 'DEGRADED' : null;
}

const keyOf = (level: Level) => (level === 'INVALID' ? 'invalid' : 'degraded');

const limitText = (limit: Limit, level: Level, words: (value: number) => string) =>
  `limit ${words(limit[keyOf(level)])}`;

/** The level whose limit was met for longer than is tolerated, and how it was above it. */
function timeAbove(gauge: TimeGauge, limits: HealthLimits): { level: Level; above: Above } | null {
  const tolerated = Math.max(limits.toleratedS, limits.toleratedShare * gauge.knownS);
  for (const level of ['INVALID', 'DEGRADED'] as const) {
    const above = gauge[keyOf(level)];
    if (above.totalS > tolerated) return { level, above };
  }
  return null;
}

const shareAbove = ({ area, totalS }: Above) => Math.min(1, area / totalS);

function overTime(
  gauge: TimeGauge,
  limit: Limit,
  limits: HealthLimits,
  text: (share: string, limit: string) => string,
): Found | null {
  const met = timeAbove(gauge, limits);
  if (met === null) return null;
  const { level, above } = met;
  const words = text(
    percent(shareAbove(above)),
    `${seconds(above.totalS)} long; ${limitText(limit, level, percent)}`,
  );
  return { level, ...spanOf(above), text: words };
}

/** Of several workers the one that was above the limit for longest. */
function byWorker(
  gauges: readonly TimeGauge[],
  limit: Limit,
  limits: HealthLimits,
  text: (who: string, share: string, limit: string) => string,
): Found | null {
  const met = gauges.flatMap((gauge, worker) => {
    const one = timeAbove(gauge, limits);
    return one === null ? [] : [{ ...one, worker }];
  });
  const level = met.some((each) => each.level === 'INVALID') ? 'INVALID' : 'DEGRADED';
  const those = met.filter((each) => each.level === level);
  if (those.length === 0) return null;
  those.sort((a, b) => b.above.totalS - a.above.totalS);
  const [{ worker, above }] = those;
  const more = those.length > 1 ? ` and ${those.length - 1} more were` : ' was';
  const words = text(
    `worker ${worker + 1}${more}`,
    `${percent(shareAbove(above))} for ${seconds(above.totalS)}`,
    limitText(limit, level, percent),
  );
  return { level, ...spanOf(above), text: words };
}

/** Events as a share of what could have been one; fewer than `fewest` are chance. */
function shareOf(
  events: EventGauge & { readonly of: number; readonly fewest: number },
  limit: Limit,
  text: (n: string, share: string, limit: string) => string,
): Found | null {
  const { count, of, fewest } = events;
  if (count < fewest || of <= 0) return null;
  const share = Math.min(1, count / of);
  const level = levelOf(share, limit);
  if (level === null) return null;
  const words = text(whole(count), percent(share), limitText(limit, level, percent));
  return { level, ...spanOf(events), text: words };
}

function extreme(
  events: EventGauge,
  value: number,
  limit: Limit,
  text: (value: number, limit: number) => string,
): Found | null {
  const level = levelOf(value, limit);
  if (level === null) return null;
  return { level, ...spanOf(events), text: text(value, limit[keyOf(level)]) };
}

function leastMemory({ memory, leastMemoryBytes }: Tally, limit: Limit): Found | null {
  const level = levelOf(-leastMemoryBytes, {
    degraded: -limit.degraded,
    invalid: -limit.invalid,
  });
  if (level === null) return null;
  assert(memory.count > 0, 'memory ran short at no time');
  const words = limitText(limit, level, megabytes);
  const text = `memory ran short: ${megabytes(leastMemoryBytes)} were left (${words})`;
  return { level, ...spanOf(memory), text };
}

function gapsFound({ gaps, lastIndex }: Tally, limits: HealthLimits): Found | null {
  const all = lastIndex + 1;
  if (gaps.count < limits.toleratedS) return null;
  const level = levelOf(gaps.count / all, limits.causes.gaps);
  if (level === null) return null;
  const limit = limitText(limits.causes.gaps, level, percent);
  const text = `the main thread looked away for ${whole(gaps.count)} of ${whole(all)} s (${limit})`;
  return { level, ...spanOf(gaps), text };
}
