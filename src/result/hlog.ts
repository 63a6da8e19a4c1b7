/**
 * A run as a log of HdrHistogram, format 1.3, which its tools in every language read: a line a
 * second, action and latency (tag `Authorize.service`). Values are microseconds.
 */
import { ACTIONS } from '../ocpp/actions.ts';
import type { Interval } from '../series/interval.ts';
import { deltaFigures, deltaLatency } from '../snapshot/calls.ts';
import { encodeHdr } from '../snapshot/hdr.ts';
import { CALL_LATENCIES, runHistogram, stageHistogram } from '../snapshot/layout.ts';

export function hlogHeader(startedAt: string): string {
  const seconds = (Date.parse(startedAt) / 1000).toFixed(3);
  return [
    '#[Logged by ocpp-load; values in microseconds, Interval_Max in milliseconds]',
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${seconds} (seconds since epoch), ${startedAt}]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    '',
  ].join('\n');
}

/** Of the generator itself, beside the CALLs. */
const OWN: readonly (readonly [string, readonly number[]])[] = [
  ['generator.lateness', [stageHistogram(0, 'lateness'), stageHistogram(1, 'lateness')]],
  ['generator.loopDelay', [runHistogram('loopDelay')]],
];

/** The lines of each interval in turn; none for what was not measured in it. */
export function hlogLines(fleetCount: number): (interval: Interval) => string {
  const figures = deltaFigures(fleetCount);
  return ({ fromS, toS, delta }) => {
    const calls = ACTIONS.flatMap((action) =>
      CALL_LATENCIES.map((latency) => ({
        tag: `${action}.${latency}`,
        histogram: figures.latency(delta, latency, action),
      })),
    );
    const own = OWN.map(([tag, numbers]) => ({
      tag,
      histogram: deltaLatency(delta, (number) => numbers.includes(number)),
    }));
    const lines = [...calls, ...own]
      .filter(({ histogram }) => histogram.totalCount > 0)
      .map(({ tag, histogram }) => {
        const maxMs = (histogram.maxValue / 1000).toFixed(3);
        const when = `${fromS.toFixed(3)},${(toS - fromS).toFixed(3)}`;
        return `Tag=${tag},${when},${maxMs},${encodeHdr(histogram)}\n`;
      });
    return lines.join('');
  };
}
