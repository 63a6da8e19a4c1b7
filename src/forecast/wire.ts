/**
 * A wire without a network: what a charger sends is counted, and answered after the latency that
 * the forecast assumes. Connects take as long, or fail while the target is away.
 */
import { drawUniform, streamSeed } from '../base/random.ts';
import type { Shard } from '../engine/charger/shard.ts';
import { NO_CALL } from '../engine/charger/state.ts';
import { arm, createTimers, disarm, nextDeadlineNs, takeDue } from '../engine/charger/timers.ts';
import type { Wire, WireSink } from '../engine/socket/wire.ts';
import { RunCounterOffset } from '../snapshot/layout.ts';
import type { Assumed } from './assumed.ts';
import { createReplies, type Replies } from './replies.ts';

/** Headers of the target's frames, which are not masked: of a short text, of a longer one. */
const HEADER_BYTES = 2;
const LONG_FROM = 126;
const LONG_HEADER_BYTES = 4;
const PING_BYTES = 6;
const PONG_BYTES = 2;

/** Random streams of the latencies; other purposes are the chargers' own. */
const LATENCY_PURPOSE = 2000;

/** What a charger waits for from the network: never two things at once. */
const Awaits = { open: 0, answer: 1, closed: 2 } as const;

export class CountingWire implements Wire {
  readonly #shard: Shard;
  readonly #sink: WireSink;
  readonly #assumed: Assumed;
  readonly #replies: Replies;
  readonly #awaits: Uint8Array;
  readonly #isOpen: Uint8Array;
  readonly #random: Uint32Array;
  /** One a charger, and the last for the outage. */
  readonly #timers;
  readonly #outageTimer: number;
  #isAway = false;

  /** @param startNs the run's origin on the shard's clock. */
  constructor(shard: Shard, sink: WireSink, assumed: Assumed, startNs: number) {
    const { count, globalIndex } = shard.state;
    this.#shard = shard;
    this.#sink = sink;
    this.#assumed = assumed;
    this.#replies = createReplies(assumed.bootIntervalS);
    this.#awaits = new Uint8Array(count);
    this.#isOpen = new Uint8Array(count);
    this.#random = Uint32Array.from({ length: count }, (_, c) =>
      streamSeed(shard.plan.seed, globalIndex[c], LATENCY_PURPOSE),
    );
    this.#timers = createTimers(count + 1);
    this.#outageTimer = count;
    if (assumed.outage) arm(this.#timers, this.#outageTimer, startNs + assumed.outage.fromNs);
  }

  connect(c: number): void {
    this.#await(c, Awaits.open);
  }

  send(c: number, frame: Buffer): boolean {
    this.#shard.memory.counters[RunCounterOffset.bytesSent] += frame.length;
    this.#await(c, Awaits.answer);
    return true;
  }

  ping(_: number): void {
    const { counters } = this.#shard.memory;
    counters[RunCounterOffset.bytesSent] += PING_BYTES;
    counters[RunCounterOffset.bytesReceived] += PONG_BYTES;
    counters[RunCounterOffset.pingsSent]++;
    counters[RunCounterOffset.pongsReceived]++;
  }

  close(c: number): void {
    this.#isOpen[c] = 0;
    this.#await(c, Awaits.closed);
  }

  destroy(c: number): void {
    this.#isOpen[c] = 0;
    disarm(this.#timers, c);
  }

  /** When the next thing happens here; Infinity: nothing will by itself. */
  nextNs(): number {
    return nextDeadlineNs(this.#timers);
  }

  /** Lets happen what is due. */
  act(nowNs: number): void {
    for (let t = takeDue(this.#timers, nowNs); t >= 0; t = takeDue(this.#timers, nowNs)) {
      if (t === this.#outageTimer) this.#turn(nowNs);
      else if (this.#awaits[t] === Awaits.answer) this.#answered(t);
      else if (this.#awaits[t] === Awaits.open) this.#connected(t);
      else this.#sink.closed(t);
    }
  }

  #await(c: number, what: number): void {
    const { kind, meanNs } = this.#assumed.latency;
    const latencyNs =
      kind === 'constant' ? meanNs : -Math.log(drawUniform(this.#random, c)) * meanNs;
    this.#awaits[c] = what;
    arm(this.#timers, c, this.#shard.clock.nowNs() + latencyNs);
  }

  /** The target goes away, and every connection with it; or comes back. */
  #turn(nowNs: number): void {
    const { outage } = this.#assumed;
    this.#isAway = !this.#isAway;
    if (!this.#isAway || outage === null) return;
    arm(this.#timers, this.#outageTimer, nowNs + outage.toNs - outage.fromNs);
    for (let c = 0; c < this.#isOpen.length; c++) {
      if (this.#isOpen[c] === 0) continue;
      this.destroy(c);
      this.#sink.down(c, 'endedByTarget', 'the outage of the forecast');
    }
  }

  #connected(c: number): void {
    if (this.#isAway) {
      this.#sink.failed(c, 'refused', 'the outage of the forecast', Number.NaN);
      return;
    }
    this.#isOpen[c] = 1;
    this.#sink.up(c);
  }

  #answered(c: number): void {
    const { state, memory, clock } = this.#shard;
    const replies = this.#replies;
    const action = state.callAction[c];
    // It took longer than the charger waited.
    if (action === NO_CALL) return;
    replies.write(action, state.nextId[c] - 1, clock.wallMs());
    const bytes = replies.end - replies.start;
    const header = bytes < LONG_FROM ? HEADER_BYTES : LONG_HEADER_BYTES;
    memory.counters[RunCounterOffset.bytesReceived] += bytes + header;
    this.#sink.message(c, replies.bytes, replies.start, replies.end);
  }
}
