/** The end of a charger's run: what is still due is counted, and the connection closed. */
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { CallCounterIndex, callCounterBase, RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import {
  closeCall,
  drop,
  dueHeartbeats,
  dueSamples,
  Fate,
  SCRIPT_TEMPLATE,
  stageAt,
} from './calls.ts';
import { abandonConnect } from './link.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Life, Link, NEVER, NO_CALL, TIMERS, Timer } from './state.ts';
import { disarm } from './timers.ts';

/**
 * In the drain: ends charger `c` if it has nothing left to bring to an end. Its outstanding CALL is
 * waited for; the caller comes back when it is closed.
 */
export function finishIfDone(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  if (!shard.draining || state.life[c] !== Life.finished) return;
  if (state.link[c] === Link.closing || state.link[c] === Link.gone) return;
  countUnsent(shard, c, nowNs);
  if (state.callAction[c] !== NO_CALL) return;
  for (let kind = 0; kind < TIMERS; kind++) disarm(shard.timers, c * TIMERS + kind);
  if (state.link[c] === Link.open) {
    state.link[c] = Link.closing;
    count(shard.memory, RunCounterOffset.connected, -1);
    shard.wire.close(c);
  } else {
    abandonConnect(shard, c);
    markFinished(shard);
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

/** Periodic messages that are due and will not be sent; none becomes due any more. */
function countUnsent(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const heartbeats = dueHeartbeats(shard, c, nowNs);
  const samples = dueSamples(shard, c, nowNs);
  state.heartbeatDueNs[c] = NEVER;
  state.sampleDueNs[c] = NEVER;
  if (state.link[c] === Link.open) {
    countQueued(shard, ActionIndexOf.Heartbeat, heartbeats, nowNs);
    countQueued(shard, ActionIndexOf.MeterValues, samples, nowNs);
  } else {
    dropOffline(shard, ActionIndexOf.Heartbeat, heartbeats, nowNs);
    dropOffline(shard, ActionIndexOf.MeterValues, samples, nowNs);
  }
}

function countQueued(shard: Shard, action: number, n: number, nowNs: number): void {
  count(shard.memory, callCounterBase(stageAt(shard, nowNs), action) + CallCounterIndex.unsent, n);
}

function dropOffline(shard: Shard, action: number, n: number, nowNs: number): void {
  if (n > 0) drop(shard, action, n, RunCounterOffset.droppedOffline, nowNs);
}

/** The life's CALL that waits to be sent will not be: the run is over for it. */
export function abandonLifeCall(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  if (state.life[c] !== Life.call) return;
  const template = state.lifeTemplate[c];
  const action =
    template === SCRIPT_TEMPLATE
      ? (shard.scriptCalls.get(c)?.action ?? 0)
      : fleetOf(shard, c).writers[template].template.action;
  countQueued(shard, action, 1, nowNs);
}

/** The grace period is over: what is outstanding stays in flight, what is queued unsent. */
export function finishNow(shard: Shard, nowNs: number): void {
  const { state } = shard;
  for (let c = 0; c < state.count; c++) {
    if (state.link[c] === Link.gone) continue;
    abandonLifeCall(shard, c, nowNs);
    if (state.life[c] === Life.charging) count(shard.memory, RunCounterOffset.charging, -1);
    state.life[c] = Life.finished;
    countUnsent(shard, c, nowNs);
    if (state.callAction[c] !== NO_CALL) closeCall(shard, c, Fate.inFlight, nowNs);
    if (state.link[c] === Link.open) count(shard.memory, RunCounterOffset.connected, -1);
    if (state.link[c] === Link.connecting) count(shard.memory, RunCounterOffset.connectsAbandoned);
    shard.wire.destroy(c);
    state.link[c] = Link.gone;
    disarm(shard.timers, c * TIMERS + Timer.link);
    markFinished(shard);
  }
}

/** After a reconnect: what became due while offline is not caught up, but counted. */
export function skipOffline(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  const heartbeats = dueHeartbeats(shard, c, nowNs);
  if (heartbeats > 0) {
    state.heartbeatDueNs[c] += heartbeats * state.heartbeatEveryNs[c];
    dropOffline(shard, ActionIndexOf.Heartbeat, heartbeats, nowNs);
  }
}
