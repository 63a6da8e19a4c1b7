/** What all drawings have: their place on a panel, and the axis of time. */
import type { Line } from './data.ts';

export interface Span {
  readonly startS: number;
  readonly endS: number;
}
export interface Box {
  readonly width: number;
  readonly height: number;
}

export const LEFT = 56;
/** For names instead of numbers. */
export const WIDE_LEFT = 84;
export const RIGHT = 8;
export const TOP = 6;
export const BOTTOM = 18;
export const NO_DATA = '<p class="none">no data</p>';

export const finite = (line: Line) => line.points.filter(({ value }) => Number.isFinite(value));

export const svg = ({ width, height }: Box, inside: string) =>
  `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inside}</svg>`;

export const xOf =
  ({ startS, endS }: Span, { width }: Box, left = LEFT) =>
  (atS: number) =>
    left + ((atS - startS) / (endS - startS)) * (width - left - RIGHT);

export function timeAxis(span: Span, box: Box, left = LEFT): string {
  const x = xOf(span, box, left);
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

/** A mark of the axis on the left, with its line. */
export const gridLine = (at: number, text: string, { width }: Box): string =>
  `<path d="M${LEFT} ${at.toFixed(1)}H${width - RIGHT}" class="grid"/>` +
  `<text x="${LEFT - 6}" y="${(at + 3).toFixed(1)}" text-anchor="end">${text}</text>`;
