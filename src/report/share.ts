/** A run's share in words, and what of the plan it is. */
import type { Plan } from '../plan/plan.ts';
import { type RunShare, shareCounts, WHOLE_RUN } from '../plan/split.ts';
import { formatCount } from './numbers.ts';

/** Whether there are others, with which it is judged: alone it is not. */
export const isPart = (share: RunShare = WHOLE_RUN): boolean => share.of > 1;

/** `share 1 of 3` */
export const shareName = ({ index, of }: RunShare): string => `share ${index + 1} of ${of}`;

/** Chargers of a share, or of the whole run, by fleet. */
export const plannedCounts = (
  { fleets }: Pick<Plan, 'fleets'>,
  share: RunShare = WHOLE_RUN,
): number[] =>
  isPart(share) ? shareCounts(fleets, share) : fleets.map(({ chargerCount }) => chargerCount);

export function plannedChargers(plan: Plan, share: RunShare = WHOLE_RUN): number {
  if (!isPart(share)) return plan.chargerCount;
  return plannedCounts(plan, share).reduce((sum, count) => sum + count, 0);
}

/** `1 of 3: 1 667 of 5 000 chargers` */
export function shareText(plan: Plan, share: RunShare): string {
  const own = formatCount(plannedChargers(plan, share));
  return `${share.index + 1} of ${share.of}: ${own} of ${formatCount(plan.chargerCount)} chargers`;
}
