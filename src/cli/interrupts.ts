/** Ctrl-C, the same for every command that takes its time: the first ends it, a second leaves. */
import { ExitCode } from '../base/errors.ts';
import type { Io } from './io.ts';

export interface Interrupts {
  /** Aborted by the first signal: what is under way ends, with a report. */
  readonly stop: AbortSignal;
  /** Aborted by a second one, right before the program leaves. */
  readonly kill: AbortSignal;
  /** Signals are no longer heard. */
  end(): void;
}

/**
 * @param says what the user is told at the first signal.
 * @param lastWords what others must still hear before the program leaves; it has its own limit.
 */
export function interrupts(
  io: Pick<Io, 'onSignal' | 'exit'>,
  display: { say(text: string): void; end(): void },
  says: (signal: NodeJS.Signals) => string,
  lastWords?: () => Promise<unknown>,
): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  const end = io.onSignal((signal) => {
    if (stop.signal.aborted) {
      kill.abort();
      display.end();
      const leave = () => io.exit(ExitCode.leftAtOnce);
      if (lastWords === undefined) leave();
      else void lastWords().then(leave, leave);
      return;
    }
    display.say(says(signal));
    stop.abort();
  });
  return { stop: stop.signal, kill: kill.signal, end };
}
