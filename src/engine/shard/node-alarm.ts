import type { Clock } from '../../base/clock.ts';
import type { Alarm } from './loop.ts';

/**
 * One `setTimeout` at a time. libuv counts whole milliseconds of the monotonic clock, so the delay
 * is taken between milliseconds of that clock: rounding the difference instead would wake up early,
 * find nothing due, and sleep again.
 */
export function nodeAlarm(clock: Clock): Alarm {
  let timeout: NodeJS.Timeout | null = null;
  return {
    set(deadlineNs, wake) {
      if (timeout !== null) clearTimeout(timeout);
      const delayMs = Math.ceil(deadlineNs / 1e6) - Math.floor(clock.nowNs() / 1e6);
      timeout = setTimeout(wake, Math.max(1, delayMs));
    },
    clear() {
      if (timeout !== null) clearTimeout(timeout);
      timeout = null;
    },
  };
}
