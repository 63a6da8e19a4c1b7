/**
 * What a message from the central system says, as far as the engine needs it, without garbage.
 *
 * `scanReply` walks the bytes of ordinary JSON (any white space, any key order, unknown fields). It
 * never accepts what `JSON.parse` refuses; whatever it is not sure of (escapes, text beyond ASCII,
 * exotic numbers) goes through `parseReply`, a full parse with the same outcome.
 */
import { isUtf8 } from 'node:buffer';

/** The status values that OCPP 1.6 gives in answers to a charge point. */
export const REPLY_STATUSES = [
  '', // none, or not a string
  'Accepted',
  'Pending',
  'Rejected',
  'Blocked',
  'Expired',
  'Invalid',
  'ConcurrentTx',
  'UnknownMessageId',
  'UnknownVendorId',
  '?', // any other text
] as const;
export const ReplyStatus = { none: 0, accepted: 1, pending: 2, other: 10 } as const;

/** Message types of `Reply.type` beyond OCPP-J's 2, 3 and 4. */
export const UNREADABLE = 0;
export const NOT_UTF8 = 1;

export interface Reply {
  /** 2 CALL, 3 CALLRESULT, 4 CALLERROR, `UNREADABLE` or `NOT_UTF8`. */
  type: number;
  /** The message id when it is a canonical decimal up to 2^31 - 1, else -1. */
  id: number;
  /** Of the payload of a CALLRESULT: index in `REPLY_STATUSES`. */
  status: number;
  /** Of `idTagInfo.status`. */
  idTagStatus: number;
  /** NaN when absent or not a number. */
  interval: number;
  transactionId: number;
  hasCurrentTime: boolean;
  payloadIsObject: boolean;
}

export function createReply(): Reply {
  const reply = {} as Reply;
  clear(reply);
  return reply;
}

function clear(reply: Reply): void {
  reply.type = UNREADABLE;
  reply.id = -1;
  reply.status = ReplyStatus.none;
  reply.idTagStatus = ReplyStatus.none;
  reply.interval = Number.NaN;
  reply.transactionId = Number.NaN;
  reply.hasCurrentTime = false;
  reply.payloadIsObject = false;
}

/** Fills `out` from the message in `bytes[start..end)`. */
export function scanReply(bytes: Buffer, start: number, end: number, out: Reply): void {
  clear(out);
  if (!walkMessage(bytes, start, end, out)) parseReply(bytes, start, end, out);
}

