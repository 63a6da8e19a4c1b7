/** ChangeAvailability and UnlockConnector (exchange 17; OCPP 1.6, 5.2 and 5.18). */
import { setAvailability } from '../after-transaction.ts';
import { stopCharging } from '../life.ts';
import type { Shard } from '../shard.ts';
import { StopReasonIndex } from '../transaction.ts';
import { accepted, type CommandAnswer, type CommandContext, refused, result } from './answer.ts';
import { connectorRow } from './connector.ts';

/** Scheduled while a transaction runs: it is done when the transaction is over. */
export function changeAvailability(context: CommandContext): CommandAnswer {
  const { shard, c, payload, arrivedNs } = context;
  const { connectorId, type } = payload;
  const rows = connectorId === 0 ? rowsOf(shard, c) : [connectorRow(shard, c, connectorId)];
  if (rows[0] < 0) return refused();
  const busy = rows.filter((k) => shard.state.transaction[k] !== null);
  for (const k of rows) shard.scheduledAvailability.delete(k);
  for (const k of busy) shard.scheduledAvailability.set(k, type);
  const apply = (nowNs: number) => {
    for (const k of rows) if (!busy.includes(k)) setAvailability(shard, k, type, nowNs, arrivedNs);
  };
  return busy.length > 0 ? result({ status: 'Scheduled' }, apply) : accepted(apply);
}

function rowsOf({ state }: Shard, c: number): number[] {
  const rows = [];
  for (let k = c; k >= 0; k = state.nextConnector[k]) rows.push(k);
  return rows;
}

/** Ends what charges there, then the cable is free. */
export function unlockConnector({ shard, c, payload }: CommandContext): CommandAnswer {
  const k = connectorRow(shard, c, payload.connectorId);
  if (k < 0) return refused('NotSupported');
  return result({ status: 'Unlocked' }, (nowNs) =>
    stopCharging(shard, k, StopReasonIndex.UnlockCommand, nowNs),
  );
}
