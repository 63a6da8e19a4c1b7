/**
 * Keeps a result file within its size: where the load is so varied that a second at a time would
 * not fit, seconds are joined before they are written. Sums stay exact, time gets coarser.
 */

/** Beyond half a minute a block of `compare` would not be one any more. */
export const COARSEST_S = 16;

/**
 * How many seconds to join from now on: twice as many when what was written lately would not fit,
 * half as many when it would twice over.
 */
export function nextStepS(stepS: number, bytesPerS: number, allowedBytesPerS: number): number {
  if (bytesPerS > allowedBytesPerS) return Math.min(COARSEST_S, stepS * 2);
  return bytesPerS * 2 < allowedBytesPerS ? Math.max(1, stepS / 2) : stepS;
}
