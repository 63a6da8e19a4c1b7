/** Lines over time, and parts of a whole on top of each other. */
import type { FieldDefaults, PanelFile } from '../reading.ts';
import type { Line } from './data.ts';
import {
  BOTTOM,
  type Box,
  finite,
  gridLine,
  LEFT,
  NO_DATA,
  RIGHT,
  type Span,
  svg,
  TOP,
  timeAxis,
  xOf,
} from './frame.ts';
import { colourOf, escapeText, lineColour, niceAbove, valueText } from './look.ts';

export function drawLines(
  { fieldConfig, gridPos }: PanelFile,
  lines: readonly Line[],
  span: Span,
  whole: Box,
): string {
  if (lines.every((line) => finite(line).length === 0)) return NO_DATA;
  const defaults = fieldConfig?.defaults ?? {};
  const legend = drawLegend(lines, fieldConfig?.overrides ?? []);
  const perLine = Math.floor(gridPos.w * 6.5);
  const letters = lines.reduce((sum, { name }) => sum + name.length + 5, 0);
  const rows = Math.min(3, Math.ceil(letters / perLine));
  const box = { ...whole, height: whole.height - rows * 15 - 4 };
  const stacked = defaults.custom?.stacking?.mode === 'normal';
  const drawn = stacked ? pileUp(lines) : lines.map((line) => ({ line, from: null }));
  const highest = Math.max(...drawn.flatMap(({ line }) => finite(line).map((p) => p.value)));
  const lowest = Math.min(0, ...drawn.flatMap(({ line }) => finite(line).map((p) => p.value)));
  const top = niceAbove(Math.max(highest, defaults.max ?? 0), defaults.unit);
  const x = xOf(span, box);
  const y = (value: number) =>
    box.height - BOTTOM - ((value - lowest) / (top - lowest)) * (box.height - TOP - BOTTOM);
  const shapes = drawn.map(({ line, from }, i) => {
    const path = pathOf(line, x, y);
    const dash = isDashed(line.name, fieldConfig?.overrides ?? []) ? 'stroke-dasharray="6 5"' : '';
    const colour = lineColour(i);
    const stroke = `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.8" ${dash}/>`;
    if (from === null) return stroke;
    const area = areaOf(line, from, x, y);
    const fill = `fill="${colour}" fill-opacity="0.35" shape-rendering="crispEdges"`;
    return `<path d="${area}" ${fill}/>${stroke}`;
  });
  const grid = [0, 1, 2, 3, 4].map((n) => {
    const value = (top * n) / 4;
    return gridLine(y(value), valueText(value, defaults.unit), box);
  });
  const limits = limitLines(defaults, top, y, box);
  return svg(box, grid.join('') + limits + shapes.join('') + timeAxis(span, box)) + legend;
}

function limitLines(
  { custom, thresholds }: FieldDefaults,
  top: number,
  y: (value: number) => number,
  box: Box,
): string {
  if (custom?.thresholdsStyle === undefined) return '';
  const limits = thresholds?.steps.filter(({ value }) => value !== null && value <= top) ?? [];
  return limits
    .map(({ value, color }) => {
      const at = y(value as number).toFixed(1);
      return (
        `<line x1="${LEFT}" x2="${box.width - RIGHT}" y1="${at}" y2="${at}" ` +
        `stroke="${colourOf(color)}" stroke-dasharray="3 3"/>`
      );
    })
    .join('');
}

type Overrides = readonly { readonly matcher: { readonly options: string } }[];

const isDashed = (name: string, overrides: Overrides) =>
  overrides.some(({ matcher }) => new RegExp(matcher.options.slice(1, -1)).test(name));

const drawLegend = (lines: readonly Line[], overrides: Overrides) =>
  `<p class="legend">${lines
    .map(({ name }, i) => {
      const style = isDashed(name, overrides) ? 'dashed' : 'solid';
      const mark = `<i style="border-top:3px ${style} ${lineColour(i)}"></i>`;
      return `<span>${mark}${escapeText(name)}</span>`;
    })
    .join('')}</p>`;

/** Each line with those below it added, and the line that it stands on. */
function pileUp(lines: readonly Line[]): { line: Line; from: Line }[] {
  const moments = [...new Set(lines.flatMap((l) => l.points.map(({ atS }) => atS)))];
  moments.sort((a, b) => a - b);
  const sums = new Map(moments.map((atS) => [atS, 0]));
  const snapshot = (line: Line): Line => ({
    ...line,
    points: moments.map((atS) => ({ atS, value: sums.get(atS) ?? 0 })),
  });
  return lines.map((line) => {
    const from = snapshot(line);
    for (const { atS, value } of finite(line)) sums.set(atS, (sums.get(atS) ?? 0) + value);
    return { line: snapshot(line), from };
  });
}

/** What lies between two lines of the same moments, a strip a step. */
function areaOf(
  { points }: Line,
  from: Line,
  x: (atS: number) => number,
  y: (value: number) => number,
): string {
  const corner = ({ atS, value }: Line['points'][number]) =>
    `${x(atS).toFixed(1)} ${y(value).toFixed(1)}`;
  return points
    .map((point, i) => {
      const next = points[i + 1];
      if (next === undefined || next.atS - point.atS > STEP_S) return '';
      const below = `L${corner(from.points[i + 1])}L${corner(from.points[i])}Z`;
      return `M${corner(point)}L${corner(next)}${below}`;
    })
    .join('');
}

const STEP_S = 1;

/** Where a step has no value the line is broken. */
function pathOf(
  { points }: Pick<Line, 'points'>,
  x: (atS: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let lastS = Number.NaN;
  for (const { atS, value } of points) {
    if (!Number.isFinite(value)) continue;
    const pen = Math.abs(atS - lastS) <= STEP_S ? 'L' : 'M';
    path += `${pen}${x(atS).toFixed(1)} ${y(value).toFixed(1)}`;
    lastS = atS;
  }
  return path;
}
