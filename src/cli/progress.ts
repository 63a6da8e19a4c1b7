/** Shows a run under way on stderr: lines drawn over again on a terminal, plain lines without. */
import type { Progress, RunEvent } from '../fleet/result.ts';
import { cleanText, hideCredentials } from '../report/clean.ts';
import { plainLine } from '../report/live/line.ts';
import { liveLines } from '../report/live/view.ts';
import type { Look } from '../report/look.ts';
import { formatClock } from '../report/numbers.ts';
import type { Interval } from '../series/interval.ts';
import { latelyMaker, NOTHING_LATELY } from '../view/lately.ts';
import type { RunShape } from '../view/point.ts';
import { catchLines, rawOut } from './caught-lines.ts';
import type { Io, Out } from './io.ts';
import { screenOn } from './screen.ts';

export interface ProgressDisplay {
  /** A run begins. */
  start(shape: RunShape): void;
  progress(now: Progress): void;
  interval(interval: Interval): void;
  event(event: RunEvent): void;
  /** Shows a line of our own, such as the answer to Ctrl-C. */
  say(text: string): void;
  /** Leaves the terminal's cursor at the start of an empty line, below what stays. */
  end(): void;
}

type DisplayIo = Pick<Io, 'stdout' | 'stderr' | 'env'>;

const PLAIN_EVERY_S = 10;
/** What a terminal has that does not say, or says 0. */
const COLUMNS = 80;
const ROWS = 24;

const SILENT = { start() {}, progress() {}, interval() {}, event() {}, end() {} };

export function progressDisplay(io: DisplayIo, look: Look, quiet: boolean): ProgressDisplay {
  const { stderr, env } = io;
  if (quiet) return { ...SILENT, say: (text) => say(stderr, text) };
  const moves = stderr.isTTY && env['TERM'] !== 'dumb';
  return moves ? liveDisplay(io, look) : plainDisplay(stderr);
}

function liveDisplay({ stdout, stderr: out }: DisplayIo, { color }: Look) {
  const screen = screenOn(rawOut(out));
  let release: (() => void) | null = null;
  let current: Progress | null = null;
  let lately = NOTHING_LATELY;
  let add: ReturnType<typeof latelyMaker> | null = null;
  const draw = (above?: string) => {
    const size = { columns: out.columns || COLUMNS, rows: out.rows || ROWS, color };
    const lines = current === null ? [] : liveLines(current, lately, size);
    screen.draw(lines, above);
  };
  const share = (): (() => void) => {
    const shared = [out, stdout].filter(({ isTTY }) => isTTY);
    const stops = shared.map((each) =>
      catchLines(each, (lines, raw) => {
        screen.erase();
        raw.write(lines);
        draw();
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  };
  return {
    start(shape: RunShape) {
      lately = NOTHING_LATELY;
      add = latelyMaker(shape);
      release ??= share();
    },
    progress(now: Progress) {
      current = now;
      draw();
    },
    interval(interval: Interval) {
      lately = add?.(interval) ?? lately;
    },
    event: (event: RunEvent) => draw(eventText(event)),
    say: (text: string) => draw(`  ${text}`),
    end() {
      current = null;
      screen.erase();
      release?.();
      release = null;
    },
  };
}

function plainDisplay(out: Out): ProgressDisplay {
  let last: Progress | null = null;
  return {
    ...SILENT,
    progress(now) {
      if (now.elapsedS - (last?.elapsedS ?? 0) < PLAIN_EVERY_S) return;
      out.write(`${plainLine(now, last)}\n`);
      last = now;
    },
    event: (event) => void out.write(`${eventText(event).trimStart()}\n`),
    say: (text) => say(out, text),
  };
}

const say = (out: Out, text: string) => void out.write(`${text}\n`);

function eventText({ atS, text }: RunEvent): string {
  return `  ${formatClock(atS)}  ${cleanText(hideCredentials(text))}`;
}
