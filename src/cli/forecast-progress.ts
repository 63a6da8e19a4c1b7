/** How far a forecast has come, on stderr. */
import type { ForecastProgress } from '../forecast/run.ts';
import { bar } from '../report/live/bars.ts';
import { formatClock } from '../report/numbers.ts';
import type { Io } from './io.ts';
import { screenOn } from './screen.ts';

export interface ForecastDisplay {
  progress(now: ForecastProgress): void;
  say(text: string): void;
  end(): void;
}

const PLAIN_EVERY_S = 10;
const BAR = 20;
/** What a terminal has that does not say, or says 0. */
const COLUMNS = 80;

/** @param elapsedS seconds since the forecast began. */
export function forecastDisplay(
  { stderr, env }: Pick<Io, 'stderr' | 'env'>,
  quiet: boolean,
  elapsedS: () => number,
): ForecastDisplay {
  const say = (text: string) => void stderr.write(`${text}\n`);
  if (quiet) return { progress() {}, say, end() {} };
  if (stderr.isTTY && env['TERM'] !== 'dumb') {
    const screen = screenOn(stderr);
    return {
      progress(now) {
        const picture = bar(BAR, [[now.doneS / now.seconds, '█']]);
        const line = `  ${picture}   ${progressText(now, elapsedS())}`;
        screen.draw([line.slice(0, (stderr.columns || COLUMNS) - 1)]);
      },
      say: (text) => screen.draw([], `  ${text}`),
      end: () => screen.erase(),
    };
  }
  let lastS = 0;
  return {
    progress(now) {
      if (elapsedS() - lastS < PLAIN_EVERY_S) return;
      lastS = elapsedS();
      say(progressText(now, lastS));
    },
    say,
    end() {},
  };
}

/** `13h20m00s / 24h00m00s   55 %   1m20s to go`. */
export function progressText({ doneS, seconds }: ForecastProgress, elapsedS: number): string {
  const clock = `${formatClock(doneS)} / ${formatClock(seconds)}`;
  const percent = `${Math.floor((doneS / seconds) * 100)} %`;
  if (doneS === 0) return `${clock}   ${percent}`;
  const leftS = Math.ceil((elapsedS / doneS) * (seconds - doneS));
  return `${clock}   ${percent}   ${formatClock(leftS)} to go`;
}
