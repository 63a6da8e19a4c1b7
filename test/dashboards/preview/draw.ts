/** Draws panels as SVG, simpler than Grafana does: enough to see what a row will show. */
import type { FieldDefaults, PanelFile } from '../reading.ts';
import type { Cell, Line, PanelData } from './data.ts';
import { colourOf, escapeText, judged, lineColour, niceAbove, stateOf, valueText } from './look.ts';

export interface Span {
  readonly startS: number;
  readonly endS: number;
}
interface Box {
  readonly width: number;
  readonly height: number;
}

const LEFT = 56;
const RIGHT = 8;
const TOP = 6;
const BOTTOM = 18;
const NO_DATA = '<p class="none">no data</p>';

/** The inside of a panel, `box` pixels large. */
export function drawPanel(panel: PanelFile, data: PanelData, span: Span, box: Box): string {
  const defaults = panel.fieldConfig?.defaults ?? {};
  switch (panel.type) {
    case 'stat':
      return drawStat(data.lines, defaults);
    case 'state-timeline':
      return drawTimeline(data.lines, defaults, span, box);
    case 'heatmap':
      return drawHeat(data.cells, span, box);
    default:
      return drawLines(panel, data.lines, span, box);
  }
}

const finite = (line: Line) => line.points.filter(({ value }) => Number.isFinite(value));

function drawStat(lines: readonly Line[], defaults: FieldDefaults): string {
  const last = lines.flatMap(finite).at(-1);
  if (last === undefined) return NO_DATA;
  const state = stateOf(last.value, defaults);
  const colour = state === null ? judged(last.value, defaults) : colourOf(state.color);
  const text = state?.text ?? valueText(last.value, defaults.unit);
  return `<p class="stat" style="color:${colour}">${escapeText(text)}</p>`;
}

const svg = ({ width, height }: Box, inside: string) =>
  `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inside}</svg>`;

const xOf =
  ({ startS, endS }: Span, { width }: Box) =>
  (atS: number) =>
    LEFT + ((atS - startS) / (endS - startS)) * (width - LEFT - RIGHT);

function timeAxis(span: Span, box: Box): string {
  const x = xOf(span, box);
  const lengthS = span.endS - span.startS;
  const stepS = [5, 10, 15, 30, 60, 120, 300].find((s) => lengthS / s <= 8) ?? 600;
  const marks: string[] = [];
  for (let s = 0; s <= lengthS; s += stepS) {
    const at = x(span.startS + s).toFixed(1);
    const text = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
    marks.push(`<text x="${at}" y="${box.height - 4}" text-anchor="middle">${text}</text>`);
  }
  return marks.join('');
}

function drawLines(
  { fieldConfig, gridPos }: PanelFile,
  lines: readonly Line[],
  span: Span,
  whole: Box,
): string {
  if (lines.every((line) => finite(line).length === 0)) return NO_DATA;
  const defaults = fieldConfig?.defaults ?? {};
  const legend = drawLegend(lines, fieldConfig?.overrides ?? []);
  const perLine = Math.floor(gridPos.w * 7.5);
  const letters = lines.reduce((sum, { name }) => sum + name.length + 5, 0);
  const rows = Math.min(3, Math.ceil(letters / perLine));
  const box = { ...whole, height: whole.height - rows * 15 - 4 };
  const stacked = defaults.custom?.stacking?.mode === 'normal';
  const drawn = stacked ? pileUp(lines) : lines.map((line) => ({ line, from: null }));
  const highest = Math.max(...drawn.flatMap(({ line }) => finite(line).map((p) => p.value)));
  const lowest = Math.min(0, ...drawn.flatMap(({ line }) => finite(line).map((p) => p.value)));
  const top = niceAbove(Math.max(highest, defaults.max ?? 0));
  const x = xOf(span, box);
  const y = (value: number) =>
    box.height - BOTTOM - ((value - lowest) / (top - lowest)) * (box.height - TOP - BOTTOM);
  const shapes = drawn.map(({ line, from }, i) => {
    const path = pathOf(line, x, y);
    const dash = isDashed(line.name, fieldConfig?.overrides ?? []) ? ' stroke-dasharray="6 5"' : '';
    const stroke = `<path d="${path}" fill="none" stroke="${lineColour(i)}" stroke-width="1.8"${dash}/>`;
    if (from === null) return stroke;
    const back = pathOf({ ...line, points: [...from.points].reverse() }, x, y).replace('M', 'L');
    return `<path d="${path}${back}Z" fill="${lineColour(i)}" fill-opacity="0.35"/>${stroke}`;
  });
  const grid = [0, 1, 2, 3, 4].map((n) => {
    const value = (top * n) / 4;
    const at = y(value).toFixed(1);
    return (
      `<line x1="${LEFT}" x2="${box.width - RIGHT}" y1="${at}" y2="${at}" class="grid"/>` +
      `<text x="${LEFT - 6}" y="${Number(at) + 3}" text-anchor="end">` +
      `${valueText(value, defaults.unit)}</text>`
    );
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
      return `<span><i style="border-top:3px ${style} ${lineColour(i)}"></i>${escapeText(name)}</span>`;
    })
    .join('')}</p>`;

/** Each line with those below it added, and the line that it stands on. */
function pileUp(lines: readonly Line[]): { line: Line; from: Line }[] {
  const moments = [...new Set(lines.flatMap((l) => l.points.map(({ atS }) => atS)))].sort();
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

/** Without a value, or for a step that is missing, the line is broken. */
function pathOf(
  { points }: Pick<Line, 'points'>,
  x: (atS: number) => number,
  y: (value: number) => number,
): string {
  let pen = 'M';
  let path = '';
  for (const { atS, value } of points) {
    if (!Number.isFinite(value)) pen = 'M';
    else {
      path += `${pen}${x(atS).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = 'L';
    }
  }
  return path;
}

