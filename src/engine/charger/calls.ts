/**
 * CALLs: one outstanding a charger (OCPP-J 1.6, 4.1.1), each with exactly one fate. What is due
 * waits as arithmetic (heartbeats), as one row (a life's own), in the queue of transaction-related
 * messages or in the list of extras; the earliest goes first.
 */

import { ACTION_COUNT, ACTIONS, ActionIndexOf } from '../../ocpp/actions.ts';
import { TemplateIndex } from '../../plan/plan.ts';
import {
  CallCounterIndex,
  callCounterBase,
  callHistogram,
  fleetHistogramShift,
  RunCounterOffset,
  STAGE_CLASSES,
  stageHistogram,
} from '../../snapshot/layout.ts';
import { encodeFrame, Opcode } from '../frame/mask.ts';
import { keepFrame } from '../frame/template.ts';
import { SlotIndex } from '../frame/values.ts';
import { count, record } from '../latency/recorder.ts';
import { nextExtra, takeExtra } from './extras.ts';
import { fillMessage, fillValues, templateOf } from './fill.ts';
import { SCRIPT_TEMPLATE } from './life.ts';
import { Flag, Kind } from './message-queue.ts';
import type { ExtraCall } from './rare-state.ts';
import { fleetOf, type Shard } from './shard.ts';
import { drop, stageAt } from './stage.ts';
import { Boot, Life, Link, More, NEVER, NO_CALL, Source, TIMERS, Timer } from './state.ts';
import { stopPayload } from './stop-payload.ts';
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
  if (state.booted[c] !== Boot.accepted) {
    sendUnaccepted(shard, c, nowNs);
    return;
  }
  if (state.more[c] !== 0) {
    sendEarliest(shard, c, nowNs);
    return;
  }
  const heartbeatDueNs = state.heartbeatDueNs[c];
  if (state.life[c] === Life.call) {
    if (heartbeatDueNs <= nowNs && heartbeatDueNs < state.lifeDueNs[c]) {
      sendHeartbeat(shard, c, nowNs);
    } else sendLifeCall(shard, c, c, nowNs);
  } else if (heartbeatDueNs <= nowNs) {
    sendHeartbeat(shard, c, nowNs);
  }
}

/** Nothing but BootNotification before its acceptance, and what is triggered (OCPP 1.6, 4.2). */
function sendUnaccepted(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const triggeredBoot = (state.more[c] & More.boot) !== 0;
  // In the drain only what waits to be delivered is worth a boot.
  const mayBoot = !shard.draining || state.queueLength[c] > 0;
  if (triggeredBoot || (state.bootDueNs[c] <= nowNs && mayBoot)) {
    sendBoot(shard, c, nowNs);
    return;
  }
  if (state.booted[c] !== Boot.pending) return;
  const extra = nextExtra(shard, c, true);
  if (extra !== undefined) sendExtra(shard, c, extra, nowNs);
}

/** The general case: several connectors, messages in the queue, extras, a triggered boot. */
function sendEarliest(shard: Shard, c: number, nowNs: number): void {
  const { state, queue } = shard;
  if ((state.more[c] & More.boot) !== 0) {
    sendBoot(shard, c, nowNs);
    return;
  }
  // At the same moment: a message before a life's CALL, for it was there first.
  const head = state.queueLength[c] > 0 ? state.queueHead[c] : -1;
  const messageDueNs = head >= 0 && queue.dueNs[head] <= nowNs ? queue.dueNs[head] : NEVER;
  const extra = nextExtra(shard, c, false);
  const extraDueNs = extra?.dueNs ?? NEVER;
  const k = earliestLife(shard, c);
  const lifeDueNs = k >= 0 ? state.lifeDueNs[k] : NEVER;
  const heartbeatDueNs = state.heartbeatDueNs[c] <= nowNs ? state.heartbeatDueNs[c] : NEVER;
  const dueNs = Math.min(messageDueNs, extraDueNs, lifeDueNs, heartbeatDueNs);
  if (dueNs === NEVER) return;
  if (dueNs === messageDueNs) sendMessage(shard, c, head, nowNs);
  else if (extra !== undefined && dueNs === extraDueNs) sendExtra(shard, c, extra, nowNs);
  else if (dueNs === lifeDueNs) sendLifeCall(shard, c, k, nowNs);
  else sendHeartbeat(shard, c, nowNs);
}

