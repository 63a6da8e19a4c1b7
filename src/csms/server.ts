/**
 * The embedded central system: a small, correct OCPP 1.6-J central system, the default target of a
 * run and the double of every test. What it answers is in `answer.ts`, how it errs in `faults.ts`.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { UserError } from '../base/errors.ts';
import { SUBPROTOCOL } from '../ocpp/vocabulary.ts';
import { type CsmsCounters, copyCounters, emptyCounters } from './counters.ts';
import { statusHeaders, type UpgradeFault, upgradeFault, writeWrongAccept } from './faults.ts';
import { identityOf, refusalOf, refuse } from './handshake.ts';
import { type CsmsOptions, csmsSettings, type Settings } from './options.ts';
import { type Connection, type Office, receive } from './serve.ts';
import { chargerOf, emptyState, type State } from './state.ts';

export interface Csms {
  /** `ws://127.0.0.1:PORT`, to which a charger appends `/` and its identity. */
  readonly url: string;
  readonly port: number;
  /** Live, for tests to look at. */
  readonly state: State;
  /** A copy of what was counted so far. */
  counters(): CsmsCounters;
  /** Closes every connection (1001) and stops listening. */
  close(): Promise<void>;
}

interface Hall extends Office {
  readonly wss: WebSocketServer;
  /** The connection of each identity that is in charge. */
  readonly byIdentity: Map<string, Connection>;
  /** All of them, also the replaced ones that are still closing. */
  readonly open: Set<Connection>;
  /** Every socket, upgraded or not, so that `close` ends them all. */
  readonly sockets: Set<Duplex>;
  upgradeCount: number;
  /** Of the upgrade under way; `ws` asks for it synchronously. */
  subprotocol: string | false;
}

const BACKLOG = 4_096;
const MAX_MESSAGE_BYTES = 1 << 20;
const CLOSE_GRACE_MS = 1_000;
const TELL_MS = 100;

/** Throws `UserError` for wrong options and for an address that cannot be listened on. */
export async function startCsms(options: CsmsOptions = {}): Promise<Csms> {
  const settings = csmsSettings(options);
  const hall = openHall(settings);
  const server = settings.tls ? createTlsServer(settings.tls) : createServer();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    onUpgrade(hall, request, socket, head),
  );
  server.on('request', (_request, response) => {
    response.writeHead(426, { Upgrade: 'websocket', Connection: 'close' });
    response.end('ocpp-load csms: a test double of an OCPP 1.6-J central system\n');
  });
  server.on('connection', (socket: Duplex) => {
    hall.sockets.add(socket);
    socket.once('close', () => hall.sockets.delete(socket));
  });
  const port = await listen(server, settings);
  const pinger = startPings(hall);
  return {
    url: `${settings.tls ? 'wss' : 'ws'}://${reachableHost(settings.host)}:${port}`,
    port,
    state: hall.state,
    counters: () => copyCounters(hall.counters),
    close: () => {
      clearInterval(pinger);
      return closeAll(hall, server);
    },
  };
}

function openHall(settings: Settings): Hall {
  const hall: Hall = {
    settings,
    state: emptyState(settings.blockedIdTags),
    counters: emptyCounters(),
    intervalS: settings.intervalS,
    requireBoot: settings.requireBoot,
    refuseBoots: settings.faults.refuseBoots,
    hasSwitches: settings.errorRate + settings.silence + settings.drop > 0,
    hasReplyFault: settings.faults.reply !== undefined,
    wss: new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      skipUTF8Validation: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: () => hall.subprotocol,
    }),
    byIdentity: new Map(),
    open: new Set(),
    sockets: new Set(),
    upgradeCount: 0,
    subprotocol: SUBPROTOCOL,
  };
  return hall;
}

function onUpgrade(hall: Hall, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  const fault = upgradeFault(hall.settings.faults, ++hall.upgradeCount);
  if (fault === 'stall') {
    endWithPeer(socket);
    return;
  }
  const identity = identityOf(request.url ?? '');
  const refusal =
    fault === 'status' ? faultRefusal(hall.settings) : refusalOf(hall.settings, request, identity);
  if (refusal) {
    hall.counters.connectionsRefused++;
    refuse(socket, refusal);
  } else if (fault === 'wrongAccept') {
    hall.counters.connectionsRefused++;
    writeWrongAccept(socket);
    endWithPeer(socket);
  } else {
    hall.subprotocol = fault === 'subprotocol' ? wrongSubprotocol(hall.settings) : SUBPROTOCOL;
    hall.wss.handleUpgrade(request, socket, head, (ws) =>
      onConnection(hall, ws, socket, identity, fault),
    );
  }
}

