/** The client's side of the WebSocket handshake (RFC 6455, 4.1), with OCPP's sub-protocol. */
import { createHash } from 'node:crypto';
import { SUBPROTOCOL } from '../../ocpp/vocabulary.ts';
import type { ConnectFailure } from '../../snapshot/layout.ts';

/** Where chargers connect to, taken apart once. */
export interface Endpoint {
  readonly secure: boolean;
  /** As in the URL: for the Host header and for TLS. */
  readonly hostname: string;
  readonly port: number;
  readonly hostHeader: string;
  /** Request target, with `{id}` where the identity goes. */
  readonly path: string;
  /** `user:password` of the URL, also with `{id}`, or null. */
  readonly credentials: string | null;
}

/** Stands for `{id}` while the URL is parsed, which would escape the braces. */
const ID_MARK = 'ocpp-load-identity';

/** Takes a ws:// or wss:// URL apart; without `{id}` the identity becomes the last segment. */
export function parseEndpoint(url: string): Endpoint {
  const parsed = new URL(url.replaceAll('{id}', ID_MARK));
  const secure = parsed.protocol === 'wss:';
  let path = `${parsed.pathname}${parsed.search}`;
  if (!path.includes(ID_MARK)) {
    path = `${parsed.pathname.replace(/\/$/, '')}/${ID_MARK}${parsed.search}`;
  }
  const credentials = parsed.username
    ? `${decoded(parsed.username)}:${decoded(parsed.password)}`.replaceAll(ID_MARK, '{id}')
    : null;
  return {
    secure,
    hostname: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port) || (secure ? 443 : 80),
    hostHeader: parsed.host,
    path: path.replaceAll(ID_MARK, '{id}'),
    credentials,
  };
}

