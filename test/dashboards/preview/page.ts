/** One row of the dashboard as a page of its own, without scripts or anything from outside. */
import type { PanelFile } from '../reading.ts';
import type { PanelData } from './data.ts';
import { drawPanel } from './draw.ts';
import type { Span } from './frame.ts';
import { escapeText } from './look.ts';

export interface DrawnPanel {
  readonly panel: PanelFile;
  /** With the variables filled in. */
  readonly title: string;
  readonly data: PanelData;
}

const COLUMN = 44;
const LINE = 26;
const GAP = 8;
const HEAD = 26;
export const PAGE_WIDTH = 24 * COLUMN + GAP;

const STYLE = `
  body { margin: 0; background: #f4f5f7; color: #1f2933; font: 13px system-ui, sans-serif }
  header { padding: 8px 10px 0; color: #52606d }
  header b { color: #1f2933; font-size: 15px; margin-right: 10px }
  main { position: relative }
  section { position: absolute; background: #fff; border: 1px solid #d9dee5; border-radius: 3px;
    box-sizing: border-box; overflow: hidden }
  h2 { font: 600 13px system-ui, sans-serif; margin: 0; padding: 5px 9px }
  .stat { font-size: 25px; font-weight: 600; text-align: center; margin: 6px 0 }
  .none { color: #7b8794; text-align: center; margin-top: 30px }
  .legend { margin: 2px 9px; font-size: 11px; line-height: 15px }
  .legend span { margin-right: 12px; white-space: nowrap }
  .legend i { display: inline-block; width: 14px; margin-right: 4px; vertical-align: middle }
  svg { display: block } text { font: 11px system-ui, sans-serif; fill: #52606d }
  text.on { fill: #fff; font-weight: 600 } .grid { stroke: #e4e7eb }`;

export function pageOf(row: string, panels: readonly DrawnPanel[], span: Span): string {
  const top = Math.min(...panels.map(({ panel }) => panel.gridPos.y));
  const bottom = Math.max(...panels.map(({ panel }) => panel.gridPos.y + panel.gridPos.h));
  const sections = panels.map(({ panel, title, data }) => {
    const { x, y, w, h } = panel.gridPos;
    const width = w * COLUMN - GAP;
    const height = h * LINE - GAP;
    const place = `left:${x * COLUMN + GAP}px;top:${(y - top) * LINE + GAP}px`;
    const inside = drawPanel(panel, data, span, { width: width - 2, height: height - HEAD - 2 });
    return (
      `<section style="${place};width:${width}px;height:${height}px">` +
      `<h2>${escapeText(title)}</h2>${inside}</section>`
    );
  });
  return `<!doctype html><meta charset="utf-8"><title>${escapeText(row)}</title>
<style>${STYLE}</style>
<header><b>${escapeText(row)}</b>drawn by ocpp-load's own renderer, not Grafana</header>
<main style="width:${PAGE_WIDTH}px;height:${(bottom - top) * LINE + 2 * GAP}px">
${sections.join('\n')}
</main>
`;
}
