/**
 * The one place that moves a terminal's cursor: some lines at its end that are drawn over again.
 * Between two writes the cursor is visible and at the start of the empty line below them, so that
 * nothing is left to put right when the process is killed.
 */
import { columnsOf } from '../report/live/pieces.ts';
import type { Out } from './io.ts';

export interface Screen {
  /**
   * Each of `lines` is narrower than the terminal, and they are fewer than its rows. `above` is a
   * text that stays above them and scrolls.
   */
  draw(lines: readonly string[], above?: string): void;
  erase(): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_REST_OF_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

export function screenOn(out: Pick<Out, 'write' | 'columns'>): Screen {
  let shown: readonly string[] = [];
  let columns = out.columns;
  const write = (lines: readonly string[], above: readonly string[] = []) => {
    const back = shown.length === 0 ? '' : `\r\u001b[${heightOf(shown, out.columns)}A`;
    const all = [...above, ...lines];
    const frame = all.map((line) => `${line}${ERASE_REST_OF_LINE}\n`).join('');
    out.write(`${HIDE_CURSOR}${back}${frame}${ERASE_BELOW}${SHOW_CURSOR}`);
    shown = lines;
    columns = out.columns;
  };
  return {
    draw(lines, above) {
      const same = lines.length === shown.length && lines.every((line, i) => line === shown[i]);
      if (above !== undefined) write(lines, [above]);
      else if (!same || out.columns !== columns) write(lines);
    },
    erase() {
      if (shown.length > 0) write([]);
    },
  };
}

/** In rows: a terminal that became narrower has wrapped what is on it. */
function heightOf(lines: readonly string[], columns: number | undefined): number {
  // Some pseudo terminals say 0.
  const rowsOf = (line: string) => (columns ? Math.ceil(columnsOf(line) / columns) : 1);
  return lines.reduce((sum, line) => sum + Math.max(1, rowsOf(line)), 0);
}
