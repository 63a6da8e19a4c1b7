/**
 * A charger's reactions: what happens when its connection comes or goes, a message arrives, a timer
 * fires, a car comes, or the run drains. Everything else in this folder is called from here.
 */
import { isUtf8 } from 'node:buffer';
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { MessageType } from '../../ocpp/vocabulary.ts';
import {
  type ConnectFailure,
  type Disconnect,
  type DisconnectOffset,
  RunCounterOffset,
} from '../../snapshot/layout.ts';
import { NOT_UTF8, type Reply, scanReply } from '../frame/reply.ts';
import { count } from '../latency/recorder.ts';
import { fitsAction, isRefusal } from './answers.ts';
import { bootAnswered, bootFailed } from './boot.ts';
import { closeCall, countQuality, Fate, sendNext } from './calls.ts';
import { setClock } from './clock.ts';
import { receiveCommand } from './command/receive.ts';
import { messageAnswered, messageFailed } from './delivery.ts';
import { abandonLifeCall, finishIfDone, skipOffline } from './finish.ts';
import { advance, endCharge, goOffline, lifeCallClosed } from './life.ts';
import { linkDown, linkFailed, linkUp, startConnect } from './link.ts';
import { mayCharge } from './reservations.ts';
import { comeBack, leaveToRestart } from './restart.ts';
import { takeSamples } from './samples.ts';
import { scriptCallClosed, startScript, wakeScript } from './script.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Boot, Charge, Life, Link, More, NEVER, NO_CALL, Source, TIMERS, Timer } from './state.ts';
import { tellChanges } from './status.ts';
import { runTasks } from './tasks.ts';
import { arm } from './timers.ts';

/**
 * Goes on after anything that may have freed the charger: the next CALL, or the end. While messages
 * are read it waits: who heard one goes on when all are read.
 */
export function goOn(shard: Shard, c: number, nowNs: number): void {
  if (shard.reading) return;
  const { life, more, nextConnector } = shard.state;
  if (life[c] === Life.script) startScript(shard, c);
  if ((more[c] & More.connectors) !== 0) {
    for (let k = nextConnector[c]; k >= 0; k = nextConnector[k]) {
      if (life[k] === Life.script) startScript(shard, k);
    }
  }
  sendNext(shard, c, nowNs);
  if (shard.draining) finishIfDone(shard, c, nowNs);
}

export function onUp(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  linkUp(shard, c, nowNs);
  if (state.booted[c] !== Boot.accepted) {
    state.bootStartNs[c] = nowNs;
    // A new connection does not shorten the wait after Pending or Rejected (OCPP 1.6, 4.2).
    state.bootDueNs[c] = Math.max(nowNs, state.bootDueNs[c]);
  } else {
    skipOffline(shard, c, nowNs);
    tellChanges(shard, c, nowNs);
    if (state.heartbeatDueNs[c] < NEVER) {
      arm(shard.timers, c * TIMERS + Timer.heartbeat, state.heartbeatDueNs[c]);
    }
  }
  goOn(shard, c, nowNs);
}

export function onFailed(
  shard: Shard,
  c: number,
  reason: ConnectFailure,
  detail: string,
  retryAfterS: number,
  nowNs: number,
): void {
  linkFailed(shard, c, reason, detail, retryAfterS, nowNs);
  finishIfDone(shard, c, nowNs);
}

export function onDown(
  shard: Shard,
  c: number,
  reason: Disconnect,
  detail: string,
  nowNs: number,
): void {
  linkDown(shard, c, reason, detail, nowNs);
  if (shard.state.callAction[c] !== NO_CALL) failCall(shard, c, Fate.lost, nowNs);
  goOffline(shard, c, nowNs);
  finishIfDone(shard, c, nowNs);
}

/** Charger `c` ends its connection to restart. */
export function onLeave(shard: Shard, c: number, nowNs: number): void {
  leaveToRestart(shard, c, nowNs);
  if (shard.state.callAction[c] !== NO_CALL) failCall(shard, c, Fate.lost, nowNs);
  goOffline(shard, c, nowNs);
}

/** The connection that a restart closed is gone. */
export function onLeft(shard: Shard, c: number, nowNs: number): void {
  comeBack(shard, c, nowNs);
  finishIfDone(shard, c, nowNs);
}

