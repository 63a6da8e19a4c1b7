/**
 * Steps the connectors of chargers through the table that their life was compiled to
 * (`plan/program.ts`). A life does not wait for a lost connection where a real charger would not.
 */
import { assert } from '../../base/assert.ts';
import { drawUniform } from '../../base/random.ts';
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { drawFrom } from '../../plan/draw.ts';
import { OP_WIDTH, Op, TemplateIndex } from '../../plan/plan.ts';
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import { afterTransaction } from './after-transaction.ts';
import { Flag } from './message-queue.ts';
import { energyWh } from './meter.ts';
import { startPower } from './power.ts';
import { settingIsTrue } from './rare.ts';
import { endReservation, isFaulted, mayCharge } from './reservations.ts';
import { beginSamples, takeSamples } from './samples.ts';
import { describe, fleetOf, isOnline, type Shard } from './shard.ts';
import { drop } from './stage.ts';
import { Blocked, Boot, Charge, Life, Link, NEVER, TIMERS, Timer } from './state.ts';
import { arm, disarm } from './timers.ts';
import { beginTransaction, endTransaction } from './transactions.ts';

/** `lifeTemplate` of a connector whose script wants to send: the CALL is in `scriptCalls`. */
export const SCRIPT_TEMPLATE = 65535;

/** Rows stepped over without waiting before a life counts as stuck; the validator forbids it. */
const MAX_IDLE_STEPS = 1_000_000;
/** CALLs left out one after the other without a connection; then the life waits for one. */
const MAX_SKIPPED = 8;
/** Between two transactions begun without a connection: no car comes and goes faster. */
const OFFLINE_PAUSE_NS = 1e9;
/** Until a life that a blocked connector keeps from all that it does looks again. */
const BLOCKED_PAUSE_NS = 1e9;

/**
 * Steps connector `k` from row `pc` until its life waits for something. `atNs` is the moment that
 * enabled the step: the answer read, or the deadline of a wait, not the (later) present.
 */
export function advance(shard: Shard, k: number, atNs: number): void {
  const { state } = shard;
  const { program } = fleetOf(shard, state.owner[k]).plan;
  let skipped = 0;
  for (let steps = 0; steps < MAX_IDLE_STEPS; steps++) {
    if (shard.draining && !mayGoOn(shard, k)) {
      state.life[k] = Life.finished;
      return;
    }
    const row = state.pc[k] * OP_WIDTH;
    const a = program.ops[row + 1];
    const b = program.ops[row + 2];
    switch (program.ops[row]) {
      case Op.boot:
        if (state.booted[state.owner[k]] !== Boot.accepted) {
          state.life[k] = Life.boot;
          return;
        }
        state.pc[k]++;
        break;
      case Op.call:
        if (beginCall(shard, k, a, b, atNs, skipped)) return;
        skipped++;
        break;
      case Op.wait:
        state.pc[k]++;
        wait(shard, k, atNs + drawFrom(program.distributions, a, state.random, k));
        return;
      case Op.charge:
        startCharge(shard, k, atNs, a, b);
        return;
      case Op.jump:
        state.pc[k] = a;
        break;
      case Op.chance:
        state.pc[k] = drawUniform(state.random, k) * 1e6 < a ? state.pc[k] + 1 : b;
        break;
      case Op.awaitArrival:
        state.life[k] = Life.arrival;
        return;
      case Op.repeat:
        repeat(shard, k, a, b, program.ops[row + 3], program.repeatDepth);
        break;
      case Op.script:
        state.life[k] = Life.script;
        return;
      case Op.resume:
        if (resumeLife(shard, k, atNs)) return;
        break;
      default:
        state.life[k] = Life.ended;
        return;
    }
  }
  assert(false, `the life of ${describe(shard, state.owner[k])} never waits`);
}

/**
 * In the drain only an open transaction is brought to its end, with what directly follows its
 * StopTransaction (Finishing, the record, Available), and no new one begins.
 */
