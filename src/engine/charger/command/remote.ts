/** RemoteStartTransaction and RemoteStopTransaction (exchanges 7 and 11). */
import { beginRemote, isFree, stopCharging } from '../life.ts';
import { rareOf } from '../rare.ts';
import { mayCharge } from '../reservations.ts';
import { fleetOf, isOnline, type Shard } from '../shard.ts';
import { StopReasonIndex } from '../transaction.ts';
import { accepted, type CommandAnswer, type CommandContext, refused } from './answer.ts';
import { install, profileOf } from './profiles.ts';

/** Accepted, then Authorize, StartTransaction, Charging, MeterValues. */
export function remoteStart({ shard, c, payload, arrivedNs }: CommandContext): CommandAnswer {
  // Not allowed while the boot is pending (OCPP 1.6, 4.2.1).
  if (!isOnline(shard, c)) return refused();
  const k = connectorFor(shard, c, payload.connectorId, payload.idTag);
  if (k < 0 || !takeProfile(shard, c, k, payload.chargingProfile)) return refused();
  shard.remoteTags.set(k, payload.idTag);
  shard.remoteStarts.set(k, arrivedNs);
  return accepted((nowNs) => {
    // Another command of the same moment may have taken the connector.
    if (isFree(shard, k)) beginRemote(shard, k, nowNs);
  });
}

/** The connector asked for, or the first that is free; -1: none. */
function connectorFor(shard: Shard, c: number, connectorId: unknown, idTag: string): number {
  const { state } = shard;
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    if (connectorId !== undefined && state.connectorId[k] !== connectorId) continue;
    if (!isFree(shard, k)) continue;
    // `mayCharge` asks for the idTag that charges next.
    shard.remoteTags.set(k, idTag);
    const may = mayCharge(shard, k);
    shard.remoteTags.delete(k);
    if (may) return k;
  }
  return -1;
}

/** The log's own profile counts: it names a transaction before there is one. */
function takeProfile(shard: Shard, c: number, k: number, chargingProfile: unknown): boolean {
  if (chargingProfile === undefined) return true;
  const { utcOffsetMin } = fleetOf(shard, c).plan.clock;
  const profile = profileOf(shard.state.connectorId[k], chargingProfile, utcOffsetMin);
  if (profile === null || profile.purpose !== 'TxProfile') return false;
  const rare = rareOf(shard, c);
  const profiles = install(rare.profiles, { ...profile, transactionId: null });
  if (profiles === null) return false;
  rare.profiles = profiles;
  return true;
}

/** Accepted, then StopTransaction. */
export function remoteStop({ shard, c, payload, arrivedNs }: CommandContext): CommandAnswer {
  const { state } = shard;
  if (!isOnline(shard, c)) return refused();
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    const transaction = state.transaction[k];
    if (transaction === null || transaction.id !== payload.transactionId) continue;
    transaction.remoteStopNs = arrivedNs;
    return accepted((nowNs) => {
      if (state.transaction[k] !== transaction) return;
      stopCharging(shard, k, StopReasonIndex.Remote, nowNs);
    });
  }
  return refused();
}
