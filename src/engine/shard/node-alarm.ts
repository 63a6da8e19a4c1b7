import type { Clock } from '../../base/clock.ts';
import type { Alarm } from './loop.ts';

/**
 * One `setTimeout` at a time. epoll sleeps whole milliseconds from the moment it is entered, so the
 * delay is the rest of the time rounded up: a wake-up is 0 to 1 ms late. When the event loop's own
 * idea of the time lags behind, it comes early instead, finds nothing due and sleeps again.
 */
export function nodeAlarm(clock: Clock): Alarm {
  let timeout: NodeJS.Timeout | null = null;
  return {
    set(deadlineNs, wake) {
      if (timeout !== null) clearTimeout(timeout);
      const delayMs = Math.ceil((deadlineNs - clock.nowNs()) / 1e6);
      timeout = setTimeout(wake, Math.max(1, delayMs));
    },
    clear() {
      if (timeout !== null) clearTimeout(timeout);
      timeout = null;
    },
    // Immediates come after everything that the kernel had for this turn.
    afterReading: setImmediate,
  };
}
