/**
 * Arrivals at another pace than planned, from moments on that the user chose: still arithmetic. A
 * pace multiplies the planned rate of each moment; what a slower one left out is not caught up.
 */
import type { Schedule } from '../../plan/plan.ts';
import { countBefore, eventTimeNs } from '../../plan/schedule.ts';

/** Arrival `from + factor * x` comes when event `base + x` was planned; neither need be whole. */
export interface Pace {
  readonly from: number;
  readonly base: number;
  /** 0: none come. */
  readonly factor: number;
}

export const AS_PLANNED: Pace = Object.freeze({ from: 0, base: 0, factor: 1 });

/**
 * When arrival `n` is due, ns since the start of the run; Infinity: not at this pace. The first of
 * `paces` begins at or before it.
 */
export function arrivalNs(schedule: Schedule, paces: readonly Pace[], n: number): number {
  let last = paces.length - 1;
  while (last > 0 && paces[last].from > n) last--;
  const pace = paces[last];
  const event = pace.base + (n - pace.from) / pace.factor;
  if (pace.factor === 0 || event >= schedule.total) return Number.POSITIVE_INFINITY;
  const atNs = eventTimeNs(schedule, event);
  // As planned the last event is a whole number; at another pace the end of the schedule decides.
  return pace !== AS_PLANNED && atNs >= schedule.endNs ? Number.POSITIVE_INFINITY : atNs;
}

/** The paces with a new one from `atNs` (since the start) on. */
export function withPace(
  schedule: Schedule,
  paces: readonly Pace[],
  atNs: number,
  factor: number,
): Pace[] {
  const base = countBefore(schedule, atNs);
  const now = paces[paces.length - 1];
  // Not below: a change that follows another within its lead would undo arrivals.
  const from = now.from + Math.max(0, base - now.base) * now.factor;
  return [...paces, { from, base, factor }];
}
