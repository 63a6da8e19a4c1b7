/** Reset (OCPP 1.6, 5.14): stop, leave, come back, boot. */
import { beginRestart } from '../restart.ts';
import { StopReasonIndex } from '../transaction.ts';
import { accepted, type CommandAnswer, type CommandContext } from './answer.ts';

export function reset({ shard, c, payload, arrivedNs }: CommandContext): CommandAnswer {
  const hard = payload.type === 'Hard';
  const reason = hard ? StopReasonIndex.HardReset : StopReasonIndex.SoftReset;
  return accepted((nowNs) => beginRestart(shard, c, { reason, hard, sinceNs: arrivedNs }, nowNs));
}
