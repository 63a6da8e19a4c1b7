/** Shows a run under way on stderr: a line redrawn in place on a terminal, plain lines without. */
import type { Progress, RunEvent } from '../fleet/result.ts';
import { cleanText, hideCredentials } from '../report/clean.ts';
import { liveLine, plainLine } from '../report/live.ts';
import type { Look } from '../report/look.ts';
import { formatClock } from '../report/numbers.ts';
import type { Out } from './io.ts';

export interface ProgressDisplay {
  progress(now: Progress): void;
  event(event: RunEvent): void;
  /** Shows a line of our own, such as the answer to Ctrl-C. */
  say(text: string): void;
  /** Leaves the terminal's cursor at the start of an empty line. */
  end(): void;
}

const PLAIN_EVERY_S = 10;
/** Rates of the live line are over the last second, or they would flicker. */
const RATE_OVER_S = 1;
const ERASE_LINE = '\r\u001b[2K';

export function progressDisplay(out: Out, look: Look, quiet: boolean): ProgressDisplay {
  if (quiet) return { progress() {}, event() {}, say: (text) => say(out, text), end() {} };
  return out.isTTY ? liveDisplay(out, look) : plainDisplay(out);
}

function liveDisplay(out: Out, look: Look): ProgressDisplay {
  let recent: Progress[] = [];
  let line = '';
  const above = (text: string) => out.write(`${line && ERASE_LINE}${text}\n${line}`);
  return {
    progress(now) {
      recent = [...recent.filter((p) => now.elapsedS - p.elapsedS <= RATE_OVER_S), now];
      const before = recent[0] === now ? null : recent[0];
      line = liveLine(now, before, Math.min(look.width, out.columns ?? look.width));
      out.write(`${ERASE_LINE}${line}`);
    },
    event: (event) => above(eventText(event)),
    say: (text) => above(`  ${text}`),
    end() {
      if (line) out.write('\n');
      line = '';
    },
  };
}

function plainDisplay(out: Out): ProgressDisplay {
  let last: Progress | null = null;
  return {
    progress(now) {
      if (now.elapsedS - (last?.elapsedS ?? 0) < PLAIN_EVERY_S) return;
      out.write(`${plainLine(now, last)}\n`);
      last = now;
    },
    event: (event) => void out.write(`${eventText(event).trimStart()}\n`),
    say: (text) => say(out, text),
    end() {},
  };
}

const say = (out: Out, text: string) => void out.write(`${text}\n`);

function eventText({ atS, text }: RunEvent): string {
  return `  ${formatClock(atS)}  ${cleanText(hideCredentials(text))}`;
}