function mayGoOn(shard: Shard, k: number): boolean {
  const { state } = shard;
  if (state.charge[k] === Charge.open) return true;
  if (state.charge[k] === Charge.none) return false;
  const { ops } = fleetOf(shard, state.owner[k]).plan.program;
  const row = state.pc[k] * OP_WIDTH;
  const template = ops[row + 1];
  return (
    ops[row] === Op.call && template !== TemplateIndex.authorize && template !== TemplateIndex.start
  );
}

/** True: the life waits. False: it goes on at once, at the row that `pc` now shows. */
function beginCall(
  shard: Shard,
  k: number,
  template: number,
  elsewhere: number,
  atNs: number,
  skipped: number,
): boolean {
  const { state } = shard;
  const c = state.owner[k];
  const online = isOnline(shard, c);
  if (skipped >= MAX_SKIPPED && state.blocked[k] !== 0) {
    wait(shard, k, atNs + BLOCKED_PAUSE_NS);
    return true;
  }
  switch (template) {
    case TemplateIndex.authorize:
      state.charge[k] = Charge.none;
      if (!mayCharge(shard, k)) return skip(shard, k, elsewhere);
      // A charger that restarts is not offline but off.
      if (online || state.booted[c] !== Boot.accepted) break;
      if (!settingIsTrue(shard, c, 'LocalAuthorizeOffline')) break;
      return skip(shard, k, -1);
    case TemplateIndex.start:
      return beginStart(shard, k, elsewhere, atNs, online);
    case TemplateIndex.stop:
      return beginStop(shard, k, atNs, online);
    case TemplateIndex.record:
      if (online || skipped >= MAX_SKIPPED) break;
      drop(shard, c, ActionIndexOf.DataTransfer, 1, RunCounterOffset.droppedOffline, atNs);
      return skip(shard, k, -1);
    default:
      if (template < TemplateIndex.firstStatus) break;
      // A blocked connector stays Reserved or Unavailable, whatever its life says.
      if (state.blocked[k] !== 0 && !mayCharge(shard, k)) return skip(shard, k, -1);
      // Not queued: after a reconnect the present status is told, if it is another one.
      state.status[k] = template;
      if (!online && skipped < MAX_SKIPPED) return skip(shard, k, -1);
  }
  state.life[k] = Life.call;
  state.lifeTemplate[k] = template;
  state.lifeDueNs[k] = atNs;
  state.lifeOffline[k] = state.link[c] === Link.open ? 0 : 1;
  return true;
}

function skip(shard: Shard, k: number, elsewhere: number): false {
  const { pc } = shard.state;
  pc[k] = elsewhere < 0 ? pc[k] + 1 : elsewhere;
  return false;
}

function beginStart(
  shard: Shard,
  k: number,
  elsewhere: number,
  atNs: number,
  online: boolean,
): boolean {
  const { state } = shard;
  const c = state.owner[k];
  if (!mayCharge(shard, k)) return skip(shard, k, elsewhere);
  const pausedUntilNs = state.transactionStartNs[k] + OFFLINE_PAUSE_NS;
  if (!online && state.transactionStartNs[k] > 0 && atNs < pausedUntilNs && !shard.draining) {
    wait(shard, k, pausedUntilNs);
    return true;
  }
  const awaited = online && state.queueLength[c] === 0;
  beginTransaction(shard, k, atNs, {
    idTag: shard.remoteTags.get(k) ?? null,
    reservationId: endReservation(shard, k),
    remoteStartNs: shard.remoteStarts.get(k) ?? Number.NaN,
    offline: !online,
  });
  return awaitDelivery(shard, k, awaited);
}

function beginStop(shard: Shard, k: number, atNs: number, online: boolean): boolean {
  const awaited = online && shard.state.queueLength[shard.state.owner[k]] === 0;
  endTransaction(shard, k, atNs);
  if (shard.rare.size > 0) afterTransaction(shard, k, atNs);
  return awaitDelivery(shard, k, awaited);
}

/** Waits for the first attempt of the message just made, the last in the queue; or goes on. */
function awaitDelivery(shard: Shard, k: number, awaited: boolean): boolean {
  const { state, queue } = shard;
  const row = state.queueTail[state.owner[k]];
  if (row < 0 || !awaited) return skip(shard, k, -1);
  queue.flags[row] |= Flag.awaited;
  state.life[k] = Life.delivery;
  return true;
}

