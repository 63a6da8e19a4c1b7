/** Pauses for garbage collection of one thread, in memory that it shares with the main thread. */
import { PerformanceObserver } from 'node:perf_hooks';

/** Two words: all pauses together (they wrap around), and the longest since the last look, us. */
const TOTAL = 0;
const LONGEST = 1;
export const GC_BYTES = 2 * Uint32Array.BYTES_PER_ELEMENT;

/**
 * Writes the pauses of this thread into `memory` (`GC_BYTES` bytes) until the thread ends. Node
 * tells of them after the fact, a few objects a pause: nothing of it runs per message.
 */
export function observeGc(memory: SharedArrayBuffer): void {
  const words = new Uint32Array(memory);
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      const pauseUs = Math.round(duration * 1000);
      Atomics.add(words, TOTAL, pauseUs);
      if (pauseUs > Atomics.load(words, LONGEST)) Atomics.store(words, LONGEST, pauseUs);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
}

export interface GcReading {
  /** Wraps around after 71 minutes of pauses: only differences modulo 2^32 mean anything. */
  readonly totalUs: number;
  /** Since the reading before. */
  readonly longestUs: number;
}

export function readGc(memory: SharedArrayBuffer): GcReading {
  const words = new Uint32Array(memory);
  return { totalUs: Atomics.load(words, TOTAL), longestUs: Atomics.exchange(words, LONGEST, 0) };
}
