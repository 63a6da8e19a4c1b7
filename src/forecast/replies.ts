/** What the target of a forecast answers: always Accepted, in as few bytes as a real one. */
import { ACTIONS, type Action } from '../ocpp/actions.ts';

export interface Replies {
  /**
   * The answer is `bytes[start..end)` afterwards, until the next call.
   * @param action an index of `ACTIONS`.
   */
  write(action: number, id: number, wallMs: number): void;
  bytes: Buffer;
  start: number;
  end: number;
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

const HEAD = '[3,"';
/** Room for an id before what follows it, which stays where it is. */
const ID_END = HEAD.length + 16;

interface Form {
  readonly bytes: Buffer;
  /** Where the time and the transaction's number stand; -1: there is none. */
  readonly timeAt: number;
  readonly numberAt: number;
  /** The minute that the time shows, in minutes since 1970. */
  minute: number;
  /** Where `HEAD` stands. */
  start: number;
}

function formOf(payload: string): Form {
  const tail = `",${payload}]`;
  const placeOf = (text: string) => (tail.includes(text) ? ID_END + tail.indexOf(text) : -1);
  const bytes = Buffer.from(' '.repeat(ID_END) + tail);
  return { bytes, timeAt: placeOf(TIME), numberAt: placeOf(NUMBER), minute: -1, start: -1 };
}

/** @param intervalS what BootNotification.conf tells chargers about heartbeats. */
export function createReplies(intervalS: number): Replies {
  const texts = payloads(intervalS);
  const forms = ACTIONS.map((action) => formOf(texts[action]));
  let transactions = 0;
  return {
    bytes: forms[0].bytes,
    start: 0,
    end: 0,
    write(action, id, wallMs) {
      const form = forms[action];
      const start = putDigits(form.bytes, ID_END, id) - HEAD.length;
      if (start !== form.start) form.bytes.write(HEAD, start, 'latin1');
      form.start = start;
      if (form.timeAt >= 0) putTime(form, wallMs);
      if (form.numberAt >= 0) {
        // Ten digits without a leading zero: JSON has none.
        putDigits(form.bytes, form.numberAt + NUMBER.length, 1_000_000_000 + transactions++);
      }
      this.bytes = form.bytes;
      this.start = start;
      this.end = form.bytes.length;
    },
  };
}

/** Mostly only the seconds are new. */
function putTime(form: Form, wallMs: number): void {
  const { bytes, timeAt } = form;
  const minute = Math.floor(wallMs / 60_000);
  if (minute !== form.minute) {
    bytes.write(new Date(minute * 60_000).toISOString(), timeAt, 'latin1');
    form.minute = minute;
  }
  const ms = wallMs - minute * 60_000;
  const s = Math.floor(ms / 1000);
  putPadded(bytes, timeAt + TIME.indexOf('.'), s, 2);
  putPadded(bytes, timeAt + TIME.length - 1, ms - s * 1000, 3);
}

function putPadded(bytes: Buffer, end: number, value: number, digits: number): void {
  let rest = value;
  for (let at = end - 1; at >= end - digits; at--) {
    bytes[at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** Writes the digits of `value` so that they end before `end`; returns where they begin. */
function putDigits(bytes: Buffer, end: number, value: number): number {
  let rest = value;
  let at = end;
  do {
    bytes[--at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  } while (rest > 0);
  return at;
}
