/** What a bus that is away, or slow, did not take is brought to it again. */
import { ExitCode, UserError } from '../base/errors.ts';
import { BusError } from '../bus/bus.ts';

const AGAIN_MS = 500;
/** So long a coordinator tries before its run has begun. */
export const UNHEARD_MS = 60_000;

export const unheard = (what: string): UserError =>
  new UserError(
    `the run did not begin: ${what} for ${UNHEARD_MS / 1000} s`,
    'NATS is away, slow, or refuses it: deploy/nats/permissions.conf has what it must allow',
    ExitCode.preflight,
  );

/** Does `act` until it succeeds. @throws what is no fault of the connection; when `over` aborts. */
export async function untilDone<T>(act: () => Promise<T>, over: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const passes = error instanceof BusError && ['away', 'timeout'].includes(error.fault);
      if (!passes || over.aborted) throw error;
    }
    await pause(AGAIN_MS, over);
  }
}

/** `untilDone`, with a limit. @throws UserError after it */
export async function untilDoneBy<T>(
  act: () => Promise<T>,
  over: AbortSignal,
  what: string,
): Promise<T> {
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, UNHEARD_MS);
  over.addEventListener('abort', stop);
  try {
    return await untilDone(act, limit.signal);
  } catch (error) {
    throw limit.signal.aborted && !over.aborted ? unheard(what) : error;
  } finally {
    clearTimeout(timer);
    over.removeEventListener('abort', stop);
  }
}

/** Resolves after `ms`, or when `over` aborts. */
export function pause(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      over.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    over.addEventListener('abort', end);
    if (over.aborted) end();
  });
}
