/** ReserveNow and CancelReservation (exchange 14; OCPP 1.6, 5.13 and 5.2). */
import { effectHistogram } from '../../../snapshot/layout.ts';
import { record } from '../../latency/recorder.ts';
import { chargerMs } from '../clock.ts';
import { isFree } from '../life.ts';
import { rareOf } from '../rare.ts';
import { isFaulted } from '../reservations.ts';
import { fleetOf, isOnline, type Shard } from '../shard.ts';
import { Blocked } from '../state.ts';
import { setStatus } from '../status.ts';
import { addTask, cancelTasks } from '../tasks.ts';
import { accepted, type CommandAnswer, type CommandContext, refused } from './answer.ts';
import { momentMs } from './profiles.ts';

const EFFECT = effectHistogram('ReserveNow');

export function reserveNow({ shard, c, payload, arrivedNs, nowNs }: CommandContext): CommandAnswer {
  if (!isOnline(shard, c)) return refused();
  const { connectorId, reservationId, idTag } = payload;
  // One with the same id is replaced, also at another connector (OCPP 1.6, 5.13).
  const replaced = reservedRow(shard, c, reservationId);
  const k = connectorFor(shard, c, connectorId, replaced);
  if (k < 0) return refused(whyNot(shard, c, connectorId));
  const expiryMs = momentMs(payload.expiryDate, fleetOf(shard, c).plan.clock.utcOffsetMin);
  if (expiryMs === null) return refused();
  const parentIdTag: string | null = payload.parentIdTag ?? null;
  rareOf(shard, c).reservations.set(k, { reservationId, idTag, parentIdTag, connector: k });
  shard.state.blocked[k] |= Blocked.reserved;
  cancelTasks(shard, c, taskName(shard, k));
  const waitMs = Math.max(0, expiryMs - chargerMs(shard, c, nowNs));
  addTask(shard, c, taskName(shard, k), nowNs + waitMs * 1e6, (ranNs) => {
    endReservation(shard, k, reservationId, ranNs);
  });
  return accepted((answeredNs) => {
    if (replaced >= 0 && replaced !== k) endReservation(shard, replaced, reservationId, answeredNs);
    setStatus(shard, k, 'Reserved', answeredNs, (answered, toldNs) => {
      if (answered) record(shard.memory, EFFECT, toldNs - arrivedNs);
    });
  });
}

/** The row that has a reservation of this id; -1: none. */
function reservedRow({ state, rare }: Shard, c: number, reservationId: number): number {
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    if (rare.get(c)?.reservations.get(k)?.reservationId === reservationId) return k;
  }
  return -1;
}

/** The connector of the reservation to replace; else the one asked for, or any (0), if free. */
function connectorFor(shard: Shard, c: number, connectorId: number, replaced: number): number {
  const { state } = shard;
  const isAsked = (k: number) => connectorId === 0 || state.connectorId[k] === connectorId;
  if (replaced >= 0 && isAsked(replaced)) return replaced;
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    const isReserved = shard.rare.get(c)?.reservations.has(k);
    if (isAsked(k) && !isReserved && isFree(shard, k)) return k;
  }
  return -1;
}

function whyNot(shard: Shard, c: number, connectorId: number): string {
  const { state } = shard;
  let k = c;
  while (k >= 0 && connectorId !== 0 && state.connectorId[k] !== connectorId) {
    k = state.nextConnector[k];
  }
  if (k < 0) return 'Rejected';
  if (isFaulted(shard, k)) return 'Faulted';
  return (state.blocked[k] & Blocked.inoperative) !== 0 ? 'Unavailable' : 'Occupied';
}

const TASK_NAMES = ['', 'reservation 1', 'reservation 2', 'reservation 3', 'reservation 4'];
const taskName = (shard: Shard, k: number) => TASK_NAMES[shard.state.connectorId[k]];

/** Expired or cancelled: Available again, unless a transaction has ended the reservation. */
function endReservation(shard: Shard, k: number, reservationId: number, nowNs: number): void {
  const { state } = shard;
  const c = state.owner[k];
  const rare = rareOf(shard, c);
  if (rare.reservations.get(k)?.reservationId !== reservationId) return;
  rare.reservations.delete(k);
  cancelTasks(shard, c, taskName(shard, k));
  state.blocked[k] &= ~Blocked.reserved;
  if (state.blocked[k] === 0) setStatus(shard, k, 'Available', nowNs);
}

/** `as-logged` accepts any id, also one that there never was (exchange 14). */
export function cancelReservation({ shard, c, payload }: CommandContext): CommandAnswer {
  const reservations = shard.rare.get(c)?.reservations;
  const found = [...(reservations?.values() ?? [])].find(
    (each) => each.reservationId === payload.reservationId,
  );
  if (found === undefined) {
    return fleetOf(shard, c).plan.manners.cancelsAnyReservation ? accepted() : refused();
  }
  return accepted((nowNs) => endReservation(shard, found.connector, found.reservationId, nowNs));
}
