/** On the light central system's sockets: commands as fast as they are answered. */
import { type FoundCall, scanCall } from '../../src/csms/light/call.ts';
import { createDoor, makeRoom, putFrame, takeConnections } from '../../src/csms/light/door.ts';
import {
  MAX_REPLY_BYTES,
  prepareReplies,
  serverFrame,
  writeReply,
} from '../../src/csms/light/reply.ts';
import { listen } from '../../src/csms/listen.ts';
import { Opcode } from '../../src/engine/frame/mask.ts';

/** A boot and its status: then the charger may be commanded. */
const FIRST_CALLS = 2;

const COMMANDS = [
  '"GetLocalListVersion",{}]',
  '"ChangeConfiguration",{"key":"MeterValueSampleInterval","value":"60"}]',
  '"TriggerMessage",{"requestedMessage":"MeterValues"}]',
  '"GetConfiguration",{"key":["HeartbeatInterval"]}]',
  '"SetChargingProfile",{"connectorId":0,"csChargingProfiles":{"chargingProfileId":1,' +
    '"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative",' +
    '"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":' +
    '[{"startPeriod":0,"limit":16}]}}}]',
];

export async function startCommander({ port = 0, intervalS = 60 }) {
  const counters = { connectionsAccepted: 0, connectionsOpen: 0, answered: 0 };
  const replies = prepareReplies(intervalS);
  const found: FoundCall = { action: 0, idStart: 0, idEnd: 0 };
  const calls: number[] = [];
  const commands: number[] = [];
  const door = createDoor({
    opened(c) {
      counters.connectionsAccepted++;
      counters.connectionsOpen++;
      calls[c] = 0;
      commands[c] = 0;
    },
    message(c, bytes, start, end) {
      if (scanCall(bytes, start, end, found)) {
        makeRoom(door, c, MAX_REPLY_BYTES);
        door.outBytes = writeReply(replies, found, bytes, door.out, door.outBytes, Date.now());
        counters.answered++;
        if (++calls[c] !== FIRST_CALLS) return;
      }
      const n = commands[c]++;
      const text = `[2,"c${n}",${COMMANDS[n % COMMANDS.length]}`;
      putFrame(door, c, serverFrame(Opcode.text, Buffer.from(text)));
    },
    closed: () => counters.connectionsOpen--,
    refused: () => {},
  });
  const listening = await listen(door.server, { host: '127.0.0.1', port });
  takeConnections(door);
  return { port: listening, counters: () => counters };
}
