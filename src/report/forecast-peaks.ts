/** The storms and the rhythm of a forecast, in words. */
import { formatDurationNs } from '../base/units.ts';
import type { Figures, OutageFigures, Quantiles, StormFigures } from '../forecast/figures.ts';
import type { Pattern, Peak } from '../forecast/series.ts';
import { type Look, paint, wrap } from './look.ts';
import { formatClock, formatCount, formatRate } from './numbers.ts';

const LABEL = 18;

export function peakLines({ boot, minute, quarterHour, outage }: Figures, look: Look): string[] {
  const lines: [string, string][] = [
    ['boot storm', bootText(boot)],
    ['in a minute', patternText(minute, (second) => `:${two(second)}`)],
    [
      'in a quarter hour',
      patternText(quarterHour, (s) => `${two(Math.floor(s / 60))}:${two(s % 60)}`),
    ],
  ];
  if (outage !== null) lines.push(...outageRows(outage));
  return [
    `  ${paint(look, 'bold', 'PEAKS')}`,
    ...lines.flatMap(([name, text]) =>
      wrap(text, look.width, `    ${name.padEnd(LABEL)}`, ' '.repeat(LABEL + 4)),
    ),
  ];
}

const two = (n: number) => String(n).padStart(2, '0');
const seconds = (s: number) => formatDurationNs(s * 1e9);
const perS = (peak: Peak | null) => formatCount(peak?.perS ?? 0);
const at = (peak: Peak | null) => (peak === null ? '-' : formatClock(peak.atS));

function bootText({ connects, calls, boots, connectedS }: StormFigures): string {
  return (
    `${perS(connects)} connects/s at ${at(connects)}, ${perS(boots)} boots/s, ` +
    `${perS(calls)} CALLs/s at ${at(calls)}; connected ${quantilesText(connectedS)}`
  );
}

/** `50 % after 31s, 90 % after 55s, 99 % after 1m, all after 1m1s`. */
function quantilesText({ p50, p90, p99, all }: Quantiles): string {
  const reached = [
    ['50 %', p50],
    ['90 %', p90],
    ['99 %', p99],
    ['all', all],
  ] as const;
  const known = reached.filter(([, s]) => s !== null);
  if (known.length === 0) return 'less than half of them';
  return known.map(([share, s]) => `${share} after ${seconds(s ?? 0)}`).join(', ');
}

function patternText(pattern: Pattern | null, place: (second: number) => string): string {
  if (pattern === null) return 'too short, or too quiet, to tell';
  const { ratio, busiest, chance } = pattern;
  const against = `the busiest second, ${place(busiest)}, has ${ratio.toFixed(2)} times the mean`;
  return ratio <= chance
    ? `even: ${against}, as chance alone may make it`
    : `not even: ${against} (by chance at most ${chance.toFixed(2)})`;
}

function outageRows(outage: OutageFigures): [string, string][] {
  const { cut, callsLost, refused, refusedPeak, connects, calls, callsMinute } = outage;
  const { backS, queued, deliveredS, dropped } = outage;
  const delivered =
    deliveredS === null ? 'not delivered' : `delivered after ${seconds(deliveredS)}`;
  const minute = callsMinute === null ? '' : `, ${formatRate(callsMinute.perS)}/s in a minute`;
  return [
    [
      'outage',
      `${formatCount(cut)} connections and ${formatCount(callsLost)} CALLs were lost; ` +
        `${formatCount(refused)} connects were refused, at most ${perS(refusedPeak)}/s`,
    ],
    [
      'return',
      `${perS(connects)} connects/s at ${at(connects)}, ${perS(calls)} CALLs/s at ` +
        `${at(calls)}${minute}; connected again ${quantilesText(backS)}`,
    ],
    [
      'kept messages',
      `${formatCount(queued)} of transactions waited, ${delivered}; ` +
        `${formatCount(dropped)} others were not caught up`,
    ],
  ];
}
