/** A trend as a picture: a panel a metric, its nights, the means between changes, the changes. */
import type { MetricTrend, Trend } from '../compare/trend.ts';
import { signedText, valueText } from './compare.ts';
import { nightText } from './trend.ts';

const WIDTH = 900;
const LEFT = 90;
const RIGHT = 20;
const PANEL = 170;
const TOP = 34;
/** Of a panel, for its curve. */
const HEIGHT = 110;

/** SVG 1.1, readable on light and dark pages: it has a ground of its own. */
export function trendSvg(trend: Trend): string {
  const height = trend.metrics.length * PANEL + 24;
  const panels = trend.metrics.flatMap((metric, i) => panel(trend, metric, i * PANEL));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" ` +
      `height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panel({ nights }: Trend, metric: MetricTrend, offset: number): string[] {
  const known = metric.values.filter((value) => value !== null);
  const [low, high] = rangeOf(known);
  const x = (night: number) =>
    round(LEFT + ((WIDTH - LEFT - RIGHT) * (night + 0.5)) / nights.length);
  const y = (value: number) => round(offset + TOP + HEIGHT * (1 - (value - low) / (high - low)));
  const points = metric.values.flatMap((value, night) =>
    value === null ? [] : [{ x: x(night), y: y(value), night, value }],
  );
  const line = points.map((point) => `${point.x},${point.y}`).join(' ');
  const [first, last] = [nights[0], nights[nights.length - 1]].map(nightText);
  const bottom = offset + TOP + HEIGHT;
  return [
    text(LEFT, offset + 18, metric.name, 'font-weight="bold"'),
    text(LEFT - 8, y(high) + 4, valueText(high, metric.kind), 'text-anchor="end"'),
    text(LEFT - 8, y(low) + 4, valueText(low, metric.kind), 'text-anchor="end"'),
    text(LEFT, bottom + 18, first),
    text(WIDTH - RIGHT, bottom + 18, last, 'text-anchor="end"'),
    `<path d="M${LEFT} ${offset + TOP}V${bottom}H${WIDTH - RIGHT}" fill="none" stroke="#999999"/>`,
    `<polyline points="${line}" fill="none" stroke="#9db7d5"/>`,
    ...points.map(
      (point) =>
        `<circle cx="${point.x}" cy="${point.y}" r="2.5" fill="#2f6db3"><title>` +
        `${escaped(`${nightText(nights[point.night])}: ${valueText(point.value, metric.kind)}`)}` +
        '</title></circle>',
    ),
    ...means(metric, nights.length, x, y),
    ...metric.changes.flatMap(({ night, before, after }) => {
      const change = metric.kind === 'time' ? after / before - 1 : after - before;
      const label = `${nightText(nights[night])} ${signedText(change, metric.kind)}`;
      const at = round((x(night) + x(night - 1)) / 2);
      const side = at > WIDTH / 2 ? 'text-anchor="end"' : '';
      return [
        `<path d="M${at} ${offset + TOP}V${bottom}" stroke="#c0392b" stroke-dasharray="4 3"/>`,
        text(at + (side ? -4 : 4), offset + TOP - 4, label, `fill="#c0392b" ${side}`.trim()),
      ];
    }),
  ];
}

/** A level for each stretch between changes. */
function means(
  { changes }: MetricTrend,
  nights: number,
  x: (night: number) => number,
  y: (value: number) => number,
): string[] {
  return changes.flatMap(({ night, before, after }, i) => {
    const from = changes[i - 1]?.night ?? 0;
    const to = changes[i + 1]?.night ?? nights;
    const level = (left: number, right: number, value: number) =>
      `<path d="M${x(left)} ${y(value)}H${x(right)}" stroke="#1b3f66" stroke-width="2"/>`;
    const last = i === changes.length - 1 ? [level(night, to - 1, after)] : [];
    return [level(from, night - 1, before), ...last];
  });
}

/** A tenth of room on both sides; never empty. */
function rangeOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values, Infinity), Math.max(...values, -Infinity)];
  if (values.length === 0) return [0, 1];
  const room = (high - low || Math.abs(high) || 1) / 10;
  return [Math.max(0, low - room), high + room];
}

const round = (value: number) => Math.round(value * 10) / 10;

const text = (x: number, y: number, content: string, more = '') =>
  `<text x="${x}" y="${y}"${more && ` ${more}`}>${escaped(content)}</text>`;

const escaped = (content: string) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
