/** Shares that nobody has, and the call for those who might take them. */
import type { RunSpace } from '../bus/bus.ts';
import type { Plan } from '../plan/plan.ts';
import { toBytes } from '../share/json.ts';
import type { Offer, RunRecord, ShareRecord } from '../share/records.ts';
import { shareKey } from '../share/subjects.ts';
import type { Gathering } from './gather.ts';

const FREE = { state: 'offered', agent: null, renewals: 0 } as const;
export const FIRST_OFFER: ShareRecord = { ...FREE, epoch: 1 };

export function offerOf(
  { chargerCount }: Pick<Plan, 'chargerCount'>,
  { runId, tool, shares }: RunRecord,
  labels: Offer['labels'],
): Offer {
  return { runId, tool, chargers: Math.ceil(chargerCount / shares), labels };
}

export interface Offers {
  /** The share's entry has this revision now. */
  seen(share: number, revision: number): void;
  /** Gives a share to whoever comes first, unless its entry has changed meanwhile. */
  offer(share: number): void;
}

export function shareOffers(space: RunSpace, gathering: Gathering): Offers {
  const revisions = new Map<number, number>();
  const underWay = new Set<number>();
  return {
    seen: (share, revision) => void revisions.set(share, revision),
    offer(share) {
      const revision = revisions.get(share);
      const before = gathering.entryOf(share);
      if (before === null || revision === undefined || underWay.has(share)) return;
      underWay.add(share);
      const next: ShareRecord = { ...FREE, epoch: before.epoch + 1 };
      void space
        .put(shareKey(share), toBytes(next), revision)
        // Whatever kept it from being offered: the next look tries again, or finds it done.
        .catch(() => undefined)
        .finally(() => underWay.delete(share));
    },
  };
}
