/**
 * How a central system may misbehave, for tests of the harness. The normal path knows nothing of
 * this but two calls: `upgradeFault` and `spoilReply`.
 */
import type { Duplex } from 'node:stream';
import { UserError } from '../base/errors.ts';
import type { Action } from '../ocpp/actions.ts';

export const REPLY_FAULTS = [
  'duplicate', // sent twice
  'late', // sent `lateMs` later
  'whitespace', // as indented JSON: valid
  'escapes', // every character of every string as a \u escape: valid
  'unknownFields', // decoys first, nested ones with the names of real fields too: valid
  'oversized', // `oversizedBytes` of padding in an unknown field: valid
  'wrongPayload', // the payload of another action, under the right id
  'garbage', // not JSON
  'wrongId', // an id that was never used
  'trailingJunk', // more text behind the array
  'binary', // in a binary frame
  'invalidUtf8', // a text frame that is not UTF-8
  'truncatedFrame', // half a frame, then the end of the connection
  'hugeLength', // a frame header that announces 4 GiB, and no more than its first bytes
  'badOpcode', // a frame with a reserved opcode
] as const;
export type ReplyFault = (typeof REPLY_FAULTS)[number];

export interface Faults {
  /** Answers upgrades with this status: 401, 404, 429, 503, 302 (with a Location), ... */
  readonly httpStatus?: number;
  /** Sends `Retry-After` with `httpStatus`. */
  readonly retryAfterS?: number;
  /** Never answers the upgrade. */
  readonly stallUpgrade?: boolean;
  /** Sub-protocol in the 101: none, or one that was not offered. */
  readonly subprotocol?: 'none' | 'other';
  /** Sends a wrong Sec-WebSocket-Accept. */
  readonly wrongAccept?: boolean;
  /** Closes with this code right after the 101; 1006 cuts the connection without a close frame. */
  readonly closeAfterUpgrade?: number;
  /** Only the first so many upgrades meet the faults above. Default: all. */
  readonly upgrades?: number;
  /** Never reads what a charger sends. */
  readonly neverReads?: boolean;
  /** Pings every connection so often. */
  readonly pingEveryMs?: number;
  /** Sent to a charger after each accepted boot, as it is: a CALL of ours, or anything. */
  readonly sendAfterBoot?: string;
  /** Answers the first boots of each charger so. */
  readonly refuseBoots?: { readonly status: 'Pending' | 'Rejected'; readonly times: number };
  /** What happens to replies. */
  readonly reply?: ReplyFault;
  /** Only replies to these actions. Default: all. */
  readonly actions?: readonly Action[];
  /** Only each so-manieth of these replies of a connection: 1 (default) is every one. */
  readonly every?: number;
  /** Default 1 000. */
  readonly lateMs?: number;
  /** Default 1 MiB. */
  readonly oversizedBytes?: number;
}

export function checkFaults(faults: Faults): Faults {
  const { reply } = faults;
  if (reply !== undefined && !REPLY_FAULTS.includes(reply)) {
    throw new UserError(`faults.reply is '${reply}'`, `it is one of ${REPLY_FAULTS.join(', ')}`);
  }
  return faults;
}

export type UpgradeFault = 'none' | 'status' | 'stall' | 'wrongAccept' | 'close' | 'subprotocol';

/** What happens to upgrade number `count` (from 1). */
export function upgradeFault(faults: Faults, count: number): UpgradeFault {
  if (count > (faults.upgrades ?? Number.POSITIVE_INFINITY)) return 'none';
  if (faults.httpStatus !== undefined) return 'status';
  if (faults.stallUpgrade) return 'stall';
  if (faults.wrongAccept) return 'wrongAccept';
  if (faults.closeAfterUpgrade !== undefined) return 'close';
  return faults.subprotocol === undefined ? 'none' : 'subprotocol';
}

/** The headers that go with `httpStatus`. */
export function statusHeaders(faults: Faults): Record<string, string> {
  const headers: Record<string, string> = {};
  if (faults.retryAfterS !== undefined) headers['Retry-After'] = String(faults.retryAfterS);
  const status = faults.httpStatus ?? 0;
  if (status >= 300 && status < 400) headers['Location'] = 'http://127.0.0.1:1/elsewhere';
  return headers;
}

