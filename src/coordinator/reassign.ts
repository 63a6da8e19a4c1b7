/** Shares that were lost find another agent, while there is a run to take part in. */
import type { Deeds } from './deeds.ts';
import type { Desk } from './desk.ts';
import { gaveUp } from './ends.ts';
import type { Tenure } from './shares.ts';

export interface Reassigning {
  look(nowMs: number): void;
  /** Whether somebody may still take a share that is lost. */
  isOpen(share: number): boolean;
}

const CALL_MS = 1_000;

export function reassigning(desk: Desk, deeds: Deeds): Reassigning {
  const { log, gathering, options } = desk;
  /** Since when a share is offered again; Infinity: nobody took it. */
  const offeredMs = new Map<number, number>();
  let calledMs = Number.NEGATIVE_INFINITY;
  const isOn = () =>
    options.record.onAgentLoss === 'reassign' &&
    desk.elapsedS() < log.drainAtS &&
    !deeds.hasDrained();
  /** Whoever had it has closed its chargers: it said so, or was not seen for a whole lease. */
  const isFree = (share: number, { end }: Tenure, nowMs: number) =>
    (end !== null && gaveUp(end)) || desk.leases.isOver(share, nowMs, desk.upSinceMs());
  const lookAt = (share: number, tenure: Tenure, nowMs: number) => {
    const { epoch } = tenure;
    const sinceMs = offeredMs.get(share);
    if (sinceMs === undefined) {
      offeredMs.set(share, nowMs);
      desk.tell(`share ${share + 1} is offered again`);
    }
    const heir = gathering.readyFor(share);
    if (heir !== null && heir.epoch > epoch) {
      deeds.hand(heir);
      offeredMs.delete(share);
    } else if (nowMs - (sinceMs ?? nowMs) > options.waitMs) {
      offeredMs.set(share, Number.POSITIVE_INFINITY);
      desk.tell(`share ${share + 1} was taken by nobody`);
    } else if (gathering.entryOf(share)?.epoch === epoch) {
      // It may have been renewed since it was counted as lost.
      if (isFree(share, tenure, nowMs)) desk.offer(share);
    } else if (nowMs - calledMs >= CALL_MS) {
      calledMs = nowMs;
      desk.call();
    }
  };
  const isOpen = (share: number) => isOn() && offeredMs.get(share) !== Number.POSITIVE_INFINITY;
  return {
    isOpen,
    look(nowMs) {
      for (const [share, tenure] of log.shares.current) {
        if (tenure.state === 'lost' && isOpen(share)) lookAt(share, tenure, nowMs);
      }
    },
  };
}
