/** Who may charge at a connector that is reserved, faulted or out of service. */
import { columnText } from '../../plan/columns.ts';
import type { Reservation } from './rare-state.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Blocked } from './state.ts';

/** The idTag that charges next at connector `k`: that of a remote start, or the charger's own. */
export function nextIdTag(shard: Shard, k: number): string {
  const { state } = shard;
  const c = state.owner[k];
  const { plan } = fleetOf(shard, c);
  const index = state.globalIndex[c] - plan.firstCharger;
  return shard.remoteTags.get(k) ?? columnText(plan.idTag, index);
}

export function reservationAt(shard: Shard, k: number): Reservation | undefined {
  if ((shard.state.blocked[k] & Blocked.reserved) === 0) return undefined;
  return shard.rare.get(shard.state.owner[k])?.reservations.get(k);
}

export function mayCharge(shard: Shard, k: number): boolean {
  const { blocked } = shard.state;
  if (blocked[k] === 0) return true;
  if ((blocked[k] & Blocked.inoperative) !== 0) return false;
  const reservation = reservationAt(shard, k);
  return reservation === undefined || reservation.idTag === nextIdTag(shard, k);
}

/** Ends the reservation of connector `k`, if there is one; returns its id, or 0. */
export function endReservation(shard: Shard, k: number): number {
  const reservation = reservationAt(shard, k);
  if (reservation === undefined) return 0;
  shard.state.blocked[k] &= ~Blocked.reserved;
  shard.rare.get(shard.state.owner[k])?.reservations.delete(k);
  return reservation.reservationId;
}

/** Whether the last status of connector `k` is a fault. */
export function isFaulted({ state, fleets }: Shard, k: number): boolean {
  const { templates } = fleets[state.fleet[state.owner[k]]].plan;
  return state.status[k] > 0 && templates[state.status[k]].name.startsWith('Faulted');
}