/** How a spoiled reply goes out: messages (binary when bytes) in order, or raw bytes. */
export interface Spoiled {
  readonly messages: readonly (string | Buffer)[];
  /** Written to the socket as they are, around the WebSocket layer. */
  readonly raw?: Buffer;
  readonly endAfter?: boolean;
  readonly afterMs?: number;
  /** False when the charger cannot take it for the answer. */
  readonly readable: boolean;
}

/** null: this reply, the `count`-th (from 1) that the fault could hit, goes out as it is. */
export function spoilReply(
  faults: Faults,
  text: string,
  action: string | null,
  count: number,
): Spoiled | null {
  if (faults.reply === undefined || !faultHits(faults, action)) return null;
  return count % (faults.every ?? 1) === 0 ? spoil(faults, faults.reply, text) : null;
}

export function faultHits(faults: Faults, action: string | null): boolean {
  const { actions } = faults;
  return actions === undefined || (actions as readonly (string | null)[]).includes(action);
}

const message = (text: string, readable = true): Spoiled => ({ messages: [text], readable });
const raw = (bytes: Buffer, endAfter = false): Spoiled => ({
  messages: [],
  raw: bytes,
  endAfter,
  readable: false,
});

function spoil(faults: Faults, fault: ReplyFault, text: string): Spoiled {
  switch (fault) {
    case 'duplicate':
      return { messages: [text, text], readable: true };
    case 'late':
      return { ...message(text), afterMs: faults.lateMs ?? 1_000 };
    case 'whitespace':
      return message(`\r\n ${JSON.stringify(JSON.parse(text), null, '\t')} \n`);
    case 'escapes':
      return message(escapeStrings(text));
    case 'unknownFields':
      return message(withFields(text, DECOYS));
    case 'oversized':
      return message(withFields(text, { padding: 'x'.repeat(faults.oversizedBytes ?? 1 << 20) }));
    case 'wrongPayload':
      return message(withPayload(text, { configurationKey: [], unknownKey: ['x'] }));
    case 'garbage':
      return message('<html><body>502 Bad Gateway</body></html>', false);
    case 'wrongId':
      return message(withId(text, 'never-used'), false);
    case 'trailingJunk':
      return message(`${text} ?`, false);
    case 'binary':
      return { messages: [Buffer.from(text)], readable: false };
    case 'invalidUtf8':
      return raw(textFrame(Buffer.concat([Buffer.from(text), Buffer.from([0xc3, 0x28])])));
    case 'truncatedFrame': {
      const frame = textFrame(Buffer.from(text));
      return raw(frame.subarray(0, frame.length >> 1), true);
    }
    case 'hugeLength':
      return raw(Buffer.from([0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0, 0x5b, 0x33, 0x2c]));
    case 'badOpcode':
      return raw(Buffer.from([0x83, 0]));
  }
}

const DECOYS = {
  vendorExtension: { status: 'Rejected', transactionId: -1, interval: 0, list: [{}, [1, '}]"']] },
  'odd "key"\\': null,
};

type Parts = [number, string, ...unknown[]];
function withPayload(text: string, payload: object): string {
  const parts = JSON.parse(text) as Parts;
  return JSON.stringify([...parts.slice(0, -1), payload]);
}
function withFields(text: string, fields: object): string {
  const parts = JSON.parse(text) as Parts;
  return JSON.stringify([...parts.slice(0, -1), { ...fields, ...(parts.at(-1) as object) }]);
}
function withId(text: string, id: string): string {
  const [type, , ...rest] = JSON.parse(text) as Parts;
  return JSON.stringify([type, id, ...rest]);
}

/** The same JSON, written with a \u escape for every UTF-16 unit of every string. */
export function escapeStrings(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, (token) => {
    const units = (JSON.parse(token) as string).split('');
    const escaped = units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return `"${escaped.join('')}"`;
  });
}

/** An unmasked final text frame (RFC 6455, 5.2). */
export function textFrame(payload: Buffer): Buffer {
  const short = payload.length < 126;
  const header = Buffer.alloc(short ? 2 : 4);
  header[0] = 0x81;
  header[1] = short ? payload.length : 126;
  if (!short) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}

/** Lets the client believe in a server that forgot how to hash (RFC 6455, 4.2.2). */
export function writeWrongAccept(socket: Duplex): void {
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${Buffer.alloc(20).toString('base64')}\r\n` +
      'Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n',
  );
}
