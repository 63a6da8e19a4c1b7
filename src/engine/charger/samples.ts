/**
 * When MeterValues are taken: every `MeterValueSampleInterval` of a transaction, and on the clock
 * every `ClockAlignedDataInterval` (OCPP 1.6, 3.16). Taken is measured; sending is the queue's.
 */
import { chargerMs, printedSeconds } from './clock.ts';
import { Kind } from './message-queue.ts';
import { settingNumber } from './rare.ts';
import { fleetOf, type Shard } from './shard.ts';
import { NEVER, TIMERS, Timer } from './state.ts';
import { addTask, cancelTasks } from './tasks.ts';
import { arm, disarm } from './timers.ts';
import { addMessage } from './transactions.ts';

const DAY_S = 86_400;

/** The charge of connector `k` begins: its first sample is due at `atNs`, about the start. */
export function beginSamples(shard: Shard, k: number, atNs: number, nowNs: number): void {
  const { state } = shard;
  state.sampleIndex[k] = 0;
  state.sampleDueNs[k] = state.sampleEveryNs[state.owner[k]] > 0 ? atNs : NEVER;
  takeSamples(shard, k, nowNs);
}

/** Takes what is due until `untilNs`, and waits for the next. */
export function takeSamples(shard: Shard, k: number, untilNs: number): void {
  const { state } = shard;
  while (state.sampleDueNs[k] <= untilNs) {
    const dueNs = state.sampleDueNs[k];
    addMessage(shard, k, state.transaction[k], Kind.sample, dueNs, takenNs(shard, k));
    state.sampleIndex[k]++;
    planSample(shard, k, dueNs);
  }
}

/** The n-th sample is taken at start + n x interval; none after the end of the charge. */
function planSample(shard: Shard, k: number, notBeforeNs: number): void {
  const { state } = shard;
  const timer = k * TIMERS + Timer.sample;
  const atNs = takenNs(shard, k);
  if (atNs > state.chargeEndNs[k]) {
    state.sampleDueNs[k] = NEVER;
    disarm(shard.timers, timer);
    return;
  }
  // One that was taken before the StartTransaction was answered is due when the first one is.
  state.sampleDueNs[k] = Math.max(atNs, notBeforeNs);
  arm(shard.timers, timer, state.sampleDueNs[k]);
}

function takenNs(shard: Shard, k: number): number {
  const { state } = shard;
  const c = state.owner[k];
  const n = state.sampleIndex[k];
  const startNs = state.transactionStartNs[k];
  const everyNs = state.sampleEveryNs[c];
  if (n === 0 || !fleetOf(shard, c).plan.alignsSamples) return startNs + n * everyNs;
  // At whole intervals of the charger's clock, as it was when the transaction began: a clock that
  // is set meanwhile must not move what was taken.
  const everyMs = everyNs / 1e6;
  const startMs = state.transaction[k]?.startMs ?? chargerMs(shard, c, startNs);
  const firstMs = (Math.floor(startMs / everyMs) + 1) * everyMs;
  return startNs + (firstMs - startMs) * 1e6 + (n - 1) * everyNs;
}

/** MeterValueSampleInterval has changed (0: off): the next sample is a whole one from the start. */
export function changeSampleInterval(shard: Shard, c: number, everyNs: number, nowNs: number) {
  const { state } = shard;
  state.sampleEveryNs[c] = everyNs;
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    const isCharging = state.transaction[k] !== null && state.chargeEndNs[k] > nowNs;
    state.sampleDueNs[k] = NEVER;
    disarm(shard.timers, k * TIMERS + Timer.sample);
    if (!isCharging || everyNs <= 0) continue;
    state.sampleIndex[k] = Math.floor((nowNs - state.transactionStartNs[k]) / everyNs) + 1;
    while (takenNs(shard, k) <= nowNs) state.sampleIndex[k]++;
    planSample(shard, k, nowNs);
  }
}

const CLOCK_TASK = 'clock-aligned values';

/** Waits for the next moment of `ClockAlignedDataInterval`, which divides the day from 00:00:00. */
export function planClockValues(shard: Shard, c: number, nowNs: number): void {
  cancelTasks(shard, c, CLOCK_TASK);
  const everyS = settingNumber(shard, c, 'ClockAlignedDataInterval', 0);
  if (!(everyS >= 1) || shard.draining) return;
  const nowMs = chargerMs(shard, c, nowNs);
  const secondOfDay = printedSeconds(shard, c, nowMs) % DAY_S;
  const nextS = Math.min(DAY_S, (Math.floor(secondOfDay / everyS) + 1) * everyS);
  const waitMs = (nextS - secondOfDay) * 1000 - (nowMs - Math.floor(nowMs / 1000) * 1000);
  addTask(shard, c, CLOCK_TASK, nowNs + waitMs * 1e6, (_ranNs, atNs) => {
    if (shard.draining) return;
    takeClockValues(shard, c, atNs);
    // From the moment itself: what fell into a block of the loop is made up for.
    planClockValues(shard, c, atNs + 1e6);
  });
}

function takeClockValues(shard: Shard, c: number, atNs: number): void {
  const { state } = shard;
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    addMessage(shard, k, state.transaction[k], Kind.clock, atNs, atNs);
  }
}
