/**
 * The one place that moves a terminal's cursor: some lines at its end that are drawn over again.
 * Between two writes the cursor is visible and at the start of the empty line below them, so that
 * nothing is left to put right when the process is killed.
 */
import type { Out } from './io.ts';

export interface Screen {
  /** Each of `lines` is narrower than the terminal, and they are fewer than its rows. */
  draw(lines: readonly string[]): void;
  /** Writes a text above the lines, where it stays and scrolls. */
  above(text: string): void;
  erase(): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_REST_OF_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape
const COLOR = /\u001b\[\d+m/g;

export function screenOn(out: Out): Screen {
  let shown: readonly string[] = [];
  let columns = out.columns;
  const back = () => (shown.length === 0 ? '' : `\r\u001b[${heightOf(shown, out.columns)}A`);
  const write = (before: string, lines: readonly string[]) => {
    const frame = lines.map((line) => `${line}${ERASE_REST_OF_LINE}\n`).join('');
    out.write(`${HIDE_CURSOR}${back()}${before}${frame}${ERASE_BELOW}${SHOW_CURSOR}`);
    shown = lines;
    columns = out.columns;
  };
  return {
    draw(lines) {
      const same = lines.length === shown.length && lines.every((line, i) => line === shown[i]);
      if (!same || out.columns !== columns) write('', lines);
    },
    above(text) {
      if (shown.length === 0) out.write(`${text}\n`);
      else write(`${ERASE_BELOW}${text}\n`, shown);
    },
    erase() {
      if (shown.length > 0) write('', []);
    },
  };
}

/** In rows: a terminal that became narrower has wrapped what is on it. */
function heightOf(lines: readonly string[], columns = Number.POSITIVE_INFINITY): number {
  const rowsOf = (line: string) => Math.ceil(line.replace(COLOR, '').length / columns);
  return lines.reduce((sum, line) => sum + Math.max(1, rowsOf(line)), 0);
}
