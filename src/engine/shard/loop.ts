/**
 * The loop of a shard: sleeps until the next deadline, fires what is due, hears the wire. Time and
 * wire come from outside, so the same loop runs on sockets and in the simulation.
 */
import type { Clock } from '../../base/clock.ts';
import { mix32, streamSeed } from '../../base/random.ts';
import { eventTimeNs } from '../../plan/schedule.ts';
import { runHistogram } from '../../snapshot/layout.ts';
import {
  type Arrivals,
  createArrivals,
  onArrival,
  planArrival,
  setPace,
} from '../charger/arrivals.ts';
import {
  dropLink,
  goOn,
  onDown,
  onDrain,
  onFailed,
  onLeave,
  onLeft,
  onMessage,
  onTimer,
  onUp,
} from '../charger/charger.ts';
import { finishNow, linkClosed } from '../charger/finish.ts';
import { hear, nextHeard } from '../charger/heard.ts';
import { planConnect } from '../charger/link.ts';
import { arrivalTimer, type Shard, stageTimer } from '../charger/shard.ts';
import { Link, NEVER, TIMERS } from '../charger/state.ts';
import { arm, nextDeadlineNs, takeDue } from '../charger/timers.ts';
import { record } from '../latency/recorder.ts';
import type { Wire, WireSink } from '../socket/wire.ts';

/** Calls `wake` at `deadlineNs` or soon after; a new call replaces the one before. */
export interface Alarm {
  set(deadlineNs: number, wake: () => void): void;
  clear(): void;
  /** Calls `act` once, when all that has arrived by now was read. */
  afterReading(act: () => void): void;
}

/** Connections that a drop ended, of those that were open. */
export interface Dropped {
  readonly dropped: number;
  readonly open: number;
}

/** Random streams from here on say who is hit by the n-th drop. */
const DROP_PURPOSE = 1000;
const LOOP_DELAY = runHistogram('loopDelay');
/** Woken at least so often, so that loop delay is sampled when nothing is due. */
const MAX_SLEEP_NS = 100e6;
const TIMER_GRAIN_NS = 1e6;
/** Between two looks at who has not finished, and the patience with targets that do not close. */
const DRAIN_LOOK_NS = 100e6;
const CLOSE_PATIENCE_NS = 1e9;

export class ShardLoop {
  readonly #shard: Shard;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #arrivals: readonly Arrivals[];
  readonly #done: () => void;
  readonly #wake = () => this.wake();
  readonly #answer = () => this.#answerAll();
  #alarmNs = Number.POSITIVE_INFINITY;
  /** Something was heard, and more may be. */
  #readsOn = false;
  #allClosingSinceNs = Number.NaN;
  #ended = false;
  /** Chargers that are to connect, by fleet; the others stay away. */
  #sizes: readonly number[];
  #started = false;

