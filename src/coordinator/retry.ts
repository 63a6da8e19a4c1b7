/** What a bus that is away, or slow, did not take is brought to it again. */
import { BusError } from '../bus/bus.ts';

const AGAIN_MS = 500;

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
