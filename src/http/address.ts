/** Where ocpp-load listens: parsed from a flag, never guessed. */
import net from 'node:net';
import { UserError } from '../base/errors.ts';

export interface Address {
  /** A name or an address, without brackets. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

/**
 * Reads `host:port`, `host`, `:port` or `port`; an IPv6 address with a port stands in brackets.
 * What is left out is the loopback address, and `defaultPort`.
 * @throws UserError
 */
export function parseAddress(text: string, flag: string, defaultPort: number): Address {
  if (/^\d+$/.test(text)) return { host: LOOPBACK, port: parsePort(text, text, flag) };
  if (net.isIPv6(text)) return { host: text, port: defaultPort };
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(text);
  if (match === null) throw badAddress(text, flag);
  const [, six, name, port] = match;
  const host = six ?? (name || LOOPBACK);
  const isHost =
    six === undefined ? /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(host) : net.isIPv6(six);
  const looksLikeIpv4 = /^[\d.]+$/.test(host);
  if (!isHost || (looksLikeIpv4 && !net.isIPv4(host))) throw badAddress(text, flag);
  return { host, port: port === undefined ? defaultPort : parsePort(port, text, flag) };
}

function parsePort(port: string, text: string, flag: string): number {
  const value = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (!(value <= 65_535)) throw badAddress(text, flag);
  return value;
}

const badAddress = (text: string, flag: string) =>
  new UserError(
    `${flag} is '${text}', which is no address to listen on`,
    'it takes host:port, a host or a port of 0 to 65535, such as 127.0.0.1:9464, [::1]:80 or 9464',
  );

/** `host:port` as it stands in a URL. */
export const addressText = ({ host, port }: Address): string =>
  `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;

/** Whether only this machine can reach it. */
export const isLoopback = ({ host }: Address): boolean =>
  host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
