/**
 * A charger's reactions: what happens when its connection comes or goes, a message arrives, a timer
 * fires, a car comes, or the run drains. Everything else in this folder is called from here.
 */
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { MessageType } from '../../ocpp/vocabulary.ts';
import {
  type ConnectFailure,
  type Disconnect,
  type DisconnectOffset,
  RunCounterOffset,
  runHistogram,
} from '../../snapshot/layout.ts';
import { NOT_UTF8, type Reply, ReplyStatus, scanReply } from '../frame/reply.ts';
import { count, record } from '../latency/recorder.ts';
import { fitsAction, isRefusal } from './answers.ts';
import { closeCall, countQuality, drop, dueSamples, Fate, sendNext, skipSamples } from './calls.ts';
import { answerCommand } from './commands.ts';
import { abandonLifeCall, finishIfDone, skipOffline } from './finish.ts';
import { advance, endCharge, lifeCallClosed } from './life.ts';
import { linkDown, linkFailed, linkUp, startConnect } from './link.ts';
import { scriptCallClosed, startScript, wakeScript } from './script.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Life, Link, NEVER, NO_CALL, Source, TIMERS, Timer, Transaction } from './state.ts';
import { arm } from './timers.ts';

/** A boot that was not answered as it should, or with interval 0: the charger's choice (4.2). */
const BOOT_RETRY_NS = 30e9;
/** Heartbeats when the central system leaves the interval to the charger. */
const OWN_HEARTBEAT_NS = 60e9;

const BOOT_PHASE = runHistogram('boot');

/** Goes on after anything that may have freed the charger: the next CALL, or the end. */
export function goOn(shard: Shard, c: number, nowNs: number): void {
  if (shard.state.life[c] === Life.script) startScript(shard, c);
  sendNext(shard, c, nowNs);
  if (shard.draining) finishIfDone(shard, c, nowNs);
}