function drawTimeline(
  lines: readonly Line[],
  defaults: FieldDefaults,
  span: Span,
  whole: Box,
): string {
  if (lines.length === 0) return NO_DATA;
  const x = xOf(span, whole);
  const pitch = Math.min(30, (whole.height - BOTTOM) / lines.length);
  const box = { ...whole, height: Math.ceil(pitch * lines.length + BOTTOM) };
  const bars = lines.flatMap((line, row) => {
    const y = row * pitch;
    const name = `<text x="${LEFT - 6}" y="${y + pitch / 2 + 3}" text-anchor="end">${escapeText(
      line.name.slice(0, 12),
    )}</text>`;
    return [name, ...segmentsOf(line).map((segment) => bar(segment, y, pitch))];
  });
  function bar({ value, fromS, toS }: Segment, y: number, height: number): string {
    const state = stateOf(value, defaults);
    const width = Math.max(1, x(toS) - x(fromS));
    const text = state?.text ?? String(value);
    const label =
      width > text.length * 6.5
        ? `<text x="${x(fromS) + 4}" y="${y + height / 2 + 3}" class="on">${text}</text>`
        : '';
    const fill = colourOf(state?.color ?? 'text');
    return (
      `<rect x="${x(fromS).toFixed(1)}" y="${(y + 1).toFixed(1)}" width="${width.toFixed(1)}" ` +
      `height="${(height - 2).toFixed(1)}" fill="${fill}" fill-opacity="0.75"/>${label}`
    );
  }
  return svg(box, bars.join('') + timeAxis(span, box));
}

interface Segment {
  readonly value: number;
  readonly fromS: number;
  readonly toS: number;
}

function segmentsOf({ points }: Line): Segment[] {
  const segments: Segment[] = [];
  for (const { atS, value } of points) {
    const last = segments.at(-1);
    if (last?.value === value) segments[segments.length - 1] = { ...last, toS: atS + 1 };
    else segments.push({ value, fromS: atS, toS: atS + 1 });
  }
  return segments;
}

function drawHeat(all: readonly Cell[], span: Span, box: Box): string {
  const cells = all.filter(({ count, highS }) => count > 0 && highS > 0);
  if (cells.length === 0) return NO_DATA;
  const lowest = Math.min(...cells.map(({ lowS, highS }) => (lowS > 0 ? lowS : highS / 2)));
  const highest = Math.max(
    ...cells.map(({ lowS, highS }) => (Number.isFinite(highS) ? highS : lowS * 2)),
  );
  const most = Math.max(...cells.map(({ count }) => count));
  const x = xOf(span, box);
  const share = (s: number) => Math.log(s / lowest) / Math.log(highest / lowest);
  const y = (s: number) =>
    box.height - BOTTOM - Math.min(1, Math.max(0, share(s))) * (box.height - TOP - BOTTOM);
  const rects = cells.map(({ atS, lowS, highS, count }) => {
    const top = y(Math.min(highS, highest));
    const height = y(Math.max(lowS, lowest)) - top;
    const width = x(span.startS + 1) - x(span.startS);
    const opacity = (0.12 + 0.88 * Math.sqrt(count / most)).toFixed(2);
    return (
      `<rect x="${x(atS).toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" ` +
      `height="${height.toFixed(1)}" fill="#1f4fa1" fill-opacity="${opacity}"/>`
    );
  });
  const grid: string[] = [];
  for (let s = 1e-6; s <= highest; s *= 10) {
    if (s < lowest) continue;
    const at = y(s).toFixed(1);
    grid.push(
      `<line x1="${LEFT}" x2="${box.width - RIGHT}" y1="${at}" y2="${at}" class="grid"/>` +
        `<text x="${LEFT - 6}" y="${Number(at) + 3}" text-anchor="end">${valueText(s, 's')}</text>`,
    );
  }
  return svg(box, grid.join('') + rects.join('') + timeAxis(span, box));
}