/** The connector whose life has waited longest to send, or -1. */
function earliestLife(shard: Shard, c: number): number {
  const { life, lifeDueNs, nextConnector } = shard.state;
  let earliest = -1;
  for (let k = c; k >= 0; k = nextConnector[k]) {
    if (life[k] !== Life.call) continue;
    if (earliest < 0 || lifeDueNs[k] < lifeDueNs[earliest]) earliest = k;
  }
  return earliest;
}

function sendBoot(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const triggered = (state.more[c] & More.boot) !== 0;
  if (triggered && fleetOf(shard, c).plan.manners.restartsIds) restartIds(shard, c);
  state.more[c] &= ~More.boot;
  state.callDueNs[c] = triggered ? nowNs : state.bootDueNs[c];
  // A triggered boot does not move the one that is planned anyhow.
  if (!triggered) state.bootDueNs[c] = NEVER;
  fillValues(shard, c, TemplateIndex.boot);
  sendTemplate(shard, c, Source.boot, TemplateIndex.boot, 0, nowNs);
}

/** The counter of ids begins again: what was asked before is forgotten (exchange 15). */
export function restartIds(shard: Shard, c: number): void {
  shard.state.nextId[c] = fleetOf(shard, c).plan.firstMessageId;
  shard.state.givenUpIds[c] = 0;
}

function sendLifeCall(shard: Shard, c: number, k: number, nowNs: number): void {
  const { state } = shard;
  const template = state.lifeTemplate[k];
  state.callDueNs[c] = state.lifeDueNs[k];
  state.callRow[c] = k;
  state.life[k] = Life.answer;
  if (template === SCRIPT_TEMPLATE) {
    sendScriptCall(shard, c, k, nowNs);
    return;
  }
  fillValues(shard, k, template);
  sendTemplate(shard, c, Source.life, template, state.lifeOffline[k], nowNs);
}

/** The n-th heartbeat is due at origin + n x interval, however late the others were. */
function sendHeartbeat(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const everyNs = state.heartbeatEveryNs[c];
  const { maxBacklog } = shard.plan.limits;
  const excess = Math.floor((nowNs - state.heartbeatDueNs[c]) / everyNs) - maxBacklog;
  if (excess > 0) {
    state.heartbeatDueNs[c] += excess * everyNs;
    drop(shard, c, ActionIndexOf.Heartbeat, excess, RunCounterOffset.droppedBacklog, nowNs);
  }
  state.callDueNs[c] = state.heartbeatDueNs[c];
  state.heartbeatDueNs[c] += everyNs;
  shard.values.numbers[SlotIndex.id] = state.nextId[c];
  sendTemplate(shard, c, Source.heartbeat, TemplateIndex.heartbeat, 0, nowNs);
  arm(shard.timers, c * TIMERS + Timer.heartbeat, state.heartbeatDueNs[c]);
}

/** The head of the queue: an attempt is a CALL like any other, with an id and a fate of its own. */
function sendMessage(shard: Shard, c: number, row: number, nowNs: number): void {
  const { state, queue, memory } = shard;
  const kind = queue.kind[row];
  const transaction = queue.transaction[row];
  if (queue.attempts[row] < 255) queue.attempts[row]++;
  queue.flags[row] |= Flag.sending;
  if (kind === Kind.start && transaction !== null) transaction.startAttempts++;
  if (kind === Kind.stop && transaction !== null) transaction.stopAttempts++;
  count(memory, RunCounterOffset.ledgerAttempts);
  state.callDueNs[c] = queue.dueNs[row];
  const offline = queue.flags[row] & Flag.offline;
  fillMessage(shard, c, row);
  const payload = kind === Kind.stop ? stopPayload(shard, c, row) : null;
  if (payload === null) {
    sendTemplate(shard, c, Source.queue, templateOf(shard, row), offline, nowNs);
  } else {
    sendText(shard, c, Source.queue, ActionIndexOf.StopTransaction, payload, offline, nowNs);
  }
}

