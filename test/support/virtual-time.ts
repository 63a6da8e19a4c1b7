/** Time that passes only when a test says so. */
export interface VirtualTime {
  nowMs(): number;
  /** For a `memoryHub`, and whatever else has to wait. */
  schedule(act: () => void, delayMs: number): void;
  /** Lets `ms` pass; promises that are settled on the way have gone on before time does. */
  pass(ms: number): Promise<void>;
}

export function virtualTime(): VirtualTime {
  const waiting: { readonly atMs: number; readonly act: () => void }[] = [];
  let nowMs = 0;
  const runNext = () => {
    const next = waiting.shift()!;
    nowMs = next.atMs;
    next.act();
  };
  return {
    nowMs: () => nowMs,
    schedule: (act, delayMs) => {
      const atMs = nowMs + Math.max(0, delayMs);
      const later = waiting.findIndex((other) => other.atMs > atMs);
      waiting.splice(later === -1 ? waiting.length : later, 0, { atMs, act });
    },
    pass: async (ms) => {
      const untilMs = nowMs + ms;
      await settled();
      while (waiting.length > 0 && waiting[0].atMs <= untilMs) {
        runNext();
        await settled();
      }
      nowMs = untilMs;
    },
  };
}

/** All promises that can go on have done so. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
