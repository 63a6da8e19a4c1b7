/** Which upgrades are let in, and the identity that they carry. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL } from '../ocpp/vocabulary.ts';
import type { Settings } from './options.ts';

export interface Refusal {
  /** Of HTTP, or `CLOSE_POLICY`: let in with a 101 and closed at once. */
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Close code 1008, policy violation (RFC 6455, 7.4.1). */
export const CLOSE_POLICY = 1008;

/** The last segment of the path, decoded; `''` when there is none. */
export function identityOf(url: string): string {
  const path = url.split('?', 1)[0];
  const segment = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

/** `null` when `request` may become a connection of `identity`. */
export function refusalOf(
  settings: Settings,
  request: IncomingMessage,
  identity: string,
): Refusal | null {
  const { faults } = settings;
  if (identity === '') {
    return { status: 404, reason: 'the path ends with the identity of the charge point' };
  }
  if (settings.expectedPassword !== null && !authorised(settings, request, identity)) {
    return refusal(faults.wrongPassword ?? 401, 'wrong identity or password');
  }
  if (settings.knownIdentities && !settings.knownIdentities.has(identity)) {
    return refusal(faults.unknownIdentity ?? 404, 'unknown charge point');
  }
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  if (!offered.split(',').some((name) => name.trim() === SUBPROTOCOL)) {
    return { status: 400, reason: `the sub-protocol ${SUBPROTOCOL} is required` };
  }
  return null;
}

const refusal = (status: number, reason: string): Refusal =>
  status === 401
    ? { status, reason, headers: { 'WWW-Authenticate': 'Basic realm="ocpp"' } }
    : { status, reason };

function authorised(settings: Settings, request: IncomingMessage, identity: string): boolean {
  const [, token] = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) return false;
  const credentials = Buffer.from(token, 'base64').toString();
  return credentials === `${identity}:${settings.expectedPassword}`;
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** Answers an upgrade with an HTTP status and ends the connection. */
export function refuse(socket: Duplex, refusal: Refusal): void {
  const lines = [
    `HTTP/1.1 ${refusal.status} ${STATUS_TEXTS[refusal.status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(refusal.reason)}`,
    ...Object.entries(refusal.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${refusal.reason}`);
}
