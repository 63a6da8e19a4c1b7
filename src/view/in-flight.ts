import type { CallCounts } from '../snapshot/snapshot.ts';

type Fates = Pick<CallCounts, 'sent' | 'answered' | 'callError' | 'timedOut' | 'lost' | 'unknown'>;

/**
 * CALLs without an end yet. The counter of that name only says what was left when the run was over;
 * the two are then equal. Shards count while they are read, so that one may be ahead of the other.
 */
export const inFlightOf = (fates: Fates): number => {
  const { sent, answered, callError, timedOut, lost, unknown } = fates;
  return Math.max(0, sent - answered - callError - timedOut - lost - unknown);
};
