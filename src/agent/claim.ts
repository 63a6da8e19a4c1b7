/** Which share to claim, and when: the lowest that is offered, later when others want it too. */
import type { Offer, ShareRecord } from '../share/records.ts';

export interface ClaimRules {
  readonly room: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether an agent may take a share of a run at all. */
export function fits(offer: Offer, { room, labels }: ClaimRules): boolean {
  const wanted = Object.entries(offer.labels);
  return offer.chargers <= room && wanted.every(([name, value]) => labels[name] === value);
}

/** How often we tried in vain since the last success. */
export interface ClaimState {
  readonly conflicts: number;
  /** No claim before, ms. */
  readonly notBeforeMs: number;
}

export const FIRST_CLAIM: ClaimState = { conflicts: 0, notBeforeMs: Number.NEGATIVE_INFINITY };

/** A share as its entry says, and since when. */
export interface SeenShare {
  readonly record: ShareRecord;
  readonly sinceMs: number;
}

/**
 * For each share that an agent has, it leaves another one so long to agents that have fewer. Of
 * those that nobody had yet it takes one alone: a run waits for as many agents as it asked for.
 */
const LEFT_MS = 3_000;

/** null: none is offered, or it is not the time. @param held shares of the run that we have. */
export function chooseShare(
  shares: ReadonlyMap<number, SeenShare>,
  { notBeforeMs }: ClaimState,
  { nowMs, held }: { readonly nowMs: number; readonly held: number },
): number | null {
  if (nowMs < notBeforeMs) return null;
  const free = [...shares].filter(
    ([, { record, sinceMs }]) =>
      record.state === 'offered' &&
      (held === 0 || record.epoch > 1) &&
      nowMs - sinceMs >= held * LEFT_MS,
  );
  return free.length === 0 ? null : Math.min(...free.map(([share]) => share));
}

const FIRST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 2_000;

/** Somebody else was quicker. @param draw from 0 to 1: those that collide must not do it again. */
export function afterConflict(state: ClaimState, nowMs: number, draw: number): ClaimState {
  const conflicts = state.conflicts + 1;
  const mostMs = Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(conflicts, 10));
  return { ...state, conflicts, notBeforeMs: nowMs + mostMs * draw };
}
