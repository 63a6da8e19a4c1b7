/**
 * Several results as one. Sums of whole numbers by second, so any order and any grouping of the
 * parts gives the same, to the bit.
 */
import { ExitCode } from '../base/errors.ts';
import type { Finding, Trust, Verdict } from '../health/verdict.ts';
import type { Interval } from '../series/interval.ts';
import { joinDeltas } from '../snapshot/delta.ts';
import { STAGES } from './block.ts';
import { layoutNames } from './layout-names.ts';
import type { ResultFile, ResultFooter, ResultHeader } from './types.ts';

/**
 * What is the same for all is said by the part that began first; chargers of all parts add up, and
 * are nobody's share then. The parts must have the same fleets.
 */
export function mergeHeaders(headers: readonly ResultHeader[]): ResultHeader {
  const [{ share, ...first }] = [...headers].sort((a, b) => (runMark(a) < runMark(b) ? -1 : 1));
  return {
    ...first,
    chargerCount: sum(headers.map(({ chargerCount }) => chargerCount)),
    fleets: first.fleets.map((fleet, i) => ({
      ...fleet,
      chargers: sum(headers.map(({ fleets }) => fleets[i].chargers)),
    })),
    workers: sum(headers.map(({ workers }) => workers)),
    parts: sum(headers.map(({ parts }) => parts)),
    layout: layoutNames(),
  };
}

/** Equal for a run, or a share of one, and its copies. */
export const runMark = ({ startedAt, seed, machine, target, share }: ResultHeader) =>
  JSON.stringify([startedAt, seed, machine, target.url, share?.index]);

/** Seconds of the same number together; the parts must have the same fleets. */
export function* mergeIntervals(files: readonly ResultFile[]): Generator<Interval> {
  const sources = files.map((file) => file.intervals());
  const heads = sources.map((source) => source.next());
  for (;;) {
    const indexes = heads.map(({ done, value }) => (done ? Number.POSITIVE_INFINITY : value.index));
    const index = Math.min(...indexes);
    if (index === Number.POSITIVE_INFINITY) return;
    let merged: Interval | null = null;
    for (const [i, source] of sources.entries()) {
      const { done, value } = heads[i];
      if (done || value.index !== index) continue;
      merged = merged === null ? value : beside(merged, value);
      heads[i] = source.next();
    }
    if (merged !== null) yield merged;
  }
}

/** The same second of two parts. The health of several generators is none. */
export function beside(a: Interval, b: Interval): Interval {
  return {
    index: a.index,
    fromS: Math.min(a.fromS, b.fromS),
    toS: Math.max(a.toS, b.toS),
    stage: STAGES[Math.min(STAGES.indexOf(a.stage), STAGES.indexOf(b.stage))],
    delta: joinDeltas(a.delta, b.delta),
    health: null,
  };
}

type Footer = Omit<ResultFooter, 'intervals'>;

const TRUST: readonly Trust[] = ['INVALID', 'DEGRADED', 'VALID'];
/** The first that occurs is that of all; of a part without a footer nobody knows more. */
const ENDINGS = [
  'shardError',
  'killed',
  'scriptError',
  'aborted',
  'interrupted',
  'failedThreshold',
  'gaveUp',
  'completed',
];
const EXIT_CODES = [109, 104, 122, 107, 108, 105, 120, 99, 121, 123, 124, 0];

const KILLED = 'a part has no verdict: killed before its end';
const ALL_PASSED = 'every part passed';

/**
 * Thresholds and the summary were of each part, not of all: they are left out. A part that was
 * killed has none (null), which is worse than what the others say.
 * @returns null when all were killed.
 */
export function mergeFooters(parts: readonly (Footer | null)[]): Footer | null {
  const footers = parts.filter((part) => part !== null);
  if (footers.length === 0) return null;
  const killed = footers.length < parts.length;
  const longest = (key: 'rampS' | 'warmupS' | 'steadyS' | 'drainS') =>
    Math.max(0, ...footers.map((footer) => footer[key]));
  return {
    ending: firstOf(ENDINGS, [
      ...footers.map(({ ending }) => ending),
      ...(killed ? ['killed'] : []),
    ]),
    exitCode: firstOf(EXIT_CODES, [
      ...footers.map(({ exitCode }) => exitCode),
      ...(killed ? [ExitCode.interrupted] : []),
    ]),
    causes: causesOf(footers, killed),
    rampS: longest('rampS'),
    warmupS: longest('warmupS'),
    steadyS: longest('steadyS'),
    drainS: longest('drainS'),
    peakConnected: sum(footers.map(({ peakConnected }) => peakConnected)),
    verdict: mergeVerdicts(footers.map(({ verdict }) => verdict)),
    thresholds: [],
    events: distinct(footers.flatMap(({ events }) => events)).sort((a, b) => a.atS - b.atS),
    summary: null,
  };
}

/** What a part says that passed, how many of its chargers booted, holds for no other. */
function causesOf(footers: readonly Footer[], killed: boolean): string[] {
  const failed = footers.filter(({ exitCode }) => exitCode !== ExitCode.ok);
  const told = new Set(failed.flatMap(({ causes }) => causes));
  if (killed) told.add(KILLED);
  if (told.size === 0) return [ALL_PASSED];
  return [...told].sort((a, b) => Number(b === KILLED) - Number(a === KILLED) || (a < b ? -1 : 1));
}

function mergeVerdicts(verdicts: readonly Verdict[]): Verdict {
  const worst = (level: Trust) => TRUST.indexOf(level);
  const order = (a: Finding, b: Finding) => worst(a.level) - worst(b.level);
  return {
    trust: firstOf(
      TRUST,
      verdicts.map(({ trust }) => trust),
    ),
    findings: distinct(verdicts.flatMap(({ findings }) => findings)).sort(order),
  };
}

/** What is unknown comes before all that is known. */
function firstOf<T>(order: readonly T[], values: readonly T[]): T {
  return [...values].sort((a, b) => order.indexOf(a) - order.indexOf(b))[0];
}

/** Each once, in an order that does not depend on that of the parts. */
function distinct<T>(values: readonly T[]): T[] {
  const texts = new Set(values.map((value) => JSON.stringify(value)));
  return [...texts].sort().map((text) => JSON.parse(text) as T);
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
