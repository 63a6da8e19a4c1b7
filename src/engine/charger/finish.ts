/** The end of a charger's run: what is still due is counted, and the connection closed. */
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import { closeCall, dueHeartbeats, Fate } from './calls.ts';
import { forgetCommands } from './command/pending.ts';
import { dropExtras } from './extras.ts';
import { SCRIPT_TEMPLATE } from './life.ts';
import { abandonConnect } from './link.ts';
import { fleetOf, type Shard } from './shard.ts';
import { countUnsent, drop } from './stage.ts';
import { Life, Link, NEVER, NO_CALL, TIMERS, Timer } from './state.ts';
import { dropTasks } from './tasks.ts';
import { disarm, isArmed } from './timers.ts';
import { closePending } from './transactions.ts';

/**
 * In the drain: ends charger `c` if it has nothing left to bring to an end. Its outstanding CALL
 * and its queue are waited for; the caller comes back when something has changed.
 */
export function finishIfDone(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  if (!shard.draining || !livesAreFinished(shard, c)) return;
  const link = state.link[c];
  if (link === Link.closing || link === Link.gone || link === Link.restarting) return;
  countHeartbeats(shard, c, nowNs);
  if (state.callAction[c] !== NO_CALL || mayStillDeliver(shard, c)) return;
  leaveOpen(shard, c, nowNs);
  disarmAll(shard, c);
  if (link === Link.open) {
    state.link[c] = Link.closing;
    count(shard.memory, RunCounterOffset.connected, -1);
    shard.wire.close(c);
  } else {
    abandonConnect(shard, c);
    markFinished(shard);
  }
}

function livesAreFinished({ state }: Shard, c: number): boolean {
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    if (state.life[k] !== Life.finished) return false;
  }
  return true;
}

/** Whether waiting may still empty the queue before the grace period is over. */
function mayStillDeliver(shard: Shard, c: number): boolean {
  const { state, queue } = shard;
  if (state.queueLength[c] === 0 || state.queueHead[c] < 0) return false;
  if (queue.dueNs[state.queueHead[c]] >= shard.graceEndNs) return false;
  const comesBack = isArmed(shard.timers, c * TIMERS + Timer.link);
  return state.link[c] !== Link.waiting || comesBack;
}

/** What will not be sent or answered any more is counted. */
function leaveOpen(shard: Shard, c: number, nowNs: number): void {
  for (const { action } of dropExtras(shard, c)) countUnsent(shard, c, action, 1, nowNs);
  closePending(shard, c, (action) => countUnsent(shard, c, action, 1, nowNs));
  forgetCommands(shard, c);
  dropTasks(shard, c);
}

function disarmAll(shard: Shard, c: number): void {
  for (let k = c; k >= 0; k = shard.state.nextConnector[k]) {
    for (let kind = 0; kind < TIMERS; kind++) disarm(shard.timers, k * TIMERS + kind);
  }
}

/** The connection that we closed is gone. */
export function linkClosed(shard: Shard, c: number): void {
  if (shard.state.link[c] !== Link.closing) return;
  shard.state.link[c] = Link.gone;
  markFinished(shard);
}

function markFinished(shard: Shard): void {
  shard.finished++;
  count(shard.memory, RunCounterOffset.finished);
}

/** Heartbeats that are due and will not be sent; none becomes due any more. */
function countHeartbeats(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const heartbeats = dueHeartbeats(shard, c, nowNs);
  state.heartbeatDueNs[c] = NEVER;
  if (heartbeats === 0) return;
  if (state.link[c] === Link.open)
    countUnsent(shard, c, ActionIndexOf.Heartbeat, heartbeats, nowNs);
  else dropHeartbeats(shard, c, heartbeats, nowNs);
}

function dropHeartbeats(shard: Shard, c: number, n: number, nowNs: number): void {
  drop(shard, c, ActionIndexOf.Heartbeat, n, RunCounterOffset.droppedOffline, nowNs);
}

/** The life's CALL that waits to be sent will not be: the run is over for it. */
export function abandonLifeCall(shard: Shard, k: number, nowNs: number): void {
  const { state } = shard;
  if (state.life[k] !== Life.call) return;
  const template = state.lifeTemplate[k];
  const action =
    template === SCRIPT_TEMPLATE
      ? (shard.scriptCalls.get(k)?.action ?? 0)
      : fleetOf(shard, state.owner[k]).writers[template].template.action;
  countUnsent(shard, state.owner[k], action, 1, nowNs);
}

/** The grace period is over: what is outstanding stays in flight, what is queued unsent. */
export function finishNow(shard: Shard, nowNs: number): void {
  const { state } = shard;
  for (let c = 0; c < state.count; c++) {
    if (state.link[c] === Link.gone) continue;
    for (let k = c; k >= 0; k = state.nextConnector[k]) {
      abandonLifeCall(shard, k, nowNs);
      if (state.life[k] === Life.charging) count(shard.memory, RunCounterOffset.charging, -1);
      state.life[k] = Life.finished;
    }
    countHeartbeats(shard, c, nowNs);
    if (state.callAction[c] !== NO_CALL) closeCall(shard, c, Fate.inFlight, nowNs);
    leaveOpen(shard, c, nowNs);
    if (state.link[c] === Link.open) count(shard.memory, RunCounterOffset.connected, -1);
    if (state.link[c] === Link.connecting) count(shard.memory, RunCounterOffset.connectsAbandoned);
    shard.wire.destroy(c);
    state.link[c] = Link.gone;
    disarmAll(shard, c);
    markFinished(shard);
  }
}

/** After a reconnect: what became due while offline is not caught up, but counted. */
export function skipOffline(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const heartbeats = dueHeartbeats(shard, c, nowNs);
  if (heartbeats === 0) return;
  state.heartbeatDueNs[c] += heartbeats * state.heartbeatEveryNs[c];
  dropHeartbeats(shard, c, heartbeats, nowNs);
}
