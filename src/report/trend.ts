/** A trend as text and as JSON: the nights on which a metric changed. */
import path from 'node:path';
import type { MetricTrend, Trend, TrendChange } from '../compare/trend.ts';
import { cleanText } from './clean.ts';
import { percentText, pText, signedText, valueText } from './compare.ts';
import { type Look, paint, table, wrap } from './look.ts';
import { plural } from './numbers.ts';

export function trendText(trend: Trend, notes: readonly string[], look: Look): string {
  const { metrics, options } = trend;
  const changes = changesInTime(trend);
  const names = metrics.map(({ name }) => name).join(', ');
  const looked = `${plural(metrics.length, 'metric')} looked at: ${names}`;
  const limits =
    `a change is told from ${percentText(options.minChange)} of a time and ` +
    `${percentText(options.minShare)} of a share on, with p up to ${options.maxP}`;
  const sections = [
    headline(trend, changes.length, look),
    changeTable(trend, changes, look),
    wrap(`${looked}; ${limits}`, look.width, '  '),
    notes.flatMap((note) => wrap(`note: ${cleanText(note)}`, look.width, '  ', '        ')),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${texts.join('\n\n')}\n`;
}

function headline({ nights }: Trend, changes: number, look: Look): string[] {
  const word = changes === 0 ? 'NO CHANGE' : plural(changes, 'CHANGE', 'CHANGES');
  const [first, last] = [nights[0], nights[nights.length - 1]].map(nightText);
  const text = `  ${word}  in ${plural(nights.length, 'night')}, ${first} to ${last}`;
  const color = changes === 0 ? 'green' : 'yellow';
  return [text.replace(word, paint(look, color, word))];
}

interface Told extends TrendChange {
  readonly metric: MetricTrend;
}

const changesInTime = ({ metrics }: Trend): Told[] =>
  metrics
    .flatMap((metric) => metric.changes.map((change) => ({ ...change, metric })))
    .sort((a, b) => a.night - b.night);

/** 1 000 characters of a path would not help. */
const FILE_CHARACTERS = 40;

function changeTable({ nights }: Trend, changes: readonly Told[], look: Look): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ metric, night, before, after, p }) => [
    nightText(nights[night]),
    metric.name,
    valueText(before, metric.kind),
    valueText(after, metric.kind),
    signedText(changeOf(metric, before, after), metric.kind),
    pText(p),
    cleanText(path.basename(nights[night].file), FILE_CHARACTERS),
  ]);
  const head = ['NIGHT', 'metric', 'before', 'after', 'change', 'p', 'file'];
  return table(head, rows, look).flatMap(([first, ...rest]) => [
    paint(look, 'bold', first),
    ...rest,
  ]);
}

/** Relative of times, a difference of shares. */
const changeOf = ({ kind }: MetricTrend, before: number, after: number) =>
  kind === 'time' ? after / before - 1 : after - before;

/** UTC to the minute: two runs may be of one day. */
export const nightText = ({ startedAtMs }: { readonly startedAtMs: number }): string =>
  new Date(startedAtMs).toISOString().slice(0, 16).replace('T', ' ');

/** Values by night in ms or as shares; `change` relative for times, a difference for shares. */
export function trendJson(trend: Trend, notes: readonly string[]): string {
  const nights = trend.nights.map(({ file, startedAtMs }) => ({
    ...{ file, startedAt: new Date(startedAtMs).toISOString() },
  }));
  const metrics = trend.metrics.map(({ name, kind, values, changes }, i) => ({
    ...{ name, unit: kind === 'time' ? 'ms' : 'share', values },
    changes: changes.map((change) => ({
      ...change,
      ...nights[change.night],
      change: changeOf(trend.metrics[i], change.before, change.after),
    })),
  }));
  const json = { schema: 'ocpp-load/trend/1', options: trend.options, nights, metrics, notes };
  return `${JSON.stringify(json, null, 2)}\n`;
}
