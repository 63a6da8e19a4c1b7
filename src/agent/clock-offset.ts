/** How far the coordinator's clock is ahead of ours: the quickest of some probes says it best. */
import type { ClockOffset } from '../share/records.ts';

/** Probes that are asked for one after the other. */
export const PROBES = 10;

/** One question and its answer: ours in ms of our own clock, the answer in ms of theirs. */
export interface Probe {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly theirsMs: number;
}

/**
 * The answer was written at some moment between question and answer: half of the way is the best
 * guess, and wrong by half of the round trip at most. null: there is no probe.
 */
export function offsetOf(probes: readonly Probe[]): ClockOffset | null {
  const roundTrip = ({ sentMs, receivedMs }: Probe) => receivedMs - sentMs;
  const sound = probes.filter((probe) => roundTrip(probe) >= 0);
  if (sound.length === 0) return null;
  const best = sound.reduce((a, b) => (roundTrip(b) < roundTrip(a) ? b : a));
  return {
    offsetMs: best.theirsMs - (best.sentMs + best.receivedMs) / 2,
    roundTripMs: roundTrip(best),
  };
}

/** Of two looks the one to believe; offsets drift, so an old one must have been far quicker. */
export const better = (old: ClockOffset | null, fresh: ClockOffset): ClockOffset =>
  old !== null && old.roundTripMs * 4 < fresh.roundTripMs ? old : fresh;
