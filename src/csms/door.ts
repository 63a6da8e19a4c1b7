/** Upgrades and connections: who is let in, who is turned away, who is replaced. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { SUBPROTOCOL } from '../ocpp/vocabulary.ts';
import { closeLine, openLine } from './commands/line.ts';
import { startOrders } from './commands/schedule.ts';
import { abandonHeld } from './faults/mix-up.ts';
import { statusHeaders, upgradeFault, writeWrongAccept } from './faults.ts';
import { CLOSE_POLICY, identityOf, type Refusal, refusalOf, refuse } from './handshake.ts';
import type { Connection, Office } from './office.ts';
import type { Settings } from './options.ts';
import { receive } from './serve.ts';
import { chargerOf } from './state.ts';

export interface Hall extends Office {
  readonly wss: WebSocketServer;
  /** All connections, also the replaced ones that are still closing. */
  readonly open: Set<Connection>;
  /** How many of them each address has. */
  readonly perAddress: Map<string, number>;
  /** Every socket, upgraded or not, so that `close` ends them all. */
  readonly sockets: Set<Duplex>;
  upgradeCount: number;
  /** Of the upgrade under way; `ws` asks for it synchronously. */
  subprotocol: string | false;
  isOut: boolean;
  /** Ends the process, where it is one of its own. */
  readonly die: () => void;
}

export function onUpgrade(
  hall: Hall,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on('error', () => socket.destroy());
  const { faults } = hall.settings;
  hall.upgradeCount++;
  if (hall.upgradeCount > (faults.exitAfterUpgrades ?? Number.POSITIVE_INFINITY)) hall.die();
  const fault = upgradeFault(faults, hall.upgradeCount);
  if (fault === 'stall') {
    endWithPeer(socket);
    return;
  }
  const identity = identityOf(request.url ?? '');
  const refusal =
    hall.isOut || fault === 'status'
      ? faultRefusal(hall)
      : refusalOf(hall.settings, request, identity);
  if (refusal && refusal.status !== CLOSE_POLICY) {
    hall.counters.connectionsRefused++;
    refuse(socket, refusal);
  } else if (fault === 'wrongAccept') {
    hall.counters.connectionsRefused++;
    writeWrongAccept(socket);
    endWithPeer(socket);
  } else {
    hall.subprotocol = fault === 'subprotocol' ? wrongSubprotocol(hall.settings) : SUBPROTOCOL;
    hall.wss.handleUpgrade(request, socket, head, (ws) => {
      const connection = openConnection(hall, ws, socket, identity);
      if (fault === 'close') closeEarly(connection, faults.closeAfterUpgrade ?? CLOSE_POLICY);
      else if (refusal) turnAway(hall, connection, refusal.reason);
      else admit(hall, connection);
    });
  }
}

/** For a socket that nobody reads any more: without this its end would go unseen. */
function endWithPeer(socket: Duplex): void {
  socket.on('end', () => socket.destroy()).resume();
}

const wrongSubprotocol = ({ faults }: Settings) =>
  faults.subprotocol === 'other' ? 'ocpp2.0.1' : false;

function faultRefusal({ faults }: Hall): Refusal {
  const status = faults.httpStatus ?? 503;
  return { status, reason: STATUS_CODES[status] ?? 'refused', headers: statusHeaders(faults) };
}

/** Reads what comes in, whatever becomes of it. */
function openConnection(hall: Hall, ws: WebSocket, socket: Duplex, identity: string): Connection {
  const connection: Connection = {
    charger: chargerOf(hall.state, identity),
    ws,
    socket,
    address: (socket as Socket).remoteAddress ?? '',
    line: openLine((text) => ws.send(text), hall.counters),
    isSilent: false,
    faultCount: 0,
    previousId: null,
    heldReply: null,
    isTormented: false,
  };
  hall.open.add(connection);
  hall.counters.connectionsAccepted++;
  hall.counters.connectionsOpen++;
  countAddress(hall, connection, 1);
  ws.on('message', (data: Buffer, isBinary: boolean) => receive(hall, connection, data, isBinary));
  ws.on('error', () => {}); // a frame against RFC 6455: `ws` closes with the right code by itself
  ws.on('close', () => onClose(hall, connection));
  if (hall.settings.faults.neverReads) ws.pause();
  return connection;
}

function countAddress({ perAddress }: Hall, { address }: Connection, change: 1 | -1): void {
  const count = (perAddress.get(address) ?? 0) + change;
  if (count === 0) perAddress.delete(address);
  else perAddress.set(address, count);
}

const CUT_WITHOUT_CLOSE = 1006;
function closeEarly({ ws }: Connection, code: number): void {
  if (code === CUT_WITHOUT_CLOSE) ws.terminate();
  else ws.close(code, 'not welcome');
}

function turnAway({ counters }: Hall, connection: Connection, reason: string): void {
  counters.connectionsTurnedAway++;
  connection.isSilent = true;
  connection.ws.close(CLOSE_POLICY, reason);
}

function admit(hall: Hall, connection: Connection): void {
  const { faults } = hall.settings;
  const { charger, address } = connection;
  const most = faults.maxConnectionsPerAddress ?? Number.POSITIVE_INFINITY;
  if ((hall.perAddress.get(address) ?? 0) > most) {
    turnAway(hall, connection, 'too many connections of this address');
    return;
  }
  const older = hall.byIdentity.get(charger.id);
  if (older && faults.sameIdentity === 'newRefused1008') {
    turnAway(hall, connection, 'this identity is connected already');
    return;
  }
  if (older) replace(hall, older);
  hall.byIdentity.set(charger.id, connection);
  charger.connected = true;
  if (charger.hasEarlyOrders) return;
  charger.hasEarlyOrders = true;
  startOrders(hall, charger, true);
}

/** Most central systems let the newer connection win. */
function replace({ settings }: Hall, older: Connection): void {
  if (settings.faults.sameIdentity !== 'oldSilent') {
    older.ws.close(1000, 'replaced by a newer connection');
    return;
  }
  older.isSilent = true;
  closeLine(older.line);
}

function onClose(hall: Hall, connection: Connection): void {
  hall.open.delete(connection);
  hall.counters.connectionsOpen--;
  countAddress(hall, connection, -1);
  closeLine(connection.line);
  abandonHeld(hall, connection);
  const { charger } = connection;
  if (hall.byIdentity.get(charger.id) !== connection) return;
  hall.byIdentity.delete(charger.id);
  charger.connected = false;
}
