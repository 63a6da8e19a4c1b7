/** The light target's answers: a CALL in masked bytes in, a CALLRESULT frame in bytes out. */

/** The light target's own count of what arrived, and its CPU time. */
export interface TargetCounters {
  accepted: number;
  open: number;
  calls: number;
  cpuUs: number;
}

export interface ReplyClock {
  /** ISO 8601 text in bytes. */
  now: Buffer;
  intervalS: number;
  transactionId: number;
}

const QUOTE = 0x22;
const HEAD = Buffer.from('[3,"');
const TIME = Buffer.from('{"currentTime":"');
const TIME_END = Buffer.from('"}');
const EMPTY = Buffer.from('{}');
const ACCEPTED = Buffer.from('{"status":"Accepted"}');
const TAG_ACCEPTED = Buffer.from('{"idTagInfo":{"status":"Accepted"}}');

/**
 * Answers the CALL in `bytes[at .. at + length)`, masked with the four bytes before it, into `out`
 * from `start`. Returns the bytes written: 0 when it is no CALL.
 */
export function writeReply(
  bytes: Buffer,
  at: number,
  length: number,
  out: Buffer,
  start: number,
  clock: ReplyClock,
): number {
  const key = at - 4;
  const plain = (i: number) => bytes[at + i] ^ bytes[key + (i & 3)];
  // `[2,"ID","Action",{...}]`: white space before the id is skipped, an escape in an id is not met.
  if (plain(1) !== 0x32) return 0;
  let i = 2;
  while (i < length && plain(i) !== QUOTE) i++;
  i++;
  // A head of 2 bytes while the payload stays below 126; moved up when it does not.
  const payload = start + 2;
  let o = payload + HEAD.copy(out, payload);
  while (i < length) {
    const c = plain(i++);
    out[o++] = c;
    if (c === QUOTE) break;
  }
  out[o++] = 0x2c;
  while (i < length && plain(i) !== QUOTE) i++;
  o += writeBody(plain(i + 1), plain(i + 2), plain(i + 4), out, o, clock);
  out[o++] = 0x5d;
  return finishFrame(out, start, o);
}

/** By letters of the action: the first, the second, and the fourth (`Status`, `Start`, `Stop`). */
function writeBody(
  first: number,
  second: number,
  fourth: number,
  out: Buffer,
  o: number,
  clock: ReplyClock,
): number {
  switch (first) {
    case 0x48: // Heartbeat
      return writeTime(out, o, clock) + TIME_END.copy(out, o + TIME.length + clock.now.length);
    case 0x42: {
      const rest = `","interval":${clock.intervalS},"status":"Accepted"}`;
      const time = writeTime(out, o, clock);
      return time + out.write(rest, o + time, 'latin1');
    }
    case 0x41: // Authorize
      return TAG_ACCEPTED.copy(out, o);
    case 0x53: // Status, Start, Stop
      if (second !== 0x74 || fourth !== 0x72) return EMPTY.copy(out, o);
      clock.transactionId++;
      return out.write(
        `{"idTagInfo":{"status":"Accepted"},"transactionId":${clock.transactionId}}`,
        o,
        'latin1',
      );
    case 0x44: // DataTransfer, DiagnosticsStatusNotification
      return (second === 0x61 ? ACCEPTED : EMPTY).copy(out, o);
    default:
      return EMPTY.copy(out, o);
  }
}

function writeTime(out: Buffer, o: number, clock: ReplyClock): number {
  return TIME.copy(out, o) + clock.now.copy(out, o + TIME.length);
}

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

/** The n-th command to a charger, as a frame in `out` from `start`; returns the bytes written. */
export function writeCommand(n: number, out: Buffer, start: number): number {
  const text = `[2,"c${n}",${COMMANDS[n % COMMANDS.length]}`;
  return finishFrame(out, start, start + 2 + out.write(text, start + 2, 'latin1'));
}

function finishFrame(out: Buffer, start: number, end: number): number {
  const length = end - start - 2;
  out[start] = 0x81;
  if (length < 126) {
    out[start + 1] = length;
    return end - start;
  }
  out.copyWithin(start + 4, start + 2, end);
  out[start + 1] = 126;
  out[start + 2] = length >> 8;
  out[start + 3] = length & 255;
  return end - start + 2;
}