/** The full parse: the reference that `scanReply` is tested against. */
export function parseReply(bytes: Buffer, start: number, end: number, out: Reply): void {
  clear(out);
  const range = bytes.subarray(start, end);
  if (!isUtf8(range)) {
    out.type = NOT_UTF8;
    return;
  }
  const message = parseJson(range);
  if (!Array.isArray(message) || typeof message[1] !== 'string') return;
  const [type, id, third] = message;
  if (type === 2 && typeof third === 'string' && message.length === 4) out.type = 2;
  if (type === 3 && message.length === 3) out.type = 3;
  if (type === 4 && message.length >= 3) out.type = 4;
  if (out.type === UNREADABLE) return;
  if (/^(0|[1-9]\d{0,9})$/.test(id) && Number(id) < 2147483648) out.id = Number(id);
  if (out.type === 3) readPayload(third, out);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function readPayload(payload: unknown, out: Reply): void {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return;
  const { status, interval, transactionId, currentTime, idTagInfo } = payload as Record<
    string,
    unknown
  >;
  out.payloadIsObject = true;
  out.status = statusOf(status);
  out.interval = typeof interval === 'number' ? interval : Number.NaN;
  out.transactionId = typeof transactionId === 'number' ? transactionId : Number.NaN;
  out.hasCurrentTime = typeof currentTime === 'string';
  if (typeof idTagInfo === 'object' && idTagInfo !== null && !Array.isArray(idTagInfo)) {
    out.idTagStatus = statusOf((idTagInfo as Record<string, unknown>)['status']);
  }
}

function statusOf(value: unknown): number {
  if (typeof value !== 'string') return ReplyStatus.none;
  const index = REPLY_STATUSES.indexOf(value as never, 1);
  return index < 0 ? ReplyStatus.other : index;
}

// The walker. Positions go in and out as numbers; -1 means: in doubt, leave it to the full parse.

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const MAX_DEPTH = 32;

function walkMessage(bytes: Buffer, start: number, end: number, out: Reply): boolean {
  let at = blank(bytes, start, end);
  if (at >= end || bytes[at] !== 0x5b) return false;
  at = blank(bytes, at + 1, end);
  const type = bytes[at] - 48;
  if (at >= end || type !== 3) return false;
  at = expect(bytes, blank(bytes, at + 1, end), end, COMMA);
  if (at < 0 || at >= end || bytes[at] !== QUOTE) return false;
  const idStart = at + 1;
  at = skipString(bytes, at, end);
  if (at < 0) return false;
  const id = decimal(bytes, idStart, at - 1);
  at = expect(bytes, blank(bytes, at, end), end, COMMA);
  if (at < 0 || at >= end) return false;
  const isObject = bytes[at] === 0x7b;
  at = isObject ? walkObject(bytes, at, end, out, PAYLOAD) : skipValue(bytes, at, end, 0);
  if (at < 0) return false;
  at = blank(bytes, at, end);
  if (at >= end || bytes[at] !== 0x5d || blank(bytes, at + 1, end) !== end) return false;
  out.type = 3;
  out.id = id;
  out.payloadIsObject = isObject;
  return true;
}

const PAYLOAD = 0;
const ID_TAG_INFO = 1;

/** An object whose known keys are taken into `out`; the last of equal keys counts, as in JSON. */
function walkObject(bytes: Buffer, start: number, end: number, out: Reply, level: number): number {
  let at = blank(bytes, start + 1, end);
  if (at < end && bytes[at] === 0x7d) return at + 1;
  for (;;) {
    if (at >= end || bytes[at] !== QUOTE) return -1;
    const key = at + 1;
    at = skipString(bytes, at, end);
    if (at < 0) return -1;
    const keyBytes = at - 1 - key;
    at = expect(bytes, blank(bytes, at, end), end, COLON);
    if (at < 0) return -1;
    const value = at;
    if (level === PAYLOAD && keyBytes === 9 && same(bytes, key, ID_TAG_INFO_KEY)) {
      out.idTagStatus = ReplyStatus.none;
      if (at < end && bytes[at] === 0x7b) at = walkObject(bytes, at, end, out, ID_TAG_INFO);
      else at = skipValue(bytes, at, end, 1);
    } else {
      at = skipValue(bytes, at, end, level + 1);
      if (at >= 0) take(bytes, key, keyBytes, value, at, out, level);
    }
    if (at < 0) return -1;
    at = blank(bytes, at, end);
    if (at >= end) return -1;
    if (bytes[at] === 0x7d) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = blank(bytes, at + 1, end);
  }
}

const key = (text: string) => Buffer.from(text, 'latin1');
const STATUS_KEY = key('status');
const INTERVAL_KEY = key('interval');
const CURRENT_TIME_KEY = key('currentTime');
const TRANSACTION_ID_KEY = key('transactionId');
const ID_TAG_INFO_KEY = key('idTagInfo');
const STATUS_TEXTS = REPLY_STATUSES.slice(0, ReplyStatus.other).map(key);

function same(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

function take(
  bytes: Buffer,
  name: number,
  nameBytes: number,
  value: number,
  valueEnd: number,
  out: Reply,
  level: number,
): void {
  const isText = bytes[value] === QUOTE;
  if (nameBytes === 6 && same(bytes, name, STATUS_KEY)) {
    const status = isText ? statusText(bytes, value + 1, valueEnd - 1) : ReplyStatus.none;
    if (level === PAYLOAD) out.status = status;
    else out.idTagStatus = status;
  } else if (level === PAYLOAD) {
    if (nameBytes === 11 && same(bytes, name, CURRENT_TIME_KEY)) out.hasCurrentTime = isText;
    else if (nameBytes === 8 && same(bytes, name, INTERVAL_KEY)) {
      out.interval = numberAt(bytes, value, valueEnd);
    } else if (nameBytes === 13 && same(bytes, name, TRANSACTION_ID_KEY)) {
      out.transactionId = numberAt(bytes, value, valueEnd);
    }
  }
}

function statusText(bytes: Buffer, start: number, end: number): number {
  for (let i = 1; i < STATUS_TEXTS.length; i++) {
    if (STATUS_TEXTS[i].length === end - start && same(bytes, start, STATUS_TEXTS[i])) return i;
  }
  return ReplyStatus.other;
}

/** The number whose text was walked already; NaN for anything that is not one. */
function numberAt(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start];
  if (first !== 0x2d && (first < 48 || first > 57)) return Number.NaN;
  return Number(bytes.toString('latin1', start, end));
}

/** A canonical decimal below 2^31, or -1. */
function decimal(bytes: Buffer, start: number, end: number): number {
  const count = end - start;
  if (count < 1 || count > 10 || (count > 1 && bytes[start] === 48)) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i] - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value < 2147483648 ? value : -1;
}

