/** One connection to the target, as far as TLS, to see what it says; nothing else is contacted. */
import { lookup } from 'node:dns/promises';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type PeerCertificate, connect as tlsConnect } from 'node:tls';
import { UserError } from '../base/errors.ts';
import type { SocketError } from '../engine/socket/failure.ts';
import { type Endpoint, parseEndpoint } from '../engine/socket/handshake.ts';
import type { PlanTls } from '../plan/plan.ts';
import { tlsContext } from '../plan/tls.ts';

export interface TargetFacts {
  readonly endpoint: Endpoint;
  /** None for an address, which needs no look-up. */
  readonly dns: DnsFact | null;
  /** null: there was no address to connect to. */
  readonly tcp: TcpFact | null;
  /** null: it is no wss://, or was not reached. */
  readonly tls: TlsFact | null;
  /** The target listens on this machine. */
  readonly isHere: boolean;
}

export type DnsFact = { readonly addresses: readonly string[]; readonly ms: number } | Failed;
export type TcpFact = { readonly address: string; readonly ms: number } | Failed;
export type TlsFact = TlsSession | Failed;

export interface Failed {
  readonly error: SocketError;
}

export interface TlsSession {
  readonly ms: number;
  /** `TLSv1.3` */
  readonly version: string;
  /** Code of what is wrong with the target's certificate; null: it verifies. */
  readonly refusal: string | null;
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: Date;
  /** The chargers verify it. */
  readonly verified: boolean;
}

export interface NetworkPorts {
  /** All addresses, those of IPv4 first; rejects with a code. */
  readonly lookup: (hostname: string) => Promise<readonly string[]>;
  readonly connect: (address: string, port: number) => Socket;
  readonly ownAddresses: () => readonly string[];
  readonly nowMs: () => number;
}

export const networkPorts: NetworkPorts = {
  lookup: async (hostname) =>
    (await lookup(hostname, { all: true, order: 'ipv4first' })).map(({ address }) => address),
  connect: (address, port) => netConnect(port, address),
  ownAddresses: () =>
    Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []),
  nowMs: () => performance.now(),
};

/** How to be a charger at the TLS layer; `identity` names its client certificate. */
export interface TlsManners {
  readonly tls: PlanTls;
  readonly identity: string;
}

/** Resolves within `limitMs` or little more, whatever the target does; never rejects. */
export async function reachTarget(
  url: string,
  manners: TlsManners,
  limitMs: number,
  ports: NetworkPorts = networkPorts,
): Promise<TargetFacts> {
  const endpoint = parseEndpoint(url);
  const endMs = ports.nowMs() + limitMs;
  const dns = isIP(endpoint.hostname) ? null : await lookUp(endpoint.hostname, endMs, ports);
  const [address] = dns === null ? [endpoint.hostname] : 'addresses' in dns ? dns.addresses : [];
  const nowhere = { endpoint, dns, tcp: null, tls: null, isHere: false };
  if (address === undefined) return nowhere;
  const isHere = address.startsWith('127.') || ports.ownAddresses().includes(address);
  const socket = ports.connect(address, endpoint.port);
  try {
    const tcp = await opened(socket, address, endMs, ports);
    const wantsTls = endpoint.secure && !('error' in tcp);
    const tls = wantsTls ? await secured(socket, endpoint, manners, endMs, ports) : null;
    return { endpoint, dns, tcp, tls, isHere };
  } finally {
    socket.destroy();
  }
}

async function lookUp(hostname: string, endMs: number, ports: NetworkPorts): Promise<DnsFact> {
  const startMs = ports.nowMs();
  return within(endMs, ports, (settle) => {
    ports.lookup(hostname).then(
      (addresses) => settle({ addresses, ms: ports.nowMs() - startMs }),
      (error: SocketError) => settle({ error }),
    );
  });
}

function opened(
  socket: Socket,
  address: string,
  endMs: number,
  ports: NetworkPorts,
): Promise<TcpFact> {
  const startMs = ports.nowMs();
  return within(endMs, ports, (settle) => {
    socket.once('connect', () => settle({ address, ms: ports.nowMs() - startMs }));
    socket.on('error', (error) => settle({ error }));
  });
}

/** With TLS 1.3 a target refuses a client certificate only after the client thinks it is done. */
const ALERT_WAIT_MS = 100;

function secured(
  socket: Socket,
  { hostname }: Endpoint,
  { tls, identity }: TlsManners,
  endMs: number,
  ports: NetworkPorts,
): Promise<TlsFact> {
  const startMs = ports.nowMs();
  return within(endMs, ports, (settle) => {
    try {
      const secure = tlsConnect({
        socket,
        host: hostname,
        secureContext: tlsContext(tls, identity),
        ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
        // What is wrong with a certificate is to be told, and the certificate with it.
        rejectUnauthorized: false,
      });
      secure.on('error', (error) => settle({ error }));
      secure.once('close', () => settle({ error: codeOnly('ECONNRESET') }));
      secure.once('secureConnect', () => {
        const session = {
          ms: ports.nowMs() - startMs,
          version: secure.getProtocol() ?? 'TLS',
          // Its type says Error; it is the code.
          refusal: secure.authorized ? null : String(secure.authorizationError),
          ...certificateOf(secure.getPeerCertificate()),
          verified: tls.verify,
        };
        setTimeout(() => settle(session), ALERT_WAIT_MS);
        secure.resume();
      });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      settle({ error });
    }
  });
}

function certificateOf({ subject, issuer, valid_to }: PeerCertificate) {
  const name = (names: { CN?: string | string[]; O?: string | string[] } | undefined) =>
    [names?.CN ?? names?.O ?? 'without a name'].flat().join(', ');
  return { subject: name(subject), issuer: name(issuer), validTo: new Date(valid_to) };
}

const codeOnly = (code: string): SocketError => Object.assign(new Error(code), { code });

function within<T>(
  endMs: number,
  ports: NetworkPorts,
  begin: (settle: (fact: T | Failed) => void) => void,
): Promise<T | Failed> {
  return new Promise((resolve) => {
    const leftMs = Math.max(0, endMs - ports.nowMs());
    const timer = setTimeout(() => settle({ error: codeOnly('ETIMEDOUT') }), leftMs);
    const settle = (fact: T | Failed) => {
      clearTimeout(timer);
      resolve(fact);
    };
    begin(settle);
  });
}
