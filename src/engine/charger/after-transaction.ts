/** What waits for the end of a transaction: a change of availability, the end of its profiles. */
import { effectHistogram } from '../../snapshot/layout.ts';
import { record } from '../latency/recorder.ts';
import { withoutTxProfiles } from './command/profiles.ts';
import { limitPower } from './power.ts';
import type { Shard } from './shard.ts';
import { Blocked } from './state.ts';
import { setStatus } from './status.ts';

const EFFECT = effectHistogram('ChangeAvailability');

/** The transaction of connector `k` has just ended. */
export function afterTransaction(shard: Shard, k: number, nowNs: number): void {
  const rare = shard.rare.get(shard.state.owner[k]);
  if (rare !== undefined && rare.profiles.length > 0) {
    rare.profiles = withoutTxProfiles(rare.profiles, shard.state.connectorId[k]);
    limitPower(shard, k, nowNs);
  }
  const type = shard.scheduledAvailability.get(k);
  if (type === undefined) return;
  shard.scheduledAvailability.delete(k);
  setAvailability(shard, k, type, nowNs);
}

/** `arrivedNs`: when the command came that this answers; NaN: it was answered as Scheduled. */
export function setAvailability(
  shard: Shard,
  k: number,
  type: 'Operative' | 'Inoperative',
  nowNs: number,
  arrivedNs = Number.NaN,
): void {
  const { state } = shard;
  if (type === 'Operative') state.blocked[k] &= ~Blocked.inoperative;
  else state.blocked[k] |= Blocked.inoperative;
  const isReserved = (state.blocked[k] & Blocked.reserved) !== 0;
  const free = isReserved ? 'Reserved' : 'Available';
  setStatus(shard, k, type === 'Operative' ? free : 'Unavailable', nowNs, (answered, toldNs) => {
    const isCommand = !Number.isNaN(arrivedNs);
    if (answered && isCommand) record(shard.memory, EFFECT, toldNs - arrivedNs);
  });
}
