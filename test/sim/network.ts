/**
 * The wire of the simulation: connections in memory, each with a constant transit time both ways, so
 * that nothing overtakes. It is as strict with the engine as a socket: what a real one would not
 * take, or would corrupt, throws.
 */
import type { Shard } from '../../src/engine/charger/shard.ts';
import type { Wire, WireSink } from '../../src/engine/socket/wire.ts';
import type { ConnectFailure, Disconnect } from '../../src/snapshot/layout.ts';
import { decodeText } from '../engine/frame/decode.ts';
import { ORIGIN_NS, type VirtualClock } from './clock.ts';
import type { LogEntry, LogKind } from './log.ts';

/** What becomes of an attempt to connect. `silent`: nothing, until the charger gives up. */
export interface ConnectPlan {
  readonly outcome: 'up' | 'silent' | ConnectFailure;
  readonly delayMs: number;
  /** One way, for all that follows. */
  readonly transitMs: number;
}

/** A connection as the central system sees it. */
export interface Peer {
  /** Index in the whole run. */
  readonly charger: number;
  readonly nowMs: () => number;
  /** Runs `act` later, if the connection still stands then. */
  after(delayMs: number, act: () => void): void;
  /** With `latin1`, characters above 127 make a text that is not UTF-8. */
  send(text: string, encoding?: 'utf8' | 'latin1'): void;
  /** Ends the connection. */
  end(reason: Disconnect): void;
}

/** A central system: whatever answers. `charger` is the index in the whole run. */
export interface Central {
  planConnect(charger: number): ConnectPlan;
  /** Whether the kernel leaves bytes of this frame for later. */
  stalls(charger: number): boolean;
  onUp(peer: Peer): void;
  onText(peer: Peer, text: string): void;
}

interface Connection {
  readonly transitNs: number;
  clientOpen: boolean;
  serverOpen: boolean;
}

export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly central: Central;
  readonly shard: Shard;
  readonly sink: WireSink;
  readonly log: LogEntry[];
  /** Called with each frame before it leaves. */
  readonly onSend: (charger: number, text: string) => void;
}

/** Messages lie at different places of one buffer, which is overwritten after each. */
const receive = Buffer.alloc(70_000);

export function simWire(options: NetworkOptions): Wire {
  const { clock, central, shard, sink } = options;
  const connections: (Connection | null)[] = new Array(shard.state.count).fill(null);
  const chargerOf = (c: number) => shard.state.globalIndex[c];
  const later = (c: number, ns: number, act: () => void) =>
    clock.schedule(clock.nowNs() + ns, chargerOf(c), act);
  /** The central system is another machine: it does not wait for a blocked shard. */
  const elsewhere = (c: number, ns: number, act: () => void) =>
    clock.schedule(clock.dueNs() + ns, chargerOf(c), act);
  const log = (c: number, kind: LogKind, text = '') =>
    options.log.push({ atNs: clock.nowNs() - ORIGIN_NS, charger: chargerOf(c), kind, text });

  const peerOf = (c: number, connection: Connection): Peer => ({
    charger: chargerOf(c),
    nowMs: () => (clock.dueNs() - ORIGIN_NS) / 1e6,
    after: (delayMs, act) =>
      void elsewhere(c, delayMs * 1e6, () => {
        if (connection.serverOpen) act();
      }),
    send: (text, encoding = 'utf8') =>
      void elsewhere(c, connection.transitNs, () => {
        if (connections[c] !== connection) return;
        // What a closing charger still reads is not for it to act upon, so it is not in the log.
        if (connection.clientOpen) log(c, '<', text);
        deliver(sink, c, Buffer.from(text, encoding));
      }),
    end: (reason) => {
      connection.serverOpen = false;
      elsewhere(c, connection.transitNs, () => {
        if (!connection.clientOpen) return;
        connection.clientOpen = false;
        connections[c] = null;
        log(c, 'down', reason);
        sink.down(c, reason, 'simulated');
      });
    },
  });

  const opened = (c: number, connection: Connection) => {
    connection.clientOpen = true;
    connection.serverOpen = true;
    log(c, 'up');
    central.onUp(peerOf(c, connection));
    sink.up(c);
  };

  return {
    connect(c) {
      if (connections[c] !== null) throw new Error(`charger ${chargerOf(c)} connects twice`);
      const plan = central.planConnect(chargerOf(c));
      const connection = { transitNs: plan.transitMs * 1e6, clientOpen: false, serverOpen: false };
      connections[c] = connection;
      log(c, 'connect');
      const { outcome } = plan;
      if (outcome === 'silent') return;
      later(c, plan.delayMs * 1e6, () => {
        if (connections[c] !== connection) return;
        if (outcome === 'up') return opened(c, connection);
        connections[c] = null;
        log(c, 'failed', outcome);
        sink.failed(c, outcome, 'simulated');
      });
    },

    send(c, frame) {
      const connection = connections[c];
      if (!connection?.clientOpen) throw new Error(`charger ${chargerOf(c)} sends without a link`);
      const text = decodeText(frame);
      log(c, '>', text);
      const stalled = central.stalls(chargerOf(c));
      const copy = stalled ? Buffer.from(frame) : frame;
      later(c, connection.transitNs, () => {
        if (stalled && !copy.equals(frame)) throw new Error('a frame changed before it was out');
        if (connection.serverOpen) central.onText(peerOf(c, connection), text);
      });
      options.onSend(chargerOf(c), text);
      return !stalled;
    },

    close(c) {
      const connection = connections[c];
      if (!connection?.clientOpen) throw new Error(`charger ${chargerOf(c)} closes what is closed`);
      log(c, 'close');
      connection.clientOpen = false;
      later(c, connection.transitNs, () => {
        connection.serverOpen = false;
      });
      later(c, 2 * connection.transitNs, () => {
        if (connections[c] !== connection) return;
        connections[c] = null;
        log(c, 'closed');
        sink.closed(c);
      });
    },

    destroy(c) {
      const connection = connections[c];
      if (connection === null) return;
      log(c, 'destroy');
      connections[c] = null;
      connection.clientOpen = false;
      later(c, connection.transitNs, () => {
        connection.serverOpen = false;
      });
    },
  };
}

function deliver(sink: WireSink, c: number, message: Buffer): void {
  const start = message.length % 8;
  const end = start + message.copy(receive, start);
  sink.message(c, receive, start, end);
  receive.fill(0xff, start, end);
}
