/** Stalls: times when the central system reads but does not answer. */
import type { Stall } from './options.ts';

/** When an answer leaves that is due at `atMs`, counted from when the system listens. */
export function afterStall({ everyMs, forMs }: Stall, atMs: number): number {
  if (atMs < everyMs) return atMs;
  const sinceBeginMs = atMs % everyMs;
  return sinceBeginMs < forMs ? atMs - sinceBeginMs + forMs : atMs;
}
