/**
 * The wire of the simulation: connections in memory, each with a constant transit time both ways,
 * so that nothing overtakes. It is as strict with the engine as a socket: what a real one would
 * not take, or would corrupt, throws.
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
  /** What a refusal asks for. */
  readonly retryAfterS?: number;
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

export class SimWire implements Wire {
  readonly #options: NetworkOptions;
  readonly #connections: (Connection | null)[];

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#connections = new Array(options.shard.state.count).fill(null);
  }

  connect(c: number): void {
    const { central, sink } = this.#options;
    if (this.#connections[c] !== null)
      throw new Error(`charger ${this.#charger(c)} connects twice`);
    const { outcome, delayMs, transitMs, retryAfterS } = central.planConnect(this.#charger(c));
    const connection = { transitNs: transitMs * 1e6, clientOpen: false, serverOpen: false };
    this.#connections[c] = connection;
    this.#log(c, 'connect');
    if (outcome === 'silent') return;
    this.#later(c, delayMs * 1e6, () => {
      if (this.#connections[c] !== connection) return;
      if (outcome === 'up') return this.#opened(c, connection);
      this.#connections[c] = null;
      this.#log(c, 'failed', outcome);
      sink.failed(c, outcome, 'simulated', retryAfterS ?? Number.NaN);
    });
  }

  send(c: number, frame: Buffer): boolean {
    const { central, onSend } = this.#options;
    const connection = this.#connections[c];
    const charger = this.#charger(c);
    if (!connection?.clientOpen) throw new Error(`charger ${charger} sends without a connection`);
    const text = decodeText(frame);
    this.#log(c, '>', text);
    const stalled = central.stalls(charger);
    const copy = stalled ? Buffer.from(frame) : frame;
    this.#later(c, connection.transitNs, () => {
      if (stalled && !copy.equals(frame)) throw new Error('a frame changed before it was out');
      if (connection.serverOpen) central.onText(this.#peer(c, connection), text);
    });
    onSend(charger, text);
    return !stalled;
  }

  ping(c: number): void {
    if (!this.#connections[c]?.clientOpen) throw new Error(`${this.#charger(c)} pings nobody`);
    this.#log(c, 'ping');
  }

  close(c: number): void {
    const connection = this.#connections[c];
    if (!connection?.clientOpen) throw new Error(`charger ${this.#charger(c)} closes twice`);
    this.#log(c, 'close');
    connection.clientOpen = false;
    this.#serverHears(c, connection);
    this.#later(c, 2 * connection.transitNs, () => {
      if (this.#connections[c] !== connection) return;
      this.#connections[c] = null;
      this.#log(c, 'closed');
      this.#options.sink.closed(c);
    });
  }

  destroy(c: number): void {
    const connection = this.#connections[c];
    if (connection === null) return;
    this.#log(c, 'destroy');
    this.#connections[c] = null;
    connection.clientOpen = false;
    this.#serverHears(c, connection);
  }

  #opened(c: number, connection: Connection): void {
    connection.clientOpen = true;
    connection.serverOpen = true;
    this.#log(c, 'up');
    this.#options.central.onUp(this.#peer(c, connection));
    this.#options.sink.up(c);
  }

  /** The end of the connection reaches the central system. */
  #serverHears(c: number, connection: Connection): void {
    this.#later(c, connection.transitNs, () => {
      connection.serverOpen = false;
    });
  }

  #peer(c: number, connection: Connection): Peer {
    return {
      charger: this.#charger(c),
      nowMs: () => (this.#options.clock.dueNs() - ORIGIN_NS) / 1e6,
      after: (delayMs, act) =>
        this.#elsewhere(c, delayMs * 1e6, () => {
          if (connection.serverOpen) act();
        }),
      send: (text, encoding = 'utf8') =>
        this.#elsewhere(c, connection.transitNs, () => {
          if (this.#connections[c] !== connection) return;
          // What a closing charger still reads is not for it to act upon, so it is not in the log.
          if (connection.clientOpen) this.#log(c, '<', text);
          deliver(this.#options.sink, c, Buffer.from(text, encoding));
        }),
      end: (reason) => {
        connection.serverOpen = false;
        this.#elsewhere(c, connection.transitNs, () => {
          if (!connection.clientOpen) return;
          connection.clientOpen = false;
          this.#connections[c] = null;
          this.#log(c, 'down', reason);
          this.#options.sink.down(c, reason, 'simulated');
        });
      },
    };
  }

  #charger(c: number): number {
    return this.#options.shard.state.globalIndex[c];
  }

  #log(c: number, kind: LogKind, text = ''): void {
    const { log, clock } = this.#options;
    log.push({ atNs: clock.nowNs() - ORIGIN_NS, charger: this.#charger(c), kind, text });
  }

  #later(c: number, ns: number, act: () => void): void {
    const { clock } = this.#options;
    clock.schedule(clock.nowNs() + ns, this.#charger(c), act);
  }

  /** The central system is another machine: it does not wait for a blocked shard. */
  #elsewhere(c: number, ns: number, act: () => void): void {
    const { clock } = this.#options;
    clock.schedule(clock.dueNs() + ns, this.#charger(c), act);
  }
}

function deliver(sink: WireSink, c: number, message: Buffer): void {
  const start = message.length % 8;
  const end = start + message.copy(receive, start);
  sink.message(c, receive, start, end);
  receive.fill(0xff, start, end);
}