/** A lone % in a password is what it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The upgrade request; header order as in the log. `password` `''` sends no Authorization. */
export function upgradeRequest(
  endpoint: Endpoint,
  identity: string,
  password: string,
  origin: string | null,
  webSocketKey: string,
): string {
  // A function, since identities may hold $&, which has a meaning in replacement texts.
  const withId = (text: string) => text.replaceAll('{id}', () => identity);
  const path = endpoint.path.replaceAll('{id}', encodeURIComponent(identity));
  const ownSecret = password === '' ? null : `${identity}:${password}`;
  const secret = endpoint.credentials === null ? ownSecret : withId(endpoint.credentials);
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${endpoint.hostHeader}`,
    ...(origin === null ? [] : [`Origin: ${withId(origin)}`]),
    ...(secret === null ? [] : [`Authorization: Basic ${Buffer.from(secret).toString('base64')}`]),
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${webSocketKey}`,
    `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
    'Sec-WebSocket-Version: 13',
    '',
    '',
  ];
  return lines.join('\r\n');
}

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Sec-WebSocket-Accept for a key (RFC 6455, 4.2.2). */
export function acceptFor(webSocketKey: string): string {
  return createHash('sha1').update(webSocketKey).update(ACCEPT_SUFFIX).digest('base64');
}

export type UpgradeAnswer =
  | { readonly kind: 'incomplete' }
  /** Frames begin at `headerBytes`. */
  | { readonly kind: 'upgraded'; readonly headerBytes: number }
  | {
      readonly kind: 'failed';
      readonly reason: ConnectFailure;
      readonly detail: string;
      /** What Retry-After asks for; NaN when it is not there or cannot be read. */
      readonly retryAfterS: number;
    };

const MAX_HEADER_BYTES = 16384;

/** Judges what the target has answered so far; `wallMs` is the time now. */
export function readUpgradeAnswer(
  bytes: Buffer,
  webSocketKey: string,
  wallMs: number,
): UpgradeAnswer {
  const headerEnd = bytes.indexOf('\r\n\r\n');
  const looksHttp = bytes.toString('latin1', 0, 5) === 'HTTP/'.slice(0, Math.min(5, bytes.length));
  if (!looksHttp) return failed('notWebSocket', 'the answer is not HTTP');
  if (headerEnd < 0 && bytes.length > MAX_HEADER_BYTES) {
    return failed('notWebSocket', `more than ${MAX_HEADER_BYTES} bytes of headers`);
  }
  if (headerEnd < 0) return { kind: 'incomplete' };
  const [statusLine, ...lines] = bytes.toString('latin1', 0, headerEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  if (status !== 101) return httpFailure(status, statusLine, headers, wallMs);
  return judge101(headers, webSocketKey, headerEnd + 4);
}

function judge101(
  headers: ReadonlyMap<string, string>,
  webSocketKey: string,
  headerBytes: number,
): UpgradeAnswer {
  const upgrade = headers.get('upgrade')?.toLowerCase();
  const connection =
    headers
      .get('connection')
      ?.toLowerCase()
      .split(/\s*,\s*/) ?? [];
  if (upgrade !== 'websocket' || !connection.includes('upgrade')) {
    return failed('notWebSocket', '101 without Upgrade: websocket');
  }
  if (headers.get('sec-websocket-accept') !== acceptFor(webSocketKey)) {
    return failed('notWebSocket', 'wrong Sec-WebSocket-Accept');
  }
  // We offer no extension; one in the answer must fail the connection (RFC 6455, 4.1).
  if (headers.has('sec-websocket-extensions')) {
    return failed('notWebSocket', 'an extension that was not offered');
  }
  const subprotocol = headers.get('sec-websocket-protocol');
  if (subprotocol !== SUBPROTOCOL) {
    return failed('subprotocol', subprotocol === undefined ? 'none' : subprotocol);
  }
  return { kind: 'upgraded', headerBytes };
}

const KNOWN_STATUSES = [400, 401, 403, 404, 429, 500, 502, 503];

function httpFailure(
  status: number,
  statusLine: string,
  headers: ReadonlyMap<string, string>,
  wallMs: number,
): UpgradeAnswer {
  const retryAfter = headers.get('retry-after');
  const detail = `${statusLine}${retryAfter ? `, Retry-After: ${retryAfter}` : ''}`;
  const retryAfterS = readRetryAfter(retryAfter, headers.get('date'), wallMs);
  if (Number.isNaN(status)) return failed('notWebSocket', statusLine);
  return failed(httpReason(status), detail, retryAfterS);
}

function httpReason(status: number): ConnectFailure {
  if (KNOWN_STATUSES.includes(status)) return `http${status}` as ConnectFailure;
  if (status >= 300 && status < 400) return 'redirect';
  if (status >= 400 && status < 500) return 'http4xx';
  return status >= 500 && status < 600 ? 'http5xx' : 'notWebSocket';
}

/** Nobody waits longer than a day. */
const MOST_RETRY_AFTER_S = 86_400;

/** A date in HTTP (RFC 9110, 5.6.7); `Date.parse` alone would take nearly anything for one. */
const HTTP_DATE = /^[A-Z][a-z]+, .+ GMT$/;
const httpDateMs = (text: string) => (HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN);

/**
 * Retry-After (RFC 9110, 10.2.3) in seconds from now; NaN when there is none or it is unreadable. A
 * date counts from the answer's own Date, for the clocks of two machines differ, and without one
 * from `wallMs`.
 */
export function readRetryAfter(
  text: string | undefined,
  dateText: string | undefined,
  wallMs: number,
): number {
  if (text === undefined) return Number.NaN;
  const fromMs = httpDateMs(dateText ?? '');
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : (httpDateMs(text) - (Number.isNaN(fromMs) ? wallMs : fromMs)) / 1000;
  return Math.min(MOST_RETRY_AFTER_S, Math.max(0, seconds));
}

function failed(reason: ConnectFailure, detail: string, retryAfterS = Number.NaN): UpgradeAnswer {
  return { kind: 'failed', reason, detail, retryAfterS };
}