/** A whole text message in `bytes[start..end)`. */
export function onMessage(
  shard: Shard,
  c: number,
  bytes: Buffer,
  start: number,
  end: number,
  nowNs: number,
): void {
  const { reply, state, memory } = shard;
  // What arrives while we close came too late to be acted upon.
  if (state.link[c] !== Link.open) return;
  if (bytes[start + 1] === CALL_BYTE && bytes[start] === BRACKET && bytes[start + 2] === COMMA) {
    onCommand(shard, c, bytes, start, end, nowNs);
    return;
  }
  scanReply(bytes, start, end, reply);
  if (reply.type === MessageType.callResult || reply.type === MessageType.callError) {
    if (state.callAction[c] !== NO_CALL && reply.id === state.nextId[c] - 1) {
      onReply(shard, c, reply, bytes, start, end, nowNs);
    } else {
      countOrphan(shard, c, reply.id);
    }
  } else if (reply.type === MessageType.call) {
    onCommand(shard, c, bytes, start, end, nowNs);
  } else if (reply.type === NOT_UTF8) {
    dropLink(shard, c, 'invalidUtf8', nowNs);
  } else {
    count(memory, RunCounterOffset.unreadable);
    shard.notify('unreadable', 'the target sent a message that is not OCPP-J; ignored');
  }
}

/** `[2,`: a CALL, which need not be scanned as an answer first. */
const BRACKET = 0x5b;
const CALL_BYTE = 0x32;
const COMMA = 0x2c;

function onCommand(
  shard: Shard,
  c: number,
  bytes: Buffer,
  start: number,
  end: number,
  nowNs: number,
): void {
  if (!isUtf8(bytes.subarray(start, end))) {
    // RFC 6455, 8.1: a text that is not UTF-8 fails the connection.
    dropLink(shard, c, 'invalidUtf8', nowNs);
    return;
  }
  receiveCommand(shard, c, bytes, start, end, nowNs);
  goOn(shard, c, nowNs);
}

function onReply(
  shard: Shard,
  c: number,
  reply: Reply,
  bytes: Buffer,
  start: number,
  end: number,
  nowNs: number,
): void {
  const { state } = shard;
  const action = state.callAction[c];
  const source = state.callSource[c];
  state.timeoutsInRow[c] = 0;
  if (reply.type === MessageType.callError) {
    failCall(shard, c, Fate.callError, nowNs, bytes.toString('utf8', start, end));
    return;
  }
  closeCall(shard, c, Fate.answered, nowNs);
  const fits = source === Source.script || fitsAction(action, reply);
  if (!fits) countQuality(shard, c, action, 'invalidReply');
  const refused = fits && isRefusal(action, reply);
  if (refused) countQuality(shard, c, action, 'refused');
  if (action === ActionIndexOf.Heartbeat && fits) setClock(shard, c, nowNs);
  if (source === Source.life) lifeCallClosed(shard, state.callRow[c], fits && !refused, nowNs);
  else if (source === Source.script) {
    scriptCallClosed(shard, state.callRow[c], 'answered', bytes.toString('utf8', start, end));
  } else if (source !== Source.heartbeat) onOtherReply(shard, c, fits, refused, nowNs);
  goOn(shard, c, nowNs);
}

function onOtherReply(
  shard: Shard,
  c: number,
  fits: boolean,
  refused: boolean,
  nowNs: number,
): void {
  const source = shard.state.callSource[c];
  if (source === Source.queue) {
    if (fits) messageAnswered(shard, c, refused, nowNs);
    else messageFailed(shard, c, Fate.callError, nowNs);
  } else if (source === Source.boot) {
    if (fits) bootAnswered(shard, c, nowNs);
    else bootFailed(shard, c, false, nowNs);
  } else if (source === Source.extra) {
    extraClosed(shard, c, fits, nowNs);
  }
}

/** Closes the outstanding CALL with a fate other than answered, and lets its source go on. */
function failCall(shard: Shard, c: number, fate: number, nowNs: number, text = ''): void {
  const { state } = shard;
  const source = state.callSource[c];
  closeCall(shard, c, fate, nowNs);
  if (fate === Fate.callError) shard.notify('callError', `the target answered CALLERROR: ${text}`);
  if (source === Source.life) lifeCallClosed(shard, state.callRow[c], false, nowNs);
  else if (source === Source.queue) messageFailed(shard, c, fate, nowNs);
  else if (source === Source.boot) bootFailed(shard, c, fate === Fate.lost, nowNs);
  else if (source === Source.extra) extraClosed(shard, c, false, nowNs);
  else if (source === Source.script) {
    const name = fate === Fate.callError ? 'callError' : fate === Fate.lost ? 'lost' : 'timedOut';
    scriptCallClosed(shard, state.callRow[c], name, text);
  }
  goOn(shard, c, nowNs);
}

function extraClosed(shard: Shard, c: number, answered: boolean, nowNs: number): void {
  const extra = shard.extraSent.get(c);
  shard.extraSent.delete(c);
  extra?.done?.(answered, nowNs);
}