function blank(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at++;
  }
  return at;
}

/** The position after `byte` and the white space behind it. */
function expect(bytes: Buffer, at: number, end: number, byte: number): number {
  return at < end && bytes[at] === byte ? blank(bytes, at + 1, end) : -1;
}

/** `at` is at the opening quote; returns the position after the closing one. */
function skipString(bytes: Buffer, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i + 1;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return -1;
  }
  return -1;
}

function skipValue(bytes: Buffer, at: number, end: number, depth: number): number {
  if (at < 0 || at >= end || depth > MAX_DEPTH) return -1;
  switch (bytes[at]) {
    case QUOTE:
      return skipString(bytes, at, end);
    case 0x7b:
      return skipContainer(bytes, at, end, depth, 0x7d);
    case 0x5b:
      return skipContainer(bytes, at, end, depth, 0x5d);
    case 0x74:
      return word(bytes, at, end, TRUE);
    case 0x66:
      return word(bytes, at, end, FALSE);
    case 0x6e:
      return word(bytes, at, end, NULL);
    default:
      return skipNumber(bytes, at, end);
  }
}

const TRUE = key('true');
const FALSE = key('false');
const NULL = key('null');

function word(bytes: Buffer, at: number, end: number, text: Buffer): number {
  return at + text.length <= end && same(bytes, at, text) ? at + text.length : -1;
}

function skipContainer(
  bytes: Buffer,
  start: number,
  end: number,
  depth: number,
  close: number,
): number {
  let at = blank(bytes, start + 1, end);
  if (at < end && bytes[at] === close) return at + 1;
  for (;;) {
    if (close === 0x7d) {
      if (at >= end || bytes[at] !== QUOTE) return -1;
      at = skipString(bytes, at, end);
      if (at < 0) return -1;
      at = expect(bytes, blank(bytes, at, end), end, COLON);
    }
    at = skipValue(bytes, at, end, depth + 1);
    if (at < 0) return -1;
    at = blank(bytes, at, end);
    if (at >= end) return -1;
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = blank(bytes, at + 1, end);
  }
}

/** Whole and fractional numbers of at most 15 digits; anything else is in doubt. */
function skipNumber(bytes: Buffer, start: number, end: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const whole = at;
  at = skipDigits(bytes, at, end);
  if (at === whole || (bytes[whole] === 48 && at - whole > 1)) return -1;
  if (at < end && bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = skipDigits(bytes, fraction, end);
    if (at === fraction) return -1;
  }
  if (at - whole > 16) return -1;
  if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) return -1;
  return at;
}

function skipDigits(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] >= 48 && bytes[at] <= 57) at++;
  return at;
}
