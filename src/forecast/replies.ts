/** What the target of a forecast answers: always Accepted, in as few bytes as a real one. */
import { ACTIONS, type Action } from '../ocpp/actions.ts';

export interface Replies {
  /** Writes the answer into `bytes` at 0; returns its length. `action` is an index of `ACTIONS`. */
  write(bytes: Buffer, action: number, id: number, wallMs: number): number;
}

const TIME = '2000-01-01T00:00:00.000Z';
const NUMBER = '0000000000';

const payloads = (intervalS: number): Readonly<Record<Action, string>> => ({
  BootNotification: `{"status":"Accepted","currentTime":"${TIME}","interval":${intervalS}}`,
  Heartbeat: `{"currentTime":"${TIME}"}`,
  Authorize: '{"idTagInfo":{"status":"Accepted"}}',
  StartTransaction: `{"transactionId":${NUMBER},"idTagInfo":{"status":"Accepted"}}`,
  StopTransaction: '{"idTagInfo":{"status":"Accepted"}}',
  DataTransfer: '{"status":"Accepted"}',
  StatusNotification: '{}',
  MeterValues: '{}',
  DiagnosticsStatusNotification: '{}',
  FirmwareStatusNotification: '{}',
});

/** @param intervalS what BootNotification.conf tells chargers about heartbeats. */
export function createReplies(intervalS: number): Replies {
  const texts = payloads(intervalS);
  const tails = ACTIONS.map((action) => Buffer.from(`",${texts[action]}]`));
  const times = ACTIONS.map((action) => `",${texts[action]}]`.indexOf(TIME));
  const numbers = ACTIONS.map((action) => `",${texts[action]}]`.indexOf(NUMBER));
  const time = Buffer.from(TIME);
  let timeMs = Number.NaN;
  let transactions = 0;
  return {
    write(bytes, action, id, wallMs) {
      let at = putNumber(bytes, HEAD.copy(bytes, 0), id);
      if (times[action] >= 0) {
        // Every answer of the same moment has the same time in it.
        if (wallMs !== timeMs) time.write(new Date(wallMs).toISOString(), 'latin1');
        timeMs = wallMs;
        time.copy(tails[action], times[action]);
      }
      if (numbers[action] >= 0) {
        // Ten digits without a leading zero: JSON has none.
        tails[action].write(String(1_000_000_000 + transactions++), numbers[action], 'latin1');
      }
      at += tails[action].copy(bytes, at);
      return at;
    },
  };
}

const HEAD = Buffer.from('[3,"');

function putNumber(bytes: Buffer, start: number, value: number): number {
  let end = start + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let at = end - 1; at >= start; at--) {
    bytes[at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return end;
}