/** The life of connector `k` need not wait for its message any more: it goes on at `pc`. */
export function delivered(shard: Shard, k: number, elsewhere: boolean, nowNs: number): void {
  const { state } = shard;
  if (state.life[k] !== Life.delivery) return;
  const { ops } = fleetOf(shard, state.owner[k]).plan.program;
  skip(shard, k, elsewhere ? ops[state.pc[k] * OP_WIDTH + 2] : -1);
  advance(shard, k, nowNs);
}

function wait(shard: Shard, k: number, untilNs: number): void {
  const { state } = shard;
  const now = shard.draining || (state.charge[k] === Charge.open && state.stopReason[k] > 0);
  state.life[k] = Life.timer;
  arm(shard.timers, k * TIMERS + Timer.life, now ? shard.clock.nowNs() : untilNs);
}

function repeat(
  shard: Shard,
  k: number,
  counter: number,
  times: number,
  backTo: number,
  depth: number,
): void {
  const { repeats, pc } = shard.state;
  const at = k * maxDepth(shard) + Math.min(counter, depth - 1);
  if (++repeats[at] < times) {
    pc[k] = backTo;
  } else {
    repeats[at] = 0;
    pc[k]++;
  }
}

function maxDepth({ state }: Shard): number {
  return state.connectorCount === 0 ? 0 : state.repeats.length / state.connectorCount;
}

function startCharge(shard: Shard, k: number, atNs: number, duration: number, power: number): void {
  const { state, memory } = shard;
  const { program, electrics } = fleetOf(shard, state.owner[k]).plan;
  const durationNs = drawFrom(program.distributions, duration, state.random, k);
  const wantedW = drawFrom(program.distributions, power, state.random, k);
  const endsAtOnce = shard.draining || state.stopReason[k] > 0;
  state.chargeEndNs[k] = endsAtOnce ? atNs : atNs + durationNs;
  state.life[k] = Life.charging;
  // Without a transaction (a life of single steps) there is no start to count from.
  if (state.transaction[k] === null) {
    state.transactionStartNs[k] = atNs;
    state.energySinceNs[k] = atNs;
  }
  // An idTag that may not charge gets no energy (OCPP 1.6, 4.8).
  const refused = state.transaction[k]?.refused ?? false;
  state.wantedW[k] = refused ? 0 : Math.min(electrics.maxPowerW, wantedW);
  startPower(shard, k, atNs);
  beginSamples(shard, k, atNs, atNs);
  count(memory, RunCounterOffset.charging);
  if (state.chargeEndNs[k] < NEVER)
    arm(shard.timers, k * TIMERS + Timer.life, state.chargeEndNs[k]);
}

/** The charge of connector `k` is over: the step after it was enabled at its end. */
export function endCharge(shard: Shard, k: number): void {
  const { state, memory } = shard;
  count(memory, RunCounterOffset.charging, -1);
  takeSamples(shard, k, state.chargeEndNs[k]);
  state.sampleDueNs[k] = NEVER;
  disarm(shard.timers, k * TIMERS + Timer.sample);
  state.energyWh[k] = energyWh(shard, k, state.chargeEndNs[k]);
  state.energySinceNs[k] = state.chargeEndNs[k];
  state.powerW[k] = 0;
  state.pc[k]++;
  advance(shard, k, state.chargeEndNs[k]);
}

/**
 * Somebody wants the transaction of connector `k` to end, for `reason` (index in `STOP_REASONS`):
 * at once if it charges, else as soon as its life comes to it. False: there is no transaction.
 */
export function stopCharging(shard: Shard, k: number, reason: number, nowNs: number): boolean {
  const { state } = shard;
  if (state.transaction[k] === null) return false;
  if (state.stopReason[k] === 0) state.stopReason[k] = reason;
  if (state.life[k] === Life.charging) {
    state.chargeEndNs[k] = Math.min(state.chargeEndNs[k], nowNs);
    endCharge(shard, k);
  } else if (state.life[k] === Life.timer) {
    disarm(shard.timers, k * TIMERS + Timer.life);
    advance(shard, k, nowNs);
  }
  return true;
}