function sendExtra(shard: Shard, c: number, extra: ExtraCall, nowNs: number): void {
  const { state, values } = shard;
  takeExtra(shard, c, extra);
  shard.extraSent.set(c, extra);
  state.callDueNs[c] = extra.dueNs;
  state.callRow[c] = extra.connector;
  if (extra.template < 0) {
    sendText(shard, c, Source.extra, extra.action, extra.payload, 0, nowNs);
    return;
  }
  fillValues(shard, extra.connector, extra.template);
  values.numbers[SlotIndex.connector] = extra.connectorId;
  sendTemplate(shard, c, Source.extra, extra.template, 0, nowNs);
}

/**
 * The slots are filled; `callDueNs` says since when the CALL is due; `nowNs` was read for this
 * charger's event.
 */
function sendTemplate(
  shard: Shard,
  c: number,
  source: number,
  template: number,
  offline: number,
  nowNs: number,
): void {
  const { state } = shard;
  const writer = fleetOf(shard, c).writers[template];
  state.callSource[c] = source;
  state.callOffline[c] = offline;
  const frame = shard.writeFrame(writer, shard.values);
  open(shard, c, writer.template.action, nowNs);
  if (!shard.wire.send(c, frame)) keepFrame(writer);
}

/** A rare CALL, from the JSON of its payload. */
function sendText(
  shard: Shard,
  c: number,
  source: number,
  action: number,
  payload: string,
  offline: number,
  nowNs: number,
): void {
  const { state } = shard;
  const text = `[2,"${state.nextId[c]}","${ACTIONS[action]}",${payload}]`;
  const frame = encodeFrame(Opcode.text, Buffer.from(text), shard.key);
  state.callSource[c] = source;
  state.callOffline[c] = offline;
  open(shard, c, action, nowNs);
  shard.wire.send(c, frame);
}

function sendScriptCall(shard: Shard, c: number, k: number, nowNs: number): void {
  const call = shard.scriptCalls.get(k);
  if (call === undefined) return;
  const offline = shard.state.lifeOffline[k];
  sendText(shard, c, Source.script, call.action, call.payload, offline, nowNs);
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
  count(memory, callCounterBase(stage, action, state.fleet[c]) + CallCounterIndex.sent);
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
  const fleet = state.fleet[c];
  count(memory, callCounterBase(stage, action, fleet) + fate);
  state.callAction[c] = NO_CALL;
  state.allowedNs[c] = nowNs;
  if (fate === Fate.timedOut || fate === Fate.lost) state.givenUpIds[c] |= 1;
  const table = stage * ACTION_COUNT + action;
  const shift = fleetHistogramShift(fleet);
  if (fate === Fate.answered) record(memory, SERVICE[table] + shift, nowNs - state.callSentNs[c]);
  if (fate === Fate.answered || fate === Fate.timedOut || fate === Fate.lost) {
    const histogram = state.callOffline[c] === 1 ? OFFLINE[stage] : RESPONSE[table] + shift;
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
  const base = callCounterBase(shard.state.callStage[c], action, shard.state.fleet[c]);
  count(shard.memory, base + CallCounterIndex[quality]);
}

/** How many heartbeats are due and not sent. */
export function dueHeartbeats(shard: Shard, c: number, nowNs: number): number {
  const { state } = shard;
  if (!(state.heartbeatDueNs[c] <= nowNs)) return 0;
  return Math.floor((nowNs - state.heartbeatDueNs[c]) / state.heartbeatEveryNs[c]) + 1;
}
