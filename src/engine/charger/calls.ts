/**
 * CALLs: one outstanding a charger (OCPP-J 1.6, 4.1.1), each with exactly one fate. What is due
 * waits as arithmetic (periodic messages) or as one row (the life's own); the earliest goes first.
 */

import { ACTION_COUNT, ActionIndexOf } from '../../ocpp/actions.ts';
import { TemplateIndex } from '../../plan/plan.ts';
import {
  CallCounterIndex,
  callCounterBase,
  callHistogram,
  RunCounterOffset,
  STAGE_CLASSES,
  STAGE_OTHER,
  STAGE_STEADY,
  stageHistogram,
} from '../../snapshot/layout.ts';
import { encodeFrame, Opcode } from '../frame/mask.ts';
import { keepFrame, writeTemplate } from '../frame/template.ts';
import { count, record } from '../latency/recorder.ts';
import { fillValues } from './fill.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Life, Link, NEVER, NO_CALL, Source, TIMERS, Timer } from './state.ts';
import { arm, isArmed } from './timers.ts';

const SERVICE = histogramTable('service');
const RESPONSE = histogramTable('response');
const LATENESS = stageTable('lateness');
const OFFLINE = stageTable('offline');

function histogramTable(latency: 'service' | 'response'): Uint16Array {
  return Uint16Array.from({ length: STAGE_CLASSES * ACTION_COUNT }, (_, i) =>
    callHistogram(Math.floor(i / ACTION_COUNT), i % ACTION_COUNT, latency),
  );
}

function stageTable(latency: 'lateness' | 'offline'): Uint16Array {
  return Uint16Array.from({ length: STAGE_CLASSES }, (_, i) => stageHistogram(i, latency));
}

/** Sends the earliest CALL that is due, if the charger may send one now. */
export function sendNext(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  if (state.callAction[c] !== NO_CALL || state.link[c] !== Link.open) return;
  if (state.booted[c] === 0) {
    // Nothing but BootNotification before its acceptance (OCPP 1.6, 4.2).
    if (state.bootDueNs[c] <= nowNs && !shard.draining) sendBoot(shard, c, nowNs);
    return;
  }
  const lifeDueNs = state.life[c] === Life.call ? state.lifeDueNs[c] : NEVER;
  const sampleDueNs = state.sampleDueNs[c];
  const heartbeatDueNs = state.heartbeatDueNs[c];
  // A sample taken when the charge ended comes before the StopTransaction of the same moment.
  if (sampleDueNs <= nowNs && sampleDueNs <= lifeDueNs && sampleDueNs <= heartbeatDueNs) {
    sendSample(shard, c, nowNs);
  } else if (heartbeatDueNs <= nowNs && heartbeatDueNs < lifeDueNs) {
    sendHeartbeat(shard, c, nowNs);
  } else if (lifeDueNs < NEVER) {
    if (state.lifeTemplate[c] === SCRIPT_TEMPLATE) sendScriptCall(shard, c, nowNs);
    else sendLifeCall(shard, c, nowNs);
  } else if (heartbeatDueNs <= nowNs) {
    sendHeartbeat(shard, c, nowNs);
  }
}

/** `lifeTemplate` of a charger whose script wants to send: the CALL is in `scriptCalls`. */
export const SCRIPT_TEMPLATE = 65535;

function sendBoot(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  state.callDueNs[c] = state.bootDueNs[c];
  state.bootDueNs[c] = NEVER;
  sendTemplate(shard, c, Source.boot, TemplateIndex.boot, nowNs);
}

function sendLifeCall(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  state.callDueNs[c] = state.lifeDueNs[c];
  state.life[c] = Life.answer;
  sendTemplate(shard, c, Source.life, state.lifeTemplate[c], nowNs);
}

/** The n-th heartbeat is due at origin + n x interval, however late the others were. */
function sendHeartbeat(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const everyNs = state.heartbeatEveryNs[c];
  const excess = Math.floor((nowNs - state.heartbeatDueNs[c]) / everyNs) - backlogLimit(shard);
  if (excess > 0) {
    state.heartbeatDueNs[c] += excess * everyNs;
    drop(shard, ActionIndexOf.Heartbeat, excess, RunCounterOffset.droppedBacklog, nowNs);
  }
  state.callDueNs[c] = state.heartbeatDueNs[c];
  state.heartbeatDueNs[c] += everyNs;
  sendTemplate(shard, c, Source.heartbeat, TemplateIndex.heartbeat, nowNs);
  arm(shard.timers, c * TIMERS + Timer.heartbeat, state.heartbeatDueNs[c]);
}

/** Sample n is taken at start + n x interval, and says so, whenever it leaves. */
function sendSample(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const excess = dueSamples(shard, c, nowNs) - 1 - backlogLimit(shard);
  if (excess > 0) {
    skipSamples(shard, c, excess);
    drop(shard, ActionIndexOf.MeterValues, excess, RunCounterOffset.droppedBacklog, nowNs);
  }
  state.callDueNs[c] = state.sampleDueNs[c];
  sendTemplate(shard, c, Source.meter, TemplateIndex.meterValues, nowNs);
  skipSamples(shard, c, 1);
}

function backlogLimit(shard: Shard): number {
  return shard.plan.limits.maxBacklog;
}

/** Moves on by `n` samples; none is due after the end of the charge. */
export function skipSamples(shard: Shard, c: number, n: number): void {
  const { state } = shard;
  state.sampleIndex[c] += n;
  const everyNs = fleetOf(shard, c).plan.meterIntervalNs;
  const takenNs = state.transactionStartNs[c] + state.sampleIndex[c] * everyNs;
  if (takenNs > state.chargeEndNs[c]) {
    state.sampleDueNs[c] = NEVER;
    return;
  }
  // A sample that was taken before the StartTransaction was answered is due when the first one is.
  state.sampleDueNs[c] = Math.max(takenNs, state.sampleDueNs[c]);
  arm(shard.timers, c * TIMERS + Timer.meter, state.sampleDueNs[c]);
}