/** For a socket that nobody reads any more: without this its end would go unseen. */
function endWithPeer(socket: Duplex): void {
  socket.on('end', () => socket.destroy()).resume();
}

const wrongSubprotocol = ({ faults }: Settings) =>
  faults.subprotocol === 'other' ? 'ocpp2.0.1' : false;

function faultRefusal({ faults }: Settings) {
  const status = faults.httpStatus ?? 503;
  return { status, reason: STATUS_CODES[status] ?? 'refused', headers: statusHeaders(faults) };
}

function onConnection(
  hall: Hall,
  ws: WebSocket,
  socket: Duplex,
  identity: string,
  fault: UpgradeFault,
): void {
  const charger = chargerOf(hall.state, identity);
  const connection: Connection = { charger, ws, socket, faultCount: 0 };
  // As most central systems do: the newer connection wins.
  hall.byIdentity.get(identity)?.ws.close(1000, 'replaced by a newer connection');
  hall.byIdentity.set(identity, connection);
  hall.open.add(connection);
  hall.counters.connectionsAccepted++;
  hall.counters.connectionsOpen++;
  charger.connected = true;
  ws.on('message', (data: Buffer, isBinary: boolean) => receive(hall, connection, data, isBinary));
  ws.on('error', () => {}); // a frame against RFC 6455: `ws` closes with the right code by itself
  ws.on('close', () => onClose(hall, connection));
  if (hall.settings.faults.neverReads) ws.pause();
  if (fault === 'close') closeEarly(ws, hall.settings.faults.closeAfterUpgrade ?? 1008);
}

const CUT_WITHOUT_CLOSE = 1006;
function closeEarly(ws: WebSocket, code: number): void {
  if (code === CUT_WITHOUT_CLOSE) ws.terminate();
  else ws.close(code, 'not welcome');
}

function onClose(hall: Hall, connection: Connection): void {
  hall.open.delete(connection);
  hall.counters.connectionsOpen--;
  const { charger } = connection;
  if (hall.byIdentity.get(charger.id) !== connection) return;
  hall.byIdentity.delete(charger.id);
  charger.connected = false;
}

function startPings(hall: Hall): NodeJS.Timeout | undefined {
  const { pingEveryMs } = hall.settings.faults;
  if (pingEveryMs === undefined) return undefined;
  return setInterval(() => {
    for (const { ws } of hall.open) ws.ping('ping');
  }, pingEveryMs);
}

function listen(server: Server, settings: Settings): Promise<number> {
  const { host, port } = settings;
  return new Promise((resolve, reject) => {
    // Once it listens, an error is one connection that could not be accepted: the charger sees it.
    server.on('error', (error: NodeJS.ErrnoException) => reject(listenError(error, settings)));
    server.listen({ host, port, backlog: BACKLOG }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function listenError(error: NodeJS.ErrnoException, { host, port }: Settings): Error {
  const address = `${host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new UserError(
        `port ${port} of ${host} is in use`,
        'take another, or 0 for any free one',
      );
    case 'EACCES':
      return new UserError(`${address} may not be listened on`, 'ports below 1024 need privileges');
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new UserError(
        `host '${host}' is not an address of this machine`,
        '127.0.0.1 for this machine alone, 0.0.0.0 for every address of it',
      );
    default:
      return error;
  }
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

async function closeAll(hall: Hall, server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const { ws } of hall.open) ws.close(1001, 'the central system stops');
  // A charger that does not answer the close frame must not hold it up.
  const cut = setTimeout(() => {
    for (const socket of hall.sockets) socket.destroy();
  }, CLOSE_GRACE_MS);
  const told = Promise.all(Array.from(hall.open, ({ ws }) => once(ws, 'close')));
  await closed;
  clearTimeout(cut);
  // The last sockets are gone a moment before `ws` tells of it; a paused one may never tell.
  await Promise.race([told, setTimeoutAsync(TELL_MS)]);
}
