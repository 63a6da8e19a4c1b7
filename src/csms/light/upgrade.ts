/** The server's side of the WebSocket handshake (RFC 6455, 4.2), with OCPP's sub-protocol. */
import { acceptFor } from '../../engine/socket/handshake.ts';
import { SUBPROTOCOL } from '../../ocpp/vocabulary.ts';
import { identityOf, type Refusal } from '../handshake.ts';

export type Upgrade =
  | { readonly kind: 'incomplete' }
  /** Frames begin at `headBytes`. */
  | {
      readonly kind: 'accepted';
      readonly headBytes: number;
      readonly identity: string;
      /** What the charger is answered. */
      readonly answer: string;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const MAX_HEAD_BYTES = 16_384;
/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/** Judges what a charger has sent so far. */
export function readUpgrade(bytes: Buffer): Upgrade {
  const end = bytes.indexOf('\r\n\r\n');
  if (end > MAX_HEAD_BYTES || (end < 0 && bytes.length > MAX_HEAD_BYTES)) {
    return refused(431, `the request has more than ${MAX_HEAD_BYTES} bytes`);
  }
  if (end < 0) return { kind: 'incomplete' };
  const [requestLine, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const path = /^GET (\S+) HTTP\/1\.1$/.exec(requestLine)?.[1];
  if (path === undefined) return refused(400, 'an upgrade is a GET of HTTP/1.1');
  const headers = headersOf(lines);
  const key = headers.get('sec-websocket-key') ?? '';
  if (headers.get('upgrade')?.toLowerCase() !== 'websocket' || !KEY.test(key)) {
    return refused(426, 'ocpp-load csms: a test double of an OCPP 1.6-J central system');
  }
  if (headers.get('sec-websocket-version') !== '13') {
    return refused(426, 'version 13 of WebSocket is required', { 'Sec-WebSocket-Version': '13' });
  }
  const identity = identityOf(path);
  if (identity === '') return refused(404, 'the path ends with the identity of the charge point');
  const offered = (headers.get('sec-websocket-protocol') ?? '').split(',');
  if (!offered.some((name) => name.trim() === SUBPROTOCOL)) {
    return refused(400, `the sub-protocol ${SUBPROTOCOL} is required`);
  }
  return { kind: 'accepted', headBytes: end + 4, identity, answer: answerTo(key) };
}

/** Of several with one name the values stand in a list (RFC 9110, 5.3). */
function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

const answerTo = (key: string) =>
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  `Sec-WebSocket-Accept: ${acceptFor(key)}\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`;

const refused = (status: number, reason: string, headers?: Refusal['headers']): Upgrade => ({
  kind: 'refused',
  refusal: { status, reason, headers },
});