export function onUp(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  linkUp(shard, c, nowNs);
  if (state.booted[c] === 0) {
    state.bootStartNs[c] = nowNs;
    // A new connection does not shorten the wait after Pending or Rejected (OCPP 1.6, 4.2).
    state.bootDueNs[c] = Math.max(nowNs, state.bootDueNs[c]);
  } else {
    skipOffline(shard, c, nowNs);
    const samples = dueSamples(shard, c, nowNs);
    if (samples > 0) {
      skipSamples(shard, c, samples);
      drop(shard, ActionIndexOf.MeterValues, samples, RunCounterOffset.droppedOffline, nowNs);
    }
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
  nowNs: number,
): void {
  linkFailed(shard, c, reason, detail, nowNs);
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
  scanReply(bytes, start, end, reply);
  if (reply.type === MessageType.callResult || reply.type === MessageType.callError) {
    if (state.callAction[c] !== NO_CALL && reply.id === state.nextId[c] - 1) {
      onReply(shard, c, reply, bytes, start, end, nowNs);
    } else {
      countOrphan(shard, c, reply.id);
    }
  } else if (reply.type === MessageType.call) {
    answerCommand(shard, c, bytes.toString('utf8', start, end));
  } else if (reply.type === NOT_UTF8) {
    // RFC 6455, 8.1: a text that is not UTF-8 fails the connection.
    dropLink(shard, c, 'invalidUtf8', nowNs);
  } else {
    count(memory, RunCounterOffset.unreadable);
    shard.notify('unreadable', 'the target sent a message that is not OCPP-J; ignored');
  }
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
  // A transaction is over when its StopTransaction is answered, whatever the answer says.
  const done = fits && (!refused || action === ActionIndexOf.StopTransaction);
  if (source === Source.life) lifeCallClosed(shard, c, done, nowNs);
  else if (source === Source.boot) onBootAnswer(shard, c, fits, nowNs);
  else if (source === Source.script) {
    scriptCallClosed(shard, c, 'answered', bytes.toString('utf8', start, end));
  }
  goOn(shard, c, nowNs);
}

/** Closes the outstanding CALL with a fate other than answered, and lets its source go on. */
function failCall(shard: Shard, c: number, fate: number, nowNs: number, text = ''): void {
  const source = shard.state.callSource[c];
  closeCall(shard, c, fate, nowNs);
  if (fate === Fate.callError) shard.notify('callError', `the target answered CALLERROR: ${text}`);
  if (source === Source.life) lifeCallClosed(shard, c, false, nowNs);
  else if (source === Source.boot) {
    // A lost one is repeated as soon as there is a connection again.
    retryBoot(shard, c, fate === Fate.lost ? nowNs : nowNs + BOOT_RETRY_NS);
  } else if (source === Source.script) {
    const name = fate === Fate.callError ? 'callError' : fate === Fate.lost ? 'lost' : 'timedOut';
    scriptCallClosed(shard, c, name, text);
  }
  goOn(shard, c, nowNs);
}

function onBootAnswer(shard: Shard, c: number, fits: boolean, nowNs: number): void {
  const { state, reply, memory } = shard;
  const intervalNs = fits ? reply.interval * 1e9 : 0;
  if (!fits || reply.status !== ReplyStatus.accepted) {
    retryBoot(shard, c, nowNs + (intervalNs > 0 ? intervalNs : BOOT_RETRY_NS));
    return;
  }
  state.booted[c] = 1;
  count(memory, RunCounterOffset.booted);
  record(memory, BOOT_PHASE, nowNs - state.bootStartNs[c]);
  const planned = fleetOf(shard, c).plan.heartbeatNs;
  if (planned >= 0 && !shard.draining) {
    state.heartbeatEveryNs[c] =
      planned > 0 ? planned : intervalNs > 0 ? intervalNs : OWN_HEARTBEAT_NS;
    state.heartbeatDueNs[c] = nowNs + state.heartbeatEveryNs[c];
    arm(shard.timers, c * TIMERS + Timer.heartbeat, state.heartbeatDueNs[c]);
  }
  if (state.life[c] === Life.boot) advance(shard, c, nowNs);
}

function retryBoot(shard: Shard, c: number, dueNs: number): void {
  shard.state.bootDueNs[c] = dueNs;
  arm(shard.timers, c * TIMERS + Timer.life, dueNs);
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

/** Timer `kind` of charger `c` fired; `deadlineNs` is when it should have. */
export function onTimer(
  shard: Shard,
  c: number,
  kind: number,
  deadlineNs: number,
  nowNs: number,
): void {
  if (kind === Timer.life) onLifeTimer(shard, c, deadlineNs);
  else if (kind === Timer.link) onLinkTimer(shard, c, nowNs);
  goOn(shard, c, nowNs);
}

function onLifeTimer(shard: Shard, c: number, deadlineNs: number): void {
  const { life } = shard.state;
  if (life[c] === Life.timer) advance(shard, c, deadlineNs);
  else if (life[c] === Life.charging) endCharge(shard, c);
  else if (life[c] === Life.script) wakeScript(shard, c);
}

function onLinkTimer(shard: Shard, c: number, nowNs: number): void {
  const { state, plan } = shard;
  if (state.link[c] === Link.waiting) {
    startConnect(shard, c);
  } else if (state.link[c] === Link.connecting) {
    shard.wire.destroy(c);
    onFailed(shard, c, 'timedOut', 'no answer to the handshake', nowNs);
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
}

function dropLink(
  shard: Shard,
  c: number,
  reason: keyof typeof DisconnectOffset,
  nowNs: number,
): void {
  shard.wire.destroy(c);
  onDown(shard, c, reason, '', nowNs);
}

/** A car comes to charger `c`, if it is free; it stays until its session is over. */
export function onCar(shard: Shard, c: number, dueNs: number, nowNs: number): boolean {
  const { state } = shard;
  if (state.life[c] !== Life.arrival) return false;
  state.pc[c]++;
  advance(shard, c, dueNs);
  goOn(shard, c, nowNs);
  return true;
}

/** The run drains: charges end now, everything else where it stands. */
export function onDrain(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  if (state.life[c] === Life.charging) {
    state.chargeEndNs[c] = Math.min(state.chargeEndNs[c], nowNs);
    endCharge(shard, c);
  } else if (state.life[c] === Life.call && state.transaction[c] !== Transaction.open) {
    abandonLifeCall(shard, c, nowNs);
    state.life[c] = Life.finished;
  } else if (state.life[c] === Life.timer && state.transaction[c] === Transaction.open) {
    advance(shard, c, nowNs);
  } else if (state.life[c] !== Life.call && state.life[c] !== Life.answer) {
    state.life[c] = Life.finished;
  }
  goOn(shard, c, nowNs);
}
