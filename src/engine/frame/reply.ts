/**
 * What a message from the central system says, as far as the engine needs it, without garbage.
 *
 * `scanReply` walks the bytes of ordinary JSON (any white space, any key order, unknown fields). It
 * never accepts what `JSON.parse` refuses; whatever it is not sure of (escapes, text beyond ASCII,
 * exotic numbers) goes through `parseReply`, a full parse with the same outcome.
 */
import { isUtf8 } from 'node:buffer';
import { ascii, blank, COLON, COMMA, expect, QUOTE, same, skipString, skipValue } from './json.ts';
import { type Moment, readMoment } from './moment.ts';

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
  /** Of `currentTime`; without a zone as if it were UTC. NaN when it is no moment. */
  currentTimeMs: number;
  currentTimeHasZone: boolean;
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
  reply.currentTimeMs = Number.NaN;
  reply.currentTimeHasZone = false;
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
  if (!Array.isArray(message)) return;
  const [type, id, third] = message;
  const hasId = typeof id === 'string';
  if (type === 2 && hasId && typeof third === 'string' && message.length === 4) out.type = 2;
  if (type === 3 && hasId && message.length === 3) out.type = 3;
  // Central systems answer what they cannot read with id null, "-1", ...
  if (type === 4 && (hasId || id === null) && message.length >= 3) out.type = 4;
  if (out.type === UNREADABLE) return;
  if (hasId && /^(0|[1-9]\d{0,9})$/.test(id) && Number(id) < 2147483648) out.id = Number(id);
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
  if (typeof currentTime === 'string') {
    const text = Buffer.from(currentTime, 'utf8');
    takeTime(text, 0, text.length, out);
  }
  if (typeof idTagInfo === 'object' && idTagInfo !== null && !Array.isArray(idTagInfo)) {
    out.idTagStatus = statusOf((idTagInfo as Record<string, unknown>)['status']);
  }
}

function statusOf(value: unknown): number {
  if (typeof value !== 'string') return ReplyStatus.none;
  const index = REPLY_STATUSES.indexOf(value as never, 1);
  return index < 0 ? ReplyStatus.other : index;
}

// The walker; -1 means: in doubt, leave it to the full parse.

/** The position of the id's opening quote in a CALLRESULT; mostly `[3,` without any white space. */
function walkToId(bytes: Buffer, start: number, end: number): number {
  if (
    end - start > 4 &&
    bytes[start] === 0x5b &&
    bytes[start + 1] === 0x33 &&
    bytes[start + 2] === COMMA &&
    bytes[start + 3] === QUOTE
  ) {
    return start + 3;
  }
  let at = blank(bytes, start, end);
  if (at >= end || bytes[at] !== 0x5b) return -1;
  at = blank(bytes, at + 1, end);
  if (at >= end || bytes[at] !== 0x33) return -1;
  at = expect(bytes, blank(bytes, at + 1, end), end, COMMA);
  return at < 0 || at >= end || bytes[at] !== QUOTE ? -1 : at;
}

function walkMessage(bytes: Buffer, start: number, end: number, out: Reply): boolean {
  let at = walkToId(bytes, start, end);
  if (at < 0) return false;
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

const STATUS_KEY = ascii('status');
const INTERVAL_KEY = ascii('interval');
const CURRENT_TIME_KEY = ascii('currentTime');
const TRANSACTION_ID_KEY = ascii('transactionId');
const ID_TAG_INFO_KEY = ascii('idTagInfo');
const STATUS_TEXTS = REPLY_STATUSES.slice(0, ReplyStatus.other).map(ascii);

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
    if (nameBytes === 11 && same(bytes, name, CURRENT_TIME_KEY)) {
      out.hasCurrentTime = isText;
      // The last of equal keys counts.
      if (isText) takeTime(bytes, value + 1, valueEnd - 1, out);
      else clearTime(out);
    } else if (nameBytes === 8 && same(bytes, name, INTERVAL_KEY)) {
      out.interval = numberAt(bytes, value, valueEnd);
    } else if (nameBytes === 13 && same(bytes, name, TRANSACTION_ID_KEY)) {
      out.transactionId = numberAt(bytes, value, valueEnd);
    }
  }
}

/** Scratch of `takeTime`. */
const moment: Moment = { epochMs: Number.NaN, hasZone: false };

function takeTime(bytes: Buffer, start: number, end: number, out: Reply): void {
  readMoment(bytes, start, end, moment);
  out.currentTimeMs = moment.epochMs;
  out.currentTimeHasZone = moment.hasZone;
}

function clearTime(out: Reply): void {
  out.currentTimeMs = Number.NaN;
  out.currentTimeHasZone = false;
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
