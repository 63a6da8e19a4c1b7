/**
 * The wire over real sockets: one receive buffer for all of them (`onread`), no listener closures,
 * frames handed to `socket.write` as they lie.
 */
import { randomBytes } from 'node:crypto';
import { connect as connectTcp, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import type { PlanTls } from '../../plan/plan.ts';
import {
  type Disconnect,
  RunCounterOffset,
  type RunLatency,
  runHistogram,
  type ShardMemory,
} from '../../snapshot/layout.ts';
import { encodeClose, encodeFrame, type MaskKey, Opcode } from '../frame/mask.ts';
import {
  createFrameReader,
  type FrameReader,
  isFresh,
  readFrames,
  resetReader,
} from '../frame/reader.ts';
import { count, record } from '../latency/recorder.ts';
import { failureDetail, failureOf } from './failure.ts';
import { type Endpoint, readUpgradeAnswer, upgradeRequest } from './handshake.ts';
import type { Local } from './local-ports.ts';
import { createSecure, dropSession, keepSession, type Secure, secureOptions } from './secure.ts';
import type { Wire, WireSink } from './wire.ts';

export interface NodeWireOptions {
  readonly targets: readonly WireTarget[];
  /** Index of the target of charger `c`. */
  readonly targetOf: (c: number) => number;
  readonly locals: WireLocals | null;
  readonly tls: PlanTls;
  readonly chargerCount: number;
  readonly maxMessageBytes: number;
  readonly maskKey: MaskKey;
  readonly clock: Clock;
  readonly memory: ShardMemory;
  /** Of charger `c`: what the upgrade request says. */
  readonly identity: (c: number) => string;
  readonly password: (c: number) => string;
  readonly origin: (c: number) => string | null;
}

export interface WireTarget {
  readonly endpoint: Endpoint;
  /** The host's address, resolved once: a look-up a connection would measure the resolver. */
  readonly address: string;
}

/** Where the connections of charger `c` begin; null: as the system chooses. */
export interface WireLocals {
  /** null: every port is taken. */
  take(c: number): Local | null;
  giveBack(c: number, port: number): void;
}

/** Ports in a row that others may have taken before a connect fails for it. */
const MOST_TAKEN_PORTS = 100;

const Link = { none: 0, connecting: 1, upgrading: 2, open: 3, closing: 4 } as const;
const RECEIVE_BYTES = 65536;
const NO_BYTES = new Uint8Array(0);
const NO_LOCAL: Partial<Local> = {};
const NO_PORT = Object.assign(new Error('every source port is taken'), { code: 'EADDRNOTAVAIL' });
NO_PORT.stack = '';

/** A socket knows its charger, so that one set of listeners serves all. */
interface ChargerSocket extends Socket {
  chargerIndex: number;
  failure: (Error & { code?: string }) | null;
  /** The port that is to be given back, or 0. */
  ownPort: number;
}

export class NodeWire implements Wire {
  readonly #options: NodeWireOptions;
  readonly #sink: WireSink;
  readonly #reader: FrameReader;
  readonly #sockets: (ChargerSocket | null)[];
  readonly #links: Uint8Array;
  readonly #phaseStartNs: Float64Array;
  /** While upgrading: the key sent, and the answer so far when it came in parts. */
  readonly #webSocketKeys = new Map<number, string>();
  readonly #answers = new Map<number, Buffer>();
  readonly #receive = Buffer.allocUnsafeSlow(RECEIVE_BYTES);
  /** null: ws:// */
  readonly #secure: Secure | null;
  /** While connecting: ports that were found taken, by charger. */
  readonly #takenPorts = new Map<number, number>();
  readonly #listeners: ReturnType<NodeWire['createListeners']>;

  constructor(options: NodeWireOptions, sink: WireSink) {
    this.#options = options;
    this.#sink = sink;
    this.#sockets = new Array(options.chargerCount).fill(null);
    this.#links = new Uint8Array(options.chargerCount);
    this.#phaseStartNs = new Float64Array(options.chargerCount);
    this.#secure = options.targets[0].endpoint.secure
      ? createSecure(options.tls, options.chargerCount)
      : null;
    this.#reader = createFrameReader(options.chargerCount, options.maxMessageBytes, {
      message: (c, bytes, start, end) => sink.message(c, bytes, start, end),
      ping: (c, bytes, start, end) => this.#pong(c, bytes.subarray(start, end)),
      pong: () => count(options.memory, RunCounterOffset.pongsReceived),
      close: (c, code) => this.#closedByTarget(c, code),
      violation: (c, kind) => this.fail(c, kind, ''),
    });
    this.#listeners = this.createListeners();
  }

  connect(c: number): void {
    this.#takenPorts.delete(c);
    this.#connect(c);
  }

  #connect(c: number): void {
    this.#phaseStartNs[c] = this.#options.clock.nowNs();
    this.#links[c] = Link.connecting;
    resetReader(this.#reader, c);
    const { locals } = this.#options;
    const local = locals === null ? NO_LOCAL : locals.take(c);
    const socket = this.#open(c, local) as ChargerSocket;
    socket.chargerIndex = c;
    socket.failure = null;
    socket.ownPort = local?.localPort ?? 0;
    this.#sockets[c] = socket;
    socket.on('connect', this.#listeners.connect);
    if (this.#secure !== null) {
      socket.on('secureConnect', this.#listeners.secureConnect);
      socket.on('session', this.#listeners.session);
    }
    socket.on('error', this.#listeners.error);
    socket.on('close', this.#listeners.close);
  }

  #open(c: number, local: Partial<Local> | null): Socket {
    const { endpoint, address } = this.#target(c);
    const onread = {
      buffer: this.#receive,
      // A socket that lingers to flush its close frame must not be heard as its successor.
      callback: (bytes: number) => this.#sockets[c] !== socket || this.#read(c, bytes),
    };
    const where = { host: address, port: endpoint.port, noDelay: true, onread, ...local };
    let socket: Socket;
    try {
      if (local === null) throw NO_PORT;
      const { identity } = this.#options;
      socket =
        this.#secure === null
          ? connectTcp(where)
          : connectTls({ ...where, ...secureOptions(this.#secure, endpoint, c, identity(c)) });
    } catch (error) {
      if (!(error instanceof UserError) && local !== null) throw error;
      // No certificate or no port: told like any other failure, and not within `connect`.
      socket = new Socket().destroy(error as Error);
    }
    return socket;
  }

  #target(c: number): WireTarget {
    const { targets, targetOf } = this.#options;
    return targets[targetOf(c)];
  }

  send(c: number, frame: Buffer): boolean {
    const socket = this.#sockets[c] as ChargerSocket;
    const flowing = socket.write(frame);
    this.#options.memory.counters[RunCounterOffset.bytesSent] += frame.length;
    const pendingBytes = socket.writableLength;
    if (pendingBytes === 0) return true;
    // TLS tells of every write later, but has encrypted or copied one that it took at once.
    const secure = this.#secure !== null;
    if (!secure || !flowing) count(this.#options.memory, RunCounterOffset.stalledWrites);
    return secure && pendingBytes === frame.length;
  }

  ping(c: number): void {
    if (this.#links[c] !== Link.open) return;
    count(this.#options.memory, RunCounterOffset.pingsSent);
    this.send(c, encodeFrame(Opcode.ping, NO_BYTES, this.#options.maskKey));
  }

  close(c: number): void {
    const socket = this.#sockets[c];
    if (socket === null || this.#links[c] !== Link.open) {
      this.destroy(c);
      this.#sink.closed(c);
      return;
    }
    this.#links[c] = Link.closing;
    socket.end(encodeClose(1000, this.#options.maskKey));
  }

  destroy(c: number): void {
    const socket = this.#sockets[c];
    if (socket === null) return;
    this.#forget(c);
    socket.destroy();
  }

  /** Listeners find their charger through `this`, which Node sets to the socket. */
  private createListeners() {
    const wire = this;
    return {
      connect(this: ChargerSocket): void {
        if (wire.#sockets[this.chargerIndex] === this) wire.#connected(this.chargerIndex);
      },
      secureConnect(this: ChargerSocket): void {
        const c = this.chargerIndex;
        if (wire.#sockets[c] !== this) return;
        wire.#endPhase(c, 'tls');
        wire.#requestUpgrade(c);
      },
      session(this: ChargerSocket, session: Buffer): void {
        const c = this.chargerIndex;
        if (wire.#sockets[c] === this && wire.#secure !== null) {
          keepSession(wire.#secure, c, session);
        }
      },
      error(this: ChargerSocket, error: Error): void {
        this.failure = error;
      },
      close(this: ChargerSocket): void {
        if (this.ownPort > 0) wire.#options.locals?.giveBack(this.chargerIndex, this.ownPort);
        if (wire.#sockets[this.chargerIndex] === this) wire.#gone(this);
      },
    };
  }

  #connected(c: number): void {
    this.#endPhase(c, 'connect');
    if (this.#secure === null) this.#requestUpgrade(c);
  }

  #requestUpgrade(c: number): void {
    const { identity, password, origin } = this.#options;
    const { endpoint } = this.#target(c);
    const webSocketKey = randomBytes(16).toString('base64');
    this.#webSocketKeys.set(c, webSocketKey);
    this.#links[c] = Link.upgrading;
    const request = upgradeRequest(endpoint, identity(c), password(c), origin(c), webSocketKey);
    this.#sockets[c]?.write(request, 'latin1');
  }

  /** `bytes` bytes for charger `c` are in the shared buffer. False would pause reading. */
  #read(c: number, bytes: number): boolean {
    this.#options.memory.counters[RunCounterOffset.bytesReceived] += bytes;
    if (this.#links[c] === Link.open) {
      const received = this.#receive;
      // Nearly every read is one short whole text frame: no need for the reader's loop.
      if (
        received[0] === 0x81 &&
        received[1] === bytes - 2 &&
        bytes < 128 &&
        isFresh(this.#reader, c)
      ) {
        this.#sink.message(c, received, 2, bytes);
        return true;
      }
      readFrames(this.#reader, c, this.#receive, 0, bytes);
    } else if (this.#links[c] === Link.upgrading) {
      this.#readAnswer(c, this.#receive.subarray(0, bytes));
    }
    return true;
  }

  #readAnswer(c: number, part: Buffer): void {
    const before = this.#answers.get(c);
    const bytes = before === undefined ? part : Buffer.concat([before, part]);
    const answer = readUpgradeAnswer(
      bytes,
      this.#webSocketKeys.get(c) ?? '',
      this.#options.clock.wallMs(),
    );
    if (answer.kind === 'incomplete') {
      this.#answers.set(c, Buffer.from(bytes));
      return;
    }
    this.#webSocketKeys.delete(c);
    this.#answers.delete(c);
    if (answer.kind === 'failed') {
      this.destroy(c);
      this.#sink.failed(c, answer.reason, answer.detail, answer.retryAfterS);
      return;
    }
    this.#endPhase(c, 'upgrade');
    this.#links[c] = Link.open;
    this.#sink.up(c);
    if (answer.headerBytes < bytes.length && this.#links[c] === Link.open) {
      readFrames(this.#reader, c, bytes, answer.headerBytes, bytes.length);
    }
  }

  #endPhase(c: number, phase: RunLatency): void {
    const { clock, memory } = this.#options;
    const nowNs = clock.nowNs();
    record(memory, runHistogram(phase), nowNs - this.#phaseStartNs[c]);
    this.#phaseStartNs[c] = nowNs;
  }

  #pong(c: number, payload: Uint8Array): void {
    count(this.#options.memory, RunCounterOffset.pingsReceived);
    if (this.#links[c] !== Link.open) return;
    this.send(c, encodeFrame(Opcode.pong, payload, this.#options.maskKey));
  }

  #closedByTarget(c: number, code: number): void {
    const socket = this.#sockets[c];
    if (this.#links[c] !== Link.open || socket === null) return;
    // Answer with the same code (RFC 6455, 5.5.1); 1005 stands for none and is never sent.
    socket.write(encodeClose(code === 1005 ? 1000 : code, this.#options.maskKey));
    socket.destroySoon();
    this.#forget(c);
    this.#sink.down(c, 'closedByTarget', `close code ${code}`);
  }

  /** Ends an upgraded connection for a reason of ours. */
  fail(c: number, reason: Disconnect, detail: string): void {
    if (this.#links[c] !== Link.open) return;
    this.destroy(c);
    this.#sink.down(c, reason, detail);
  }

  /** The socket closed by itself or because the target did. */
  #gone(socket: ChargerSocket): void {
    const c = socket.chargerIndex;
    const link = this.#links[c];
    const { failure } = socket;
    this.#forget(c);
    if (link === Link.closing) {
      this.#sink.closed(c);
    } else if (link === Link.open) {
      if (failure === null) this.#sink.down(c, 'endedByTarget', '');
      else this.#sink.down(c, 'reset', failure.code ?? failure.message);
    } else {
      this.#notMade(c, failure);
    }
  }

  #notMade(c: number, failure: ChargerSocket['failure']): void {
    if (this.#portIsTaken(c, failure)) {
      this.#connect(c);
      return;
    }
    if (this.#secure !== null) dropSession(this.#secure, c);
    if (failure === null) this.#sink.failed(c, 'closedBeforeUpgrade', '', Number.NaN);
    else this.#sink.failed(c, failureOf(failure), failureDetail(failure), Number.NaN);
  }

  /** A port of ours that a listener or another program has is no failure: there are others. */
  #portIsTaken(c: number, failure: ChargerSocket['failure']): boolean {
    if (this.#options.locals === null || failure === null) return false;
    if (failureOf(failure) !== 'noLocalPort' || failure === NO_PORT) return false;
    const taken = (this.#takenPorts.get(c) ?? 0) + 1;
    this.#takenPorts.set(c, taken);
    return taken < MOST_TAKEN_PORTS;
  }

  #forget(c: number): void {
    this.#sockets[c] = null;
    this.#links[c] = Link.none;
    this.#reader.ended[c] = 1;
    this.#reader.partials[c] = null;
    this.#webSocketKeys.delete(c);
    this.#answers.delete(c);
  }
}
