/** CALLs from the central system: rare, so they are parsed and answered with ordinary JSON. */
import type { CallErrorCode } from '../../ocpp/vocabulary.ts';
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { encodeFrame, Opcode } from '../frame/mask.ts';
import { count } from '../latency/recorder.ts';
import type { Shard } from './shard.ts';

/** Message ids are at most this long (OCPP-J 1.6, 4.1.4). */
const MAX_ID_CHARACTERS = 36;

/** Answers one CALL; the answer may cross our own outstanding CALL (OCPP-J 1.6, 4.1.1). */
export function answerCommand(shard: Shard, c: number, text: string): void {
  const [, id, action] = JSON.parse(text) as [2, string, string, unknown];
  count(shard.memory, RunCounterOffset.commands);
  count(shard.memory, RunCounterOffset.commandsUnsupported);
  shard.notify('command', `the target sends commands (first: ${action}); answered NotImplemented`);
  if (id.length > MAX_ID_CHARACTERS) return;
  const answer = callError(id, 'NotImplemented', 'this charger has no such command');
  shard.wire.send(c, encodeFrame(Opcode.text, Buffer.from(answer), shard.key));
}

function callError(id: string, code: CallErrorCode, description: string): string {
  return JSON.stringify([4, id, code, description, {}]);
}
