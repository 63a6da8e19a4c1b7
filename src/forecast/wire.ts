/**
 * A wire without a network: what a charger sends is counted, and answered after the latency that
 * the forecast assumes. Connects take as long as is assumed, or fail while the target is away.
 */
import type { Shard } from '../engine/charger/shard.ts';
import type { Wire, WireSink } from '../engine/socket/wire.ts';
import { RunCounterOffset } from '../snapshot/layout.ts';
import { createReplies, type Replies } from './replies.ts';
import { createRing, nextDueNs, push, type Ring, take } from './ring.ts';

/** What is assumed of the target; the same at any load, or nobody could say what was meant. */
export interface Assumed {
  /** From a connect to its open WebSocket, and from a CALL to its answer. */
  readonly connectNs: number;
  readonly answerNs: number;
  /** Heartbeats as BootNotification.conf asks for them. */
  readonly intervalS: number;
  /** The target is away from `fromNs` to `toNs` since the start; null: never. */
  readonly outage: { readonly fromNs: number; readonly toNs: number } | null;
}

/** Bytes of a header of a short frame of the target, which are not masked. */
const HEADER_BYTES = 2;
const LONG_FROM = 126;
const LONG_HEADER_BYTES = 4;
const PING_BYTES = 6;

export class CountingWire implements Wire {
  readonly #shard: Shard;
  readonly #sink: WireSink;
  readonly #assumed: Assumed;
  readonly #replies: Replies;
  /** Counts the connections of a charger, so that what is meant for an older one is dropped. */
  readonly #marks: Int32Array;
  readonly #isOpen: Uint8Array;
  readonly #connects = createRing();
  readonly #answers = createRing();
  readonly #closes = createRing();
  readonly #bytes = Buffer.alloc(1024);
  #isAway = false;

  constructor(shard: Shard, sink: WireSink, assumed: Assumed) {
    this.#shard = shard;
    this.#sink = sink;
    this.#assumed = assumed;
    this.#replies = createReplies(assumed.intervalS);
    this.#marks = new Int32Array(shard.state.count);
    this.#isOpen = new Uint8Array(shard.state.count);
  }

  connect(c: number): void {
    push(this.#connects, c, ++this.#marks[c], this.#now() + this.#assumed.connectNs);
  }

  send(c: number, frame: Buffer): boolean {
    this.#shard.memory.counters[RunCounterOffset.bytesSent] += frame.length;
    push(this.#answers, c, this.#marks[c], this.#now() + this.#assumed.answerNs);
    return true;
  }

  ping(_: number): void {
    const { counters } = this.#shard.memory;
    counters[RunCounterOffset.bytesSent] += PING_BYTES;
    counters[RunCounterOffset.pingsSent]++;
  }

  close(c: number): void {
    this.#isOpen[c] = 0;
    push(this.#closes, c, ++this.#marks[c], this.#now() + this.#assumed.answerNs);
  }

  destroy(c: number): void {
    this.#isOpen[c] = 0;
    this.#marks[c]++;
  }

  /** When the next thing happens here; Infinity: nothing will by itself. */
  nextNs(): number {
    return Math.min(
      nextDueNs(this.#connects),
      nextDueNs(this.#answers),
      nextDueNs(this.#closes),
      this.#nextOutageNs(),
    );
  }

  /** Lets happen what is due. */
  act(nowNs: number): void {
    if (this.#nextOutageNs() <= nowNs) this.#turn();
    while (nextDueNs(this.#connects) <= nowNs) this.#opened(take(this.#connects));
    while (nextDueNs(this.#answers) <= nowNs) this.#answered(take(this.#answers));
    while (nextDueNs(this.#closes) <= nowNs) this.#closed(take(this.#closes));
  }

  #now(): number {
    return this.#shard.clock.nowNs();
  }

  #nextOutageNs(): number {
    const { outage } = this.#assumed;
    if (outage === null) return Number.POSITIVE_INFINITY;
    const sinceNs = this.#now() - this.#shard.startNs;
    if (this.#isAway) return this.#shard.startNs + outage.toNs;
    return sinceNs > outage.toNs ? Number.POSITIVE_INFINITY : this.#shard.startNs + outage.fromNs;
  }

  /** The target goes away, and every connection with it; or comes back. */
  #turn(): void {
    this.#isAway = !this.#isAway;
    if (!this.#isAway) return;
    for (let c = 0; c < this.#isOpen.length; c++) {
      if (this.#isOpen[c] === 0) continue;
      this.destroy(c);
      this.#sink.down(c, 'endedByTarget', 'the outage of the forecast');
    }
  }

  #opened(at: number): void {
    const c = this.#current(this.#connects, at);
    if (c < 0) return;
    if (this.#isAway) {
      this.#sink.failed(c, 'refused', 'the outage of the forecast', Number.NaN);
      return;
    }
    this.#isOpen[c] = 1;
    this.#sink.up(c);
  }

  #answered(at: number): void {
    const c = this.#current(this.#answers, at);
    if (c < 0) return;
    const { state, memory, clock } = this.#shard;
    const id = state.nextId[c] - 1;
    const length = this.#replies.write(this.#bytes, state.callAction[c], id, clock.wallMs());
    const header = length < LONG_FROM ? HEADER_BYTES : LONG_HEADER_BYTES;
    memory.counters[RunCounterOffset.bytesReceived] += length + header;
    this.#sink.message(c, this.#bytes, 0, length);
  }

  #closed(at: number): void {
    const c = this.#current(this.#closes, at);
    if (c >= 0) this.#sink.closed(c);
  }

  /** The charger, unless it has another connection by now: then -1. */
  #current({ charger, mark }: Ring, at: number): number {
    const c = charger[at];
    return mark[at] === this.#marks[c] ? c : -1;
  }
}
