/** Where times lie, moment by moment, on a logarithmic axis. */
import type { Cell } from './data.ts';
import {
  BOTTOM,
  type Box,
  gridLine,
  NO_DATA,
  type Span,
  svg,
  TOP,
  timeAxis,
  xOf,
} from './frame.ts';
import { valueText } from './look.ts';

/** So many rows from the shortest to the longest time, each as much longer than the one below. */
const HEAT_ROWS = 22;

export function drawHeat(all: readonly Cell[], span: Span, box: Box): string {
  const cells = all.filter(({ count, highS }) => count > 0 && highS > 0);
  if (cells.length === 0) return NO_DATA;
  const lowest = Math.min(...cells.map(({ lowS, highS }) => (lowS > 0 ? lowS : highS / 2)));
  const highest = Math.max(
    ...cells.map(({ lowS, highS }) => (Number.isFinite(highS) ? highS : lowS * 2)),
  );
  const share = (s: number) =>
    Math.min(1, Math.max(0, Math.log(s / lowest) / Math.log(highest / lowest)));
  const height = box.height - TOP - BOTTOM;
  const x = xOf(span, box);
  const rows = gathered(cells, (s) => Math.min(HEAT_ROWS - 1, Math.floor(share(s) * HEAT_ROWS)));
  const most = Math.max(...rows.map(({ count }) => count));
  const width = x(span.startS + 1) - x(span.startS);
  const rects = rows.map(({ atS, row, count }) => {
    const top = box.height - BOTTOM - ((row + 1) / HEAT_ROWS) * height;
    const opacity = (0.08 + 0.92 * Math.sqrt(count / most)).toFixed(2);
    return (
      `<rect x="${(x(atS) - width / 2).toFixed(1)}" y="${top.toFixed(1)}" ` +
      `width="${width.toFixed(1)}" height="${(height / HEAT_ROWS).toFixed(1)}" ` +
      `fill="#1f4fa1" fill-opacity="${opacity}"/>`
    );
  });
  const grid: string[] = [];
  for (let s = 1e-6; s <= highest; s *= 10) {
    if (s < lowest) continue;
    const at = box.height - BOTTOM - share(s) * height;
    grid.push(gridLine(at, valueText(s, 's'), box));
  }
  return svg(box, grid.join('') + rects.join('') + timeAxis(span, box));
}

/** Cells by moment and row, a cell where its middle is. */
function gathered(cells: readonly Cell[], rowOf: (s: number) => number) {
  const found = new Map<string, { atS: number; row: number; count: number }>();
  for (const { atS, lowS, highS, count } of cells) {
    const middle = Number.isFinite(highS) ? Math.sqrt(Math.max(lowS, highS / 4) * highS) : lowS;
    const row = rowOf(middle);
    const known = found.get(`${atS} ${row}`) ?? { atS, row, count: 0 };
    known.count += count;
    found.set(`${atS} ${row}`, known);
  }
  return [...found.values()];
}