  /** `done` is called once, when every charger has ended its run. */
  constructor(shard: Shard, alarm: Alarm, connectWire: (sink: WireSink) => Wire, done: () => void) {
    this.#shard = shard;
    this.#clock = shard.clock;
    this.#alarm = alarm;
    this.#done = done;
    this.#arrivals = createArrivals(shard);
    this.#sizes = shard.plan.fleets.map(({ chargerCount }) => chargerCount);
    shard.wire = connectWire(this.#sink());
    shard.resume = (c) => {
      goOn(shard, c, this.#clock.nowNs());
      this.#settle();
    };
    shard.leave = (c, nowNs) => onLeave(shard, c, nowNs);
  }

  /** `startNs` is the run's origin on the shared clock, `wallStartMs` the same moment as a date. */
  start(startNs: number, wallStartMs: number): void {
    const shard = this.#shard;
    const { stages } = shard.plan;
    shard.startNs = startNs;
    shard.wallStartMs = wallStartMs;
    shard.steadyStartNs = startNs + stages.rampNs + stages.warmupNs;
    shard.steadyEndNs = shard.steadyStartNs + stages.steadyNs;
    this.#started = true;
    for (let c = 0; c < shard.state.count; c++) {
      planConnect(shard, c, this.#isWanted(c, this.#sizes) ? this.#connectNs(c) : NEVER);
    }
    for (const arrivals of this.#arrivals) planArrival(shard, arrivals);
    arm(shard.timers, stageTimer(shard), shard.steadyEndNs);
    this.#settle();
  }

  #connectNs(c: number): number {
    const { state, fleets, plan, startNs } = this.#shard;
    const fleet = fleets[state.fleet[c]].plan;
    const index = state.globalIndex[c];
    const jitter =
      (mix32(plan.seed + Math.imul(index, 0x9e3779b9)) / 2 ** 32) * fleet.connectJitterNs;
    return startNs + eventTimeNs(fleet.connect, index - fleet.firstCharger) + jitter;
  }

  #isWanted(c: number, sizes: readonly number[]): boolean {
    const { state, plan } = this.#shard;
    const f = state.fleet[c];
    return state.globalIndex[c] - plan.fleets[f].firstCharger < sizes[f];
  }

  /**
   * The first `sizes` chargers of each fleet connect, the others stay away; before `start` that is
   * how the run begins. Later the fleets only grow: from `atNs` on, in the order and at the pace of
   * their plan.
   */
  setSize(atNs: number, sizes: readonly number[]): void {
    const shard = this.#shard;
    const before = this.#sizes;
    this.#sizes = sizes.map((size, f) => (this.#started ? Math.max(size, before[f]) : size));
    if (!this.#started || shard.draining) return;
    const firstNs = shard.plan.fleets.map(({ connect }, f) => eventTimeNs(connect, before[f]));
    for (let c = 0; c < shard.state.count; c++) {
      if (this.#isWanted(c, before) || !this.#isWanted(c, this.#sizes)) continue;
      const sinceFirstNs = this.#connectNs(c) - shard.startNs - firstNs[shard.state.fleet[c]];
      planConnect(shard, c, atNs + sinceFirstNs);
    }
    this.#settle();
  }

  /** Begins the drain now: at the end of the steady stage, or when the user says so. */
  drain(): void {
    const shard = this.#shard;
    if (shard.draining) return;
    const nowNs = this.#clock.nowNs();
    shard.draining = true;
    shard.steadyEndNs = Math.min(shard.steadyEndNs, nowNs);
    shard.graceEndNs = nowNs + shard.plan.stages.graceNs;
    this.#drainThose((link) => link !== Link.connecting);
    // Last, so that the slots they free are not taken by chargers that give up too.
    this.#drainThose((link) => link === Link.connecting);
    arm(shard.timers, stageTimer(shard), Math.min(nowNs + DRAIN_LOOK_NS, shard.graceEndNs));
    this.#settle();
  }

  /** From `atNs` on cars come at `factor` times the planned rate; 0: none come. */
  setPace(atNs: number, factor: number): void {
    if (this.#shard.draining) return;
    for (const arrivals of this.#arrivals) setPace(this.#shard, arrivals, atNs, factor);
    this.#settle();
  }

  /**
   * Drops each open connection with a chance of `share`. `draw` numbers the drops of a run: who is
   * hit follows from seed, draw and charger alone, however the chargers are split.
   */
  drop(share: number, draw: number): Dropped {
    const shard = this.#shard;
    const { link, globalIndex, count } = shard.state;
    let [dropped, open] = [0, 0];
    for (let c = 0; c < count; c++) {
      if (link[c] !== Link.open) continue;
      open++;
      if (streamSeed(shard.plan.seed, globalIndex[c], DROP_PURPOSE + draw) >= share * 2 ** 32)
        continue;
      dropped++;
      dropLink(shard, c, 'droppedByUser', this.#clock.nowNs());
    }
    this.#settle();
    return { dropped, open };
  }

  /** Ends the drain now, as if its grace period were over. */
  finish(): void {
    this.drain();
    if (this.#ended) return;
    this.#shard.graceEndNs = this.#clock.nowNs();
    this.#lookAtDrain(this.#shard.graceEndNs);
    this.#settle();
  }

  #drainThose(chosen: (link: number) => boolean): void {
    const shard = this.#shard;
    const { link } = shard.state;
    for (let c = 0; c < shard.state.count; c++) {
      // Each stamps what it sends: the burst of StopTransactions must not look punctual.
      if (chosen(link[c])) onDrain(shard, c, this.#clock.nowNs());
    }
  }

  /** The deadline has come, or nearly: fires what is due. */
  wake(): void {
    if (this.#ended) return;
    const { timers } = this.#shard;
    const wokenNs = this.#clock.nowNs();
    record(this.#shard.memory, LOOP_DELAY, Math.max(0, wokenNs - this.#alarmNs));
    this.#alarmNs = Number.POSITIVE_INFINITY;
    for (;;) {
      const nowNs = this.#clock.nowNs();
      const timer = takeDue(timers, nowNs);
      if (timer < 0) break;
      this.#fire(timer, timers.deadlinesNs[timer], nowNs);
    }
    this.#settle();
  }

  #fire(timer: number, deadlineNs: number, nowNs: number): void {
    const shard = this.#shard;
    const row = Math.floor(timer / TIMERS);
    if (row < shard.state.connectorCount) {
      onTimer(shard, row, timer % TIMERS, deadlineNs, nowNs);
    } else if (timer === stageTimer(shard)) {
      if (shard.draining) this.#lookAtDrain(nowNs);
      else this.drain();
    } else if (!shard.draining) {
      const arrivals = this.#arrivals.find((each) => arrivalTimer(shard, each.fleet) === timer);
      if (arrivals) onArrival(shard, arrivals, deadlineNs, nowNs);
    }
  }

  /** Ends what does not end by itself: at the grace period, or when only closing ones are left. */
  #lookAtDrain(nowNs: number): void {
    const shard = this.#shard;
    const { link } = shard.state;
    const allClosing = link.every((each) => each === Link.closing || each === Link.gone);
    if (!allClosing) this.#allClosingSinceNs = Number.NaN;
    else if (Number.isNaN(this.#allClosingSinceNs)) this.#allClosingSinceNs = nowNs;
    const impatient = nowNs - this.#allClosingSinceNs >= CLOSE_PATIENCE_NS;
    if (nowNs >= shard.graceEndNs || impatient) finishNow(shard, nowNs);
    else arm(shard.timers, stageTimer(shard), Math.min(nowNs + DRAIN_LOOK_NS, shard.graceEndNs));
  }

  /** After anything that may have armed a timer or ended a charger. */
  #settle(): void {
    if (this.#ended) return;
    const shard = this.#shard;
    if (shard.draining && shard.finished === shard.state.count) {
      this.#ended = true;
      this.#alarm.clear();
      this.#done();
      return;
    }
    const nextNs = nextDeadlineNs(shard.timers);
    if (nextNs >= this.#alarmNs) return;
    const alarmNs = this.#alarmFor(nextNs);
    if (alarmNs >= this.#alarmNs) return;
    this.#alarmNs = alarmNs;
    this.#alarm.set(alarmNs, this.#wake);
  }

  /**
   * On the grid of the slack, so that deadlines near each other share a wake-up. A slack up to the
   * grain of Node's timers needs no grid: they come that far apart by themselves.
   */
  #alarmFor(deadlineNs: number): number {
    const { slackNs } = this.#shard.plan.limits;
    const nowNs = this.#clock.nowNs();
    // What is due already (a backlog) waits for the grid too, or it would wake all others early.
    const wantedNs = Math.max(nowNs, Math.min(deadlineNs, nowNs + MAX_SLEEP_NS));
    return slackNs <= TIMER_GRAIN_NS ? wantedNs : Math.ceil(wantedNs / slackNs) * slackNs;
  }

  /**
   * First everything is read, then what it allows is sent: an answer that waits while others are
   * answered would be stamped late by all that time.
   */
  #answerAll(): void {
    const shard = this.#shard;
    this.#readsOn = false;
    for (let c = nextHeard(shard.heard); c >= 0; c = nextHeard(shard.heard)) {
      goOn(shard, c, this.#clock.nowNs());
    }
    this.#settle();
  }

  #sink(): WireSink {
    const shard = this.#shard;
    const clock = this.#clock;
    return {
      up: (c) => {
        onUp(shard, c, clock.nowNs());
        this.#settle();
      },
      failed: (c, reason, detail, retryAfterS) => {
        onFailed(shard, c, reason, detail, retryAfterS, clock.nowNs());
        this.#settle();
      },
      message: (c, bytes, start, end) => {
        hear(shard.heard, c);
        shard.reading = true;
        onMessage(shard, c, bytes, start, end, clock.nowNs());
        shard.reading = false;
        if (this.#readsOn) return;
        this.#readsOn = true;
        this.#alarm.afterReading(this.#answer);
      },
      down: (c, reason, detail) => {
        onDown(shard, c, reason, detail, clock.nowNs());
        this.#settle();
      },
      closed: (c) => {
        if (shard.state.link[c] === Link.restarting) onLeft(shard, c, clock.nowNs());
        else linkClosed(shard, c);
        this.#settle();
      },
    };
  }
}