/** Counts `n` messages of an action that a limit kept from being sent. */
export function drop(shard: Shard, action: number, n: number, limit: number, nowNs: number): void {
  const base = callCounterBase(stageAt(shard, nowNs), action);
  count(shard.memory, base + CallCounterIndex.dropped, n);
  count(shard.memory, limit, n);
}

export function stageAt(shard: Shard, nowNs: number): number {
  return nowNs >= shard.steadyStartNs && nowNs < shard.steadyEndNs ? STAGE_STEADY : STAGE_OTHER;
}

/** `callDueNs` says since when the CALL is due; `nowNs` was read for this charger's event. */
function sendTemplate(
  shard: Shard,
  c: number,
  source: number,
  template: number,
  nowNs: number,
): void {
  const { state } = shard;
  const writer = fleetOf(shard, c).writers[template];
  state.callSource[c] = source;
  fillValues(shard, c, template);
  const frame = writeTemplate(writer, shard.values);
  state.callOffline[c] = source === Source.life ? state.lifeOffline[c] : 0;
  open(shard, c, writer.template.action, nowNs);
  if (!shard.wire.send(c, frame)) keepFrame(writer);
}

function sendScriptCall(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const call = shard.scriptCalls.get(c);
  if (call === undefined) return;
  state.life[c] = Life.answer;
  const text = `[2,"${state.nextId[c]}",${call.payload}]`;
  const frame = encodeFrame(Opcode.text, Buffer.from(text), shard.key);
  state.callSource[c] = Source.script;
  state.callDueNs[c] = state.lifeDueNs[c];
  state.callOffline[c] = state.lifeOffline[c];
  open(shard, c, call.action, nowNs);
  shard.wire.send(c, frame);
}

/**
 * Makes a CALL the outstanding one. Its time of sending is that of the event which sends it: every
 * event reads the clock for itself, so the stamp is at most the building of one frame old.
 */
function open(shard: Shard, c: number, action: number, nowNs: number): void {
  const { state, memory, timers } = shard;
  const stage = stageAt(shard, nowNs);
  state.nextId[c]++;
  state.givenUpIds[c] <<= 1;
  state.callAction[c] = action;
  state.callStage[c] = stage;
  state.callSentNs[c] = nowNs;
  count(memory, callCounterBase(stage, action) + CallCounterIndex.sent);
  const dueNs = state.callDueNs[c];
  const allowedNs = state.allowedNs[c];
  record(memory, LATENESS[stage], nowNs - (dueNs > allowedNs ? dueNs : allowedNs));
  // The link timer is armed lazily: it looks at the CALL then outstanding when it fires.
  const timer = c * TIMERS + Timer.link;
  if (!isArmed(timers, timer)) arm(timers, timer, nowNs + shard.plan.limits.callTimeoutNs);
}

/** The counters that are fates: numbers, since a look-up by name would cost more than the rest. */
export const Fate = {
  answered: CallCounterIndex.answered,
  callError: CallCounterIndex.callError,
  timedOut: CallCounterIndex.timedOut,
  lost: CallCounterIndex.lost,
  inFlight: CallCounterIndex.inFlight,
} as const;

/** Ends the outstanding CALL. The caller goes on with what its source wants next. */
export function closeCall(shard: Shard, c: number, fate: number, nowNs: number): void {
  const { state, memory } = shard;
  const action = state.callAction[c];
  const stage = state.callStage[c];
  count(memory, callCounterBase(stage, action) + fate);
  state.callAction[c] = NO_CALL;
  state.allowedNs[c] = nowNs;
  if (fate === Fate.timedOut || fate === Fate.lost) state.givenUpIds[c] |= 1;
  const table = stage * ACTION_COUNT + action;
  if (fate === Fate.answered) record(memory, SERVICE[table], nowNs - state.callSentNs[c]);
  if (fate === Fate.answered || fate === Fate.timedOut || fate === Fate.lost) {
    const histogram = state.callOffline[c] === 1 ? OFFLINE[stage] : RESPONSE[table];
    record(memory, histogram, nowNs - state.callDueNs[c]);
  }
}

/** Counts a quality of the CALL just closed: it is still in the rows. */
export function countQuality(
  shard: Shard,
  c: number,
  action: number,
  quality: 'refused' | 'invalidReply',
): void {
  const base = callCounterBase(shard.state.callStage[c], action);
  count(shard.memory, base + CallCounterIndex[quality]);
}

/** How many heartbeats are due and not sent. */
export function dueHeartbeats(shard: Shard, c: number, nowNs: number): number {
  const { state } = shard;
  if (!(state.heartbeatDueNs[c] <= nowNs)) return 0;
  return Math.floor((nowNs - state.heartbeatDueNs[c]) / state.heartbeatEveryNs[c]) + 1;
}

/** How many samples are taken and not sent: they wait for the first one, then for each other. */
export function dueSamples(shard: Shard, c: number, nowNs: number): number {
  const { state } = shard;
  if (!(state.sampleDueNs[c] <= nowNs)) return 0;
  const lastNs = Math.min(nowNs, state.chargeEndNs[c]);
  const everyNs = fleetOf(shard, c).plan.meterIntervalNs;
  const taken = Math.floor((lastNs - state.transactionStartNs[c]) / everyNs) + 1;
  return Math.max(1, taken - state.sampleIndex[c]);
}
