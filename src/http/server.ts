/** A small HTTP server beside a run: it never delays the run, nor its end. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net from 'node:net';
import os from 'node:os';
import { UserError } from '../base/errors.ts';
import { type Address, addressText } from './address.ts';

export type Request = IncomingMessage;
export type Response = ServerResponse;
/** Answers one request; what it throws becomes a 500. */
export type Handler = (request: Request, response: Response) => void | Promise<void>;

export interface HttpService {
  /** With the port that was taken. */
  readonly address: Address;
  readonly url: string;
  /** Ends it at once, with every connection that is open. */
  close(): void;
}

/** More are refused: each costs the thread that watches the run. */
const MOST_CONNECTIONS = 200;
/** Who sends or reads nothing for so long is cut off. */
const SILENT_MS = 15_000;

/** @throws UserError when nobody can listen there. */
export async function serveHttp(
  wanted: Address,
  flag: string,
  handle: Handler,
): Promise<HttpService> {
  const server = http.createServer((request, response) =>
    answer(request, response, wanted, handle),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = SILENT_MS;
  server.requestTimeout = SILENT_MS;
  server.setTimeout(SILENT_MS);
  await listening(server, wanted, flag);
  server.on('error', () => {});
  server.unref();
  const address = { host: wanted.host, port: (server.address() as net.AddressInfo).port };
  return {
    address,
    url: `http://${addressText(address)}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listening(server: http.Server, wanted: Address, flag: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(cannotListen(error, wanted, flag)),
    );
    server.listen({ ...wanted, exclusive: true }, resolve);
  });
}

const WHY: Readonly<Record<string, readonly [string, string]>> = {
  EADDRINUSE: ['somebody listens there already', 'choose another port; port 0 takes any free one'],
  EACCES: ['this user may not', 'choose a port above 1023'],
  EADDRNOTAVAIL: ['this machine has no such address', 'choose an address of this machine'],
  ENOTFOUND: ['the name is not known', 'choose an address of this machine'],
};

function cannotListen({ code = '?' }: NodeJS.ErrnoException, wanted: Address, flag: string): Error {
  const [why, usual] = WHY[code] ?? [code, 'choose another address'];
  // `::1:9464` is an address as well.
  const brackets = code === 'EADDRNOTAVAIL' && net.isIPv6(wanted.host);
  const hint = brackets ? `${usual}; one with a port stands in brackets: [::1]:9464` : usual;
  return new UserError(`${flag}: cannot listen on ${addressText(wanted)}: ${why}`, hint);
}

function answer(request: Request, response: Response, wanted: Address, handle: Handler): void {
  response.on('error', () => {});
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'no-store');
  if (!isOurName(request.headers.host, wanted)) {
    plain(response, 421, 'this server is not known by that name; use its address\n');
    return;
  }
  Promise.resolve()
    .then(() => handle(request, response))
    .catch((error) => {
      if (response.headersSent) response.destroy();
      else plain(response, 500, `${String(error)}\n`);
    });
}

export function plain(response: Response, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

/**
 * A page of a stranger can have its own name resolve to our address, and would then read what we
 * say. No name but ours is answered: addresses, localhost, what was bound, and how containers and
 * other machines call this one.
 */
export function isOurName(header: string | undefined, { host }: Pick<Address, 'host'>): boolean {
  const [, six, name = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header ?? '') ?? [];
  if (six !== undefined) return net.isIPv6(six);
  if (net.isIPv4(name)) return true;
  const ours = ['localhost', 'host.docker.internal', host, os.hostname()];
  return ours.some((each) => each.toLowerCase() === name.toLowerCase());
}