/** The life's CALL is closed: `done` when it was answered as wished. Takes its effects, goes on. */
export function lifeCallClosed(shard: Shard, k: number, done: boolean, nowNs: number): void {
  const { state } = shard;
  const { ops } = fleetOf(shard, state.owner[k]).plan.program;
  const template = state.lifeTemplate[k];
  if (template === TemplateIndex.record) state.recordId[state.owner[k]]++;
  if (template >= TemplateIndex.firstStatus && done) state.statusTold[k] = template;
  skip(shard, k, done ? -1 : ops[state.pc[k] * OP_WIDTH + 2]);
  advance(shard, k, nowNs);
}

/** The connection is gone: lives that wait for what a charger does without one go on. */
export function goOffline(shard: Shard, c: number, nowNs: number): void {
  const { state, queue } = shard;
  for (let row = state.queueHead[c]; row >= 0; row = queue.next[row]) {
    queue.flags[row] |= Flag.offline;
  }
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    if (state.life[k] === Life.delivery) delivered(shard, k, false, nowNs);
    else if (state.life[k] === Life.call) retryCall(shard, k, nowNs);
  }
}

/** The row that wanted to send is looked at again, now without a connection. */
function retryCall(shard: Shard, k: number, nowNs: number): void {
  const { state } = shard;
  state.lifeOffline[k] = 1;
  const template = state.lifeTemplate[k];
  const skippable =
    (template >= TemplateIndex.firstStatus && template !== SCRIPT_TEMPLATE) ||
    template === TemplateIndex.record ||
    template === TemplateIndex.authorize;
  if (!skippable) return;
  const dueNs = state.lifeDueNs[k];
  advance(shard, k, nowNs);
  // Still the same CALL: it has been due since it was.
  if (state.life[k] === Life.call && state.lifeTemplate[k] === template) {
    state.lifeDueNs[k] = Math.min(dueNs, state.lifeDueNs[k]);
    state.lifeOffline[k] = 1;
  }
}

/** Whether a RemoteStartTransaction may use connector `k`: its life waits and nothing is open. */
export function isFree(shard: Shard, k: number): boolean {
  const { state } = shard;
  const life = state.life[k];
  const waits = life === Life.timer || life === Life.arrival || life === Life.ended;
  const open = state.transaction[k] !== null || shard.resumes.has(k);
  const usable = (state.blocked[k] & Blocked.inoperative) === 0 && !isFaulted(shard, k);
  return waits && !open && usable && !shard.draining;
}

/** Leaves the life of connector `k` where it waits, and begins the remote session. */
export function beginRemote(shard: Shard, k: number, nowNs: number): void {
  const { state, timers } = shard;
  const timer = k * TIMERS + Timer.life;
  const untilNs = state.life[k] === Life.timer ? timers.deadlinesNs[timer] : NEVER;
  shard.resumes.set(k, { life: state.life[k], pc: state.pc[k], untilNs });
  disarm(timers, timer);
  state.pc[k] = fleetOf(shard, state.owner[k]).plan.program.remoteRow;
  advance(shard, k, nowNs);
}

/** The remote session is over: true when the life waits again for what it waited for. */
function resumeLife(shard: Shard, k: number, atNs: number): boolean {
  const { state, timers } = shard;
  const resume = shard.resumes.get(k);
  shard.resumes.delete(k);
  shard.remoteTags.delete(k);
  shard.remoteStarts.delete(k);
  // A session that was refused leaves its profile behind.
  if (shard.rare.size > 0) afterTransaction(shard, k, atNs);
  if (resume === undefined) return false;
  state.pc[k] = resume.pc;
  state.life[k] = resume.life;
  if (resume.life === Life.timer) {
    arm(timers, k * TIMERS + Timer.life, Math.max(resume.untilNs, atNs));
  }
  return true;
}
