/** Draws panels as SVG, simpler than Grafana does: enough to see what a row will show. */
import type { FieldDefaults, PanelFile } from '../reading.ts';
import type { Line, PanelData } from './data.ts';
import { type Box, finite, NO_DATA, type Span } from './frame.ts';
import { drawHeat } from './heat.ts';
import { drawLines } from './lines.ts';
import { colourOf, escapeText, judged, stateOf, valueText } from './look.ts';
import { drawTimeline } from './timeline.ts';

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

function drawStat(lines: readonly Line[], defaults: FieldDefaults): string {
  const last = lines.flatMap(finite).at(-1);
  if (last === undefined) return NO_DATA;
  const state = stateOf(last.value, defaults);
  const colour = state === null ? judged(last.value, defaults) : colourOf(state.color);
  const text = state?.text ?? valueText(last.value, defaults.unit);
  return `<p class="stat" style="color:${colour}">${escapeText(text)}</p>`;
}
