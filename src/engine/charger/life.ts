/** Steps chargers through the table that their life was compiled to (`plan/program.ts`). */
import { assert } from '../../base/assert.ts';
import { drawUniform } from '../../base/random.ts';
import { drawFrom } from '../../plan/draw.ts';
import { OP_WIDTH, Op, TemplateIndex } from '../../plan/plan.ts';
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import { describe, fleetOf, type Shard } from './shard.ts';
import { Life, Link, NEVER, TIMERS, Timer, Transaction } from './state.ts';
import { arm } from './timers.ts';

/** Rows stepped over without waiting before a life counts as stuck; the validator forbids it. */
const MAX_IDLE_STEPS = 1_000_000;

/**
 * Steps charger `c` from row `pc` until its life waits for something. `atNs` is the moment that
 * enabled the step: the answer read, or the deadline of a wait, not the (later) present.
 */
export function advance(shard: Shard, c: number, atNs: number): void {
  const { state } = shard;
  const { program } = fleetOf(shard, c).plan;
  for (let steps = 0; steps < MAX_IDLE_STEPS; steps++) {
    if (shard.draining && !mayGoOn(shard, c)) {
      state.life[c] = Life.finished;
      return;
    }
    const row = state.pc[c] * OP_WIDTH;
    const a = program.ops[row + 1];
    const b = program.ops[row + 2];
    switch (program.ops[row]) {
      case Op.boot:
        if (state.booted[c] === 0) {
          state.life[c] = Life.boot;
          return;
        }
        state.pc[c]++;
        break;
      case Op.call:
        state.life[c] = Life.call;
        state.lifeTemplate[c] = a;
        state.lifeDueNs[c] = atNs;
        state.lifeOffline[c] = state.link[c] === Link.open ? 0 : 1;
        return;
      case Op.wait:
        state.pc[c]++;
        wait(shard, c, atNs + drawFrom(program.distributions, a, state.random, c));
        return;
      case Op.charge:
        startCharge(shard, c, atNs, a, b);
        return;
      case Op.jump:
        state.pc[c] = a;
        break;
      case Op.chance:
        state.pc[c] = drawUniform(state.random, c) * 1e6 < a ? state.pc[c] + 1 : b;
        break;
      case Op.awaitArrival:
        state.life[c] = Life.arrival;
        return;
      case Op.repeat:
        repeat(shard, c, a, b, program.ops[row + 3], program.repeatDepth);
        break;
      case Op.script:
        state.life[c] = Life.script;
        return;
      default:
        state.life[c] = Life.ended;
        return;
    }
  }
  assert(false, `the life of ${describe(shard, c)} never waits`);
}

/**
 * In the drain only an open transaction is brought to its end, with what directly follows its
 * StopTransaction (Finishing, the record, Available), and no new one begins.
 */
function mayGoOn(shard: Shard, c: number): boolean {
  const { state } = shard;
  if (state.transaction[c] === Transaction.open) return true;
  if (state.transaction[c] === Transaction.none) return false;
  const { ops } = fleetOf(shard, c).plan.program;
  const row = state.pc[c] * OP_WIDTH;
  const template = ops[row + 1];
  return (
    ops[row] === Op.call && template !== TemplateIndex.authorize && template !== TemplateIndex.start
  );
}

function wait(shard: Shard, c: number, untilNs: number): void {
  shard.state.life[c] = Life.timer;
  arm(shard.timers, c * TIMERS + Timer.life, shard.draining ? shard.clock.nowNs() : untilNs);
}

function repeat(
  shard: Shard,
  c: number,
  counter: number,
  times: number,
  backTo: number,
  depth: number,
): void {
  const { repeats, pc } = shard.state;
  const at = c * maxDepth(shard) + Math.min(counter, depth - 1);
  if (++repeats[at] < times) {
    pc[c] = backTo;
  } else {
    repeats[at] = 0;
    pc[c]++;
  }
}

function maxDepth(shard: Shard): number {
  return shard.state.count === 0 ? 0 : shard.state.repeats.length / shard.state.count;
}

function startCharge(shard: Shard, c: number, atNs: number, duration: number, power: number): void {
  const { state, memory } = shard;
  const { program, electrics } = fleetOf(shard, c).plan;
  const durationNs = drawFrom(program.distributions, duration, state.random, c);
  state.powerW[c] = Math.min(
    electrics.maxPowerW,
    drawFrom(program.distributions, power, state.random, c),
  );
  state.chargeEndNs[c] = shard.draining ? atNs : atNs + durationNs;
  state.life[c] = Life.charging;
  state.sampleIndex[c] = 0;
  state.sampleDueNs[c] = atNs;
  count(memory, RunCounterOffset.charging);
  arm(shard.timers, c * TIMERS + Timer.life, state.chargeEndNs[c]);
}

/** The charge of charger `c` is over: the step after it was enabled at its end. */
export function endCharge(shard: Shard, c: number): void {
  const { state, memory } = shard;
  count(memory, RunCounterOffset.charging, -1);
  if (state.sampleDueNs[c] > state.chargeEndNs[c]) state.sampleDueNs[c] = NEVER;
  state.pc[c]++;
  advance(shard, c, state.chargeEndNs[c]);
}

/** The life's CALL is closed: `done` when it was answered as wished. Takes its effects, goes on. */
export function lifeCallClosed(shard: Shard, c: number, done: boolean, nowNs: number): void {
  const { state } = shard;
  const { ops } = fleetOf(shard, c).plan.program;
  const row = state.pc[c] * OP_WIDTH;
  const elsewhere = ops[row + 2];
  takeEffect(shard, c, state.lifeTemplate[c], done);
  state.pc[c] = done || elsewhere < 0 ? state.pc[c] + 1 : elsewhere;
  advance(shard, c, nowNs);
}

function takeEffect(shard: Shard, c: number, template: number, done: boolean): void {
  const { state, memory } = shard;
  if (template === TemplateIndex.start && done) {
    state.transaction[c] = Transaction.open;
    state.transactionId[c] = shard.reply.transactionId;
    state.transactionStartNs[c] = state.callDueNs[c];
    state.chargeEndNs[c] = state.callDueNs[c];
    count(memory, RunCounterOffset.transactionsStarted);
  } else if (template === TemplateIndex.stop) {
    state.transaction[c] = Transaction.closing;
    if (done) count(memory, RunCounterOffset.transactionsStopped);
  } else if (template === TemplateIndex.record) {
    state.recordId[c]++;
  } else if (template === TemplateIndex.authorize) {
    state.transaction[c] = Transaction.none;
  }
}
