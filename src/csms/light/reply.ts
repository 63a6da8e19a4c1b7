/** The replies of the light central system, as frames whose bytes were laid out before. */
import { digitCount, putDigits } from '../../engine/frame/digits.ts';
import { Opcode } from '../../engine/frame/mask.ts';
import { ACTIONS, type Action, type ActionIndex, ActionIndexOf } from '../../ocpp/actions.ts';
import { MAX_ID_CHARS } from '../check.ts';
import type { FoundCall } from './call.ts';

export interface Replies {
  /** What stands behind the id, by action; for StartTransaction up to the digits. */
  readonly tails: readonly Buffer[];
  /** Of the `currentTime` in the tails, ms since 1970. */
  shownMs: number;
  /** Ids are `firstId`, `firstId + idStep`, ...: several processes never give the same. */
  nextTransactionId: number;
  readonly idStep: number;
}

const HEAD = Buffer.from('[3,"');
const TIME_START = '",{"currentTime":"'.length;
const NO_TIME = '0000-00-00T00:00:00.000Z';
const START_END = Buffer.from('}]');
const TAG_ACCEPTED = '"idTagInfo":{"status":"Accepted"}';
const START = ActionIndexOf.StartTransaction;
const LONG_HEAD_BYTES = 4;
const MAX_DIGITS = 16;

const payloadsOf = (intervalS: number): Readonly<Partial<Record<Action, string>>> => ({
  BootNotification: `{"currentTime":"${NO_TIME}","interval":${intervalS},"status":"Accepted"}`,
  Heartbeat: `{"currentTime":"${NO_TIME}"}`,
  Authorize: `{${TAG_ACCEPTED}}`,
  StartTransaction: `{${TAG_ACCEPTED},"transactionId":`,
  DataTransfer: '{"status":"Accepted"}',
});

export function prepareReplies(intervalS: number, firstId = 1, idStep = 1): Replies {
  const payloads = payloadsOf(intervalS);
  const tails = ACTIONS.map((action) => {
    const payload = payloads[action] ?? '{}';
    return Buffer.from(`",${payload}${action === 'StartTransaction' ? '' : ']'}`, 'latin1');
  });
  return { tails, shownMs: Number.NaN, nextTransactionId: firstId, idStep };
}

/** The most bytes that `writeReply` writes. */
export const MAX_REPLY_BYTES =
  LONG_HEAD_BYTES +
  HEAD.length +
  MAX_ID_CHARS +
  MAX_DIGITS +
  Math.max(...prepareReplies(2 ** 31).tails.map(({ length }) => length)) +
  START_END.length;

/**
 * Writes the reply to the CALL that was found in `bytes` into `out` from `start`, as a frame of a
 * server; `nowMs` is in ms since 1970. Returns where it ends.
 */
export function writeReply(
  replies: Replies,
  call: FoundCall,
  bytes: Buffer,
  out: Buffer,
  start: number,
  nowMs: number,
): number {
  const { action, idStart, idEnd } = call;
  const tail = replies.tails[action];
  const isStart = action === START;
  const transactionId = replies.nextTransactionId;
  const digits = isStart ? digitCount(transactionId) : 0;
  const idBytes = idEnd - idStart;
  const more = isStart ? digits + START_END.length : 0;
  if (action === ActionIndexOf.Heartbeat || action === ActionIndexOf.BootNotification) {
    showTime(replies, nowMs);
  }
  let at = writeHead(out, start, Opcode.text, HEAD.length + idBytes + tail.length + more);
  for (let i = 0; i < HEAD.length; i++) out[at++] = HEAD[i];
  for (let i = idStart; i < idEnd; i++) out[at++] = bytes[i];
  for (let i = 0; i < tail.length; i++) out[at++] = tail[i];
  if (!isStart) return at;
  replies.nextTransactionId += replies.idStep;
  at += digits;
  putDigits(out, at, transactionId, 0);
  return at + START_END.copy(out, at);
}

/** The reply to a CALL whose id needs an escape. */
export function resultFrame(
  replies: Replies,
  id: string,
  action: ActionIndex,
  nowMs: number,
): Buffer {
  const bytes = Buffer.from(JSON.stringify(id).slice(1, -1));
  const call = { action, idStart: 0, idEnd: bytes.length };
  const out = Buffer.allocUnsafe(MAX_REPLY_BYTES + bytes.length);
  return out.subarray(0, writeReply(replies, call, bytes, out, 0, nowMs));
}

/** A time is printed once a millisecond, which many replies share. */
function showTime(replies: Replies, nowMs: number): void {
  if (nowMs === replies.shownMs) return;
  replies.shownMs = nowMs;
  const text = new Date(nowMs).toISOString();
  replies.tails[ActionIndexOf.Heartbeat].write(text, TIME_START, 'latin1');
  replies.tails[ActionIndexOf.BootNotification].write(text, TIME_START, 'latin1');
}

/** The header of an unmasked frame below 64 KiB; returns where its payload begins. */
function writeHead(out: Buffer, start: number, opcode: number, payloadBytes: number): number {
  out[start] = 0x80 | opcode;
  if (payloadBytes < 126) {
    out[start + 1] = payloadBytes;
    return start + 2;
  }
  out[start + 1] = 126;
  out[start + 2] = payloadBytes >> 8;
  out[start + 3] = payloadBytes & 255;
  return start + LONG_HEAD_BYTES;
}

/** A whole unmasked frame: for control frames and for what is rare. */
export function serverFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const headBytes = length < 126 ? 2 : length < 65_536 ? LONG_HEAD_BYTES : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  if (length < 65_536) {
    writeHead(frame, 0, opcode, length);
  } else {
    frame[0] = 0x80 | opcode;
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(payload, headBytes);
  return frame;
}

/** A close frame (RFC 6455, 5.5.1); reasons have at most 123 bytes. */
export function closeFrame(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return serverFrame(Opcode.close, payload);
}