/** An answer that matches no outstanding CALL. */
function countOrphan(shard: Shard, c: number, id: number): void {
  const { state, memory } = shard;
  const age = state.nextId[c] - 1 - id;
  const known = id >= fleetOf(shard, c).plan.firstMessageId && age >= 0;
  if (known && age < 32 && (state.givenUpIds[c] & (1 << age)) !== 0) {
    state.givenUpIds[c] &= ~(1 << age);
    count(memory, RunCounterOffset.late);
  } else if (known) {
    count(memory, RunCounterOffset.duplicate);
  } else {
    count(memory, RunCounterOffset.unknownId);
    shard.notify('unknownId', 'the target answered an id that was never sent');
  }
}

/** Timer `kind` of row `row` fired; `deadlineNs` is when it should have. */
export function onTimer(
  shard: Shard,
  row: number,
  kind: number,
  deadlineNs: number,
  nowNs: number,
): void {
  const c = shard.state.owner[row];
  if (kind === Timer.life) onLifeTimer(shard, row, deadlineNs);
  else if (kind === Timer.sample) takeSamples(shard, row, nowNs);
  else if (kind === Timer.link) onLinkTimer(shard, c, nowNs);
  else if (kind === Timer.task) runTasks(shard, c, nowNs);
  goOn(shard, c, nowNs);
}

function onLifeTimer(shard: Shard, k: number, deadlineNs: number): void {
  const { life } = shard.state;
  if (life[k] === Life.timer) advance(shard, k, deadlineNs);
  else if (life[k] === Life.charging) endCharge(shard, k);
  else if (life[k] === Life.script) wakeScript(shard, k);
}

function onLinkTimer(shard: Shard, c: number, nowNs: number): void {
  const { state, plan } = shard;
  if (state.link[c] === Link.waiting) {
    startConnect(shard, c);
  } else if (state.link[c] === Link.connecting) {
    shard.wire.destroy(c);
    onFailed(shard, c, 'timedOut', 'no answer to the handshake', Number.NaN, nowNs);
  } else if (state.link[c] === Link.restarting) {
    shard.wire.destroy(c);
    onLeft(shard, c, nowNs);
  } else if (state.link[c] === Link.open && state.callAction[c] !== NO_CALL) {
    const deadlineNs = state.callSentNs[c] + plan.limits.callTimeoutNs;
    if (nowNs >= deadlineNs) onCallTimeout(shard, c, nowNs);
    else arm(shard.timers, c * TIMERS + Timer.link, deadlineNs);
  }
}

function onCallTimeout(shard: Shard, c: number, nowNs: number): void {
  const { state, plan } = shard;
  if (++state.timeoutsInRow[c] < plan.limits.timeoutsBeforeReconnect) {
    failCall(shard, c, Fate.timedOut, nowNs);
    return;
  }
  // First the link, so that nothing is sent on it while the CALL is closed.
  shard.wire.destroy(c);
  linkDown(shard, c, 'callTimeouts', '', nowNs);
  failCall(shard, c, Fate.timedOut, nowNs);
  goOffline(shard, c, nowNs);
}

/** Ends the connection of charger `c` for a reason of ours; it comes back by its own rules. */
export function dropLink(
  shard: Shard,
  c: number,
  reason: keyof typeof DisconnectOffset,
  nowNs: number,
): void {
  shard.wire.destroy(c);
  onDown(shard, c, reason, '', nowNs);
}

/** A car comes to connector `k`, if it is free; it stays until its session is over. */
export function onCar(shard: Shard, k: number, dueNs: number, nowNs: number): boolean {
  const { state } = shard;
  if (state.life[k] !== Life.arrival || !mayCharge(shard, k)) return false;
  state.pc[k]++;
  advance(shard, k, dueNs);
  goOn(shard, state.owner[k], nowNs);
  return true;
}

/** The run drains: charges end now, everything else where it stands. */
export function onDrain(shard: Shard, c: number, nowNs: number): void {
  for (let k = c; k >= 0; k = shard.state.nextConnector[k]) drainLife(shard, k, nowNs);
  goOn(shard, c, nowNs);
}

function drainLife(shard: Shard, k: number, nowNs: number): void {
  const { state } = shard;
  const life = state.life[k];
  const isOpen = state.charge[k] === Charge.open;
  if (life === Life.charging) {
    state.chargeEndNs[k] = Math.min(state.chargeEndNs[k], nowNs);
    endCharge(shard, k);
  } else if (life === Life.call && !isOpen) {
    abandonLifeCall(shard, k, nowNs);
    state.life[k] = Life.finished;
  } else if (life === Life.timer && isOpen) {
    advance(shard, k, nowNs);
  } else if (life !== Life.call && life !== Life.answer && life !== Life.delivery) {
    state.life[k] = Life.finished;
  }
}
