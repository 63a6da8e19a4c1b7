/** A run as a table: a row a second. */
import type { Interval } from '../series/interval.ts';
import { deltaFigures, deltaLatency } from '../snapshot/calls.ts';
import { type LatencySummary, summarise } from '../snapshot/hdr.ts';
import { RunCounterOffset, runHistogram, stageHistogram } from '../snapshot/layout.ts';

const SPREAD = ['p50', 'p95', 'p99', 'max'] as const;
const GAUGES = ['connected', 'booted', 'charging'] as const;

/** Times are seconds since the start of the run; `calls_failed` as in the summary. */
export const CSV_HEADER = `${[
  ...['from_s', 'to_s', 'stage'],
  ...GAUGES,
  ...['calls_sent', 'calls_answered', 'calls_failed'],
  ...SPREAD.map((name) => `service_${name}_ms`),
  ...SPREAD.map((name) => `response_${name}_ms`),
  ...['late_sends_p99_ms', 'loop_delay_p99_ms'],
].join(',')}\n`;

/** The row of each interval in turn; cells of what was not measured in it are empty. */
export function csvRows(fleetCount: number): (interval: Interval) => string {
  const figures = deltaFigures(fleetCount);
  const now = new Map(GAUGES.map((name) => [RunCounterOffset[name], 0]));
  const isLateness = (n: number) => LATENESS.includes(n);
  const isLoopDelay = (n: number) => n === LOOP_DELAY;
  return ({ fromS, toS, stage, delta }) => {
    for (const [i, place] of delta.counterPlaces.entries()) {
      const before = now.get(place);
      if (before !== undefined) now.set(place, before + delta.counterChanges[i]);
    }
    const { sent, answered, callError, timedOut, lost, invalidReply } = figures.calls(delta);
    const service = summarise(figures.latency(delta, 'service'));
    const response = summarise(figures.latency(delta, 'response'));
    const cells = [
      ...[fromS.toFixed(3), toS.toFixed(3), stage],
      ...now.values(),
      ...[sent, answered, callError + timedOut + lost + invalidReply],
      ...SPREAD.map((name) => cell(service, name)),
      ...SPREAD.map((name) => cell(response, name)),
      cell(summarise(deltaLatency(delta, isLateness)), 'p99'),
      cell(summarise(deltaLatency(delta, isLoopDelay)), 'p99'),
    ];
    return `${cells.join(',')}\n`;
  };
}

const LATENESS = [stageHistogram(0, 'lateness'), stageHistogram(1, 'lateness')];
const LOOP_DELAY = runHistogram('loopDelay');

const cell = (latency: LatencySummary, name: (typeof SPREAD)[number]): string =>
  latency.count === 0 ? '' : String(latency[name]);
