/**
 * The embedded central system: a small, correct OCPP 1.6-J central system, the default target of a
 * run and the double of every test. What it answers is in `answer.ts`, whom it lets in is in
 * `door.ts`, what it sends in `commands/`, how it errs in `faults.ts`.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { UserError } from '../base/errors.ts';
import { SUBPROTOCOL } from '../ocpp/vocabulary.ts';
import { type CommandOutcome, closeLine } from './commands/line.ts';
import { issueCommand } from './commands/schedule.ts';
import { type CsmsCounters, copyCounters, emptyCounters } from './counters.ts';
import { type Hall, onUpgrade } from './door.ts';
import { needsFates } from './faults/fates.ts';
import { checkTogether } from './light/options.ts';
import { listen, reachableHost } from './listen.ts';
import { type CsmsOptions, csmsSettings, type Settings } from './options.ts';
import { startOutages } from './outages.ts';
import { chargerOf, emptyState, type State } from './state.ts';

export interface Csms {
  /** `ws://127.0.0.1:PORT`, to which a charger appends `/` and its identity. */
  readonly url: string;
  readonly port: number;
  /** Live, for tests to look at. */
  readonly state: State;
  /** A copy of what was counted so far. */
  counters(): CsmsCounters;
  /**
   * Sends a CALL to a charger as soon as none of ours to it is outstanding, and gives its fate;
   * placeholders as in `CommandPlan`. `lost`: also when it could not be sent at all.
   */
  send(identity: string, action: string, payload?: object): Promise<CommandOutcome>;
  /** Closes every connection (1001) and stops listening. */
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 1 << 20;
const CLOSE_GRACE_MS = 1_000;
const TELL_MS = 100;

/**
 * Throws `UserError` for wrong options and for an address that cannot be listened on.
 * @param die ends the process, if this is one of its own.
 */
export async function startCsms(options: CsmsOptions = {}, die?: () => void): Promise<Csms> {
  const settings = csmsSettings(options);
  checkTogether(options);
  const hall = openHall(settings, die);
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
  startOutages(hall, server, port);
  return {
    url: `${settings.tls ? 'wss' : 'ws'}://${reachableHost(settings.host)}:${port}`,
    port,
    state: hall.state,
    counters: () => copyCounters(hall.counters),
    send: (identity, action, payload = {}) =>
      new Promise((resolve) => {
        issueCommand(hall, chargerOf(hall.state, identity), action, payload, resolve);
      }),
    close: () => {
      clearInterval(pinger);
      return closeAll(hall, server);
    },
  };
}

function openHall(settings: Settings, die?: () => void): Hall {
  const { faults } = settings;
  if (faults.exitAfterUpgrades !== undefined && die === undefined) {
    const hint = 'only a central system in a process of its own can die: spawnOne';
    throw new UserError(`faults.exitAfterUpgrades is ${faults.exitAfterUpgrades}`, hint);
  }
  const hall: Hall = {
    settings,
    listensSinceMs: performance.now(),
    orders: settings.orders,
    state: emptyState(settings.blockedIdTags, faults.transactionIds),
    counters: emptyCounters(),
    intervalS: settings.intervalS,
    requireBoot: settings.requireBoot,
    deduplicate: settings.deduplicate,
    faults,
    hasSwitches: needsFates(settings),
    hasReplyFault: faults.reply !== undefined,
    wss: new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: faults.compression === 'whenOffered' ? { threshold: 0 } : false,
      skipUTF8Validation: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: () => hall.subprotocol,
    }),
    byIdentity: new Map(),
    victim: null,
    open: new Set(),
    perAddress: new Map(),
    sockets: new Set(),
    upgradeCount: 0,
    subprotocol: SUBPROTOCOL,
    isOut: false,
    isClosing: false,
    die: die ?? (() => {}),
  };
  if (faults.compression === 'unasked') {
    hall.wss.on('headers', (headers) => {
      headers.push('Sec-WebSocket-Extensions: permessage-deflate');
    });
  }
  return hall;
}

function startPings(hall: Hall): NodeJS.Timeout | undefined {
  const { pingEveryMs } = hall.settings.faults;
  if (pingEveryMs === undefined) return undefined;
  return setInterval(() => {
    for (const { ws } of hall.open) ws.ping('ping');
  }, pingEveryMs);
}

async function closeAll(hall: Hall, server: Server): Promise<void> {
  hall.isClosing = true;
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
  for (const { line } of hall.open) closeLine(line);
}
