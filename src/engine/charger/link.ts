/** A charger's connection: waiting for its moment, for a handshake slot, and to come back. */
import { drawUniform } from '../../base/random.ts';
import {
  type ConnectFailure,
  type Disconnect,
  DisconnectOffset,
  FailureOffset,
  RunCounterOffset,
  runHistogram,
} from '../../snapshot/layout.ts';
import { count, record } from '../latency/recorder.ts';
import { forgetCommands } from './command/pending.ts';
import { pingIntervalNs, planPings } from './pings.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Link, NEVER, TIMERS, Timer } from './state.ts';
import { arm, disarm } from './timers.ts';

const READY = runHistogram('ready');
const CONNECTED_AFTER = runHistogram('connectedAfter');

/** Charger `c` is due to connect at `dueNs`. */
export function planConnect(shard: Shard, c: number, dueNs: number): void {
  shard.state.link[c] = Link.waiting;
  shard.state.connectDueNs[c] = dueNs;
  if (dueNs < NEVER) arm(shard.timers, c * TIMERS + Timer.link, dueNs);
  else disarm(shard.timers, c * TIMERS + Timer.link);
}

/** The moment has come: takes a handshake slot, or queues for one. */
export function startConnect(shard: Shard, c: number): void {
  if (shard.handshakes < shard.maxHandshakes) {
    connectNow(shard, c);
    return;
  }
  const { handshakeQueue } = shard;
  shard.state.link[c] = Link.queued;
  handshakeQueue[(shard.queueHead + shard.queueLength) % handshakeQueue.length] = c;
  shard.queueLength++;
}

function connectNow(shard: Shard, c: number): void {
  const { state, plan } = shard;
  shard.handshakes++;
  state.link[c] = Link.connecting;
  count(shard.memory, RunCounterOffset.connectsAttempted);
  arm(shard.timers, c * TIMERS + Timer.link, shard.clock.nowNs() + plan.limits.handshakeTimeoutNs);
  shard.wire.connect(c);
}

/** A handshake of charger `c` ended, either way: the next in the queue may begin. */
function freeSlot(shard: Shard): void {
  shard.handshakes--;
  while (shard.queueLength > 0 && shard.handshakes < shard.maxHandshakes) {
    const c = shard.handshakeQueue[shard.queueHead];
    shard.queueHead = (shard.queueHead + 1) % shard.handshakeQueue.length;
    shard.queueLength--;
    if (shard.state.link[c] === Link.queued) connectNow(shard, c);
  }
}

export function linkUp(shard: Shard, c: number, nowNs: number): void {
  const { state, memory } = shard;
  state.link[c] = Link.open;
  state.connectAttempts[c] = 0;
  state.timeoutsInRow[c] = 0;
  state.allowedNs[c] = nowNs;
  disarm(shard.timers, c * TIMERS + Timer.link);
  count(memory, RunCounterOffset.connectsUpgraded);
  count(memory, RunCounterOffset.connected);
  if (state.everConnected[c] === 0) {
    state.everConnected[c] = 1;
    count(memory, RunCounterOffset.everConnected);
    record(memory, CONNECTED_AFTER, nowNs - shard.startNs);
  }
  record(memory, READY, nowNs - state.connectDueNs[c]);
  planPings(shard, c, pingIntervalNs(shard, c), nowNs);
  freeSlot(shard);
}

/** An attempt to connect failed: counted by kind, told once, tried again after a back-off. */
export function linkFailed(
  shard: Shard,
  c: number,
  reason: ConnectFailure,
  detail: string,
  retryAfterS: number,
  nowNs: number,
): void {
  count(shard.memory, FailureOffset[reason]);
  shard.notify(`connect:${reason}`, `connect failed (${reason}): ${detail || 'no detail'}`);
  planReconnect(shard, c, retryAfterS, nowNs);
  freeSlot(shard);
}

/** An upgraded connection is gone. */
export function linkDown(
  shard: Shard,
  c: number,
  reason: Disconnect,
  detail: string,
  nowNs: number,
): void {
  count(shard.memory, RunCounterOffset.connected, -1);
  count(shard.memory, DisconnectOffset[reason]);
  forgetCommands(shard, c);
  shard.notify(`down:${reason}`, `connection lost (${reason})${detail ? `: ${detail}` : ''}`);
  planReconnect(shard, c, Number.NaN, nowNs);
}

function planReconnect(shard: Shard, c: number, retryAfterS: number, nowNs: number): void {
  const { state, memory } = shard;
  const { honoursRetryAfter } = fleetOf(shard, c).plan;
  let delayNs = backOffNs(shard, c, state.connectAttempts[c]);
  if (state.connectAttempts[c] < 255) state.connectAttempts[c]++;
  if (honoursRetryAfter && retryAfterS * 1e9 > delayNs) {
    delayNs = retryAfterS * 1e9;
    count(memory, RunCounterOffset.retryAfters);
  }
  planConnect(shard, c, nowNs + delayNs);
}

/** Between two attempts that failed at once; nothing may spin. */
const IMMEDIATE_NS = 100e6;

/** How long charger `c` waits before attempt `attempt` (from 0), ns; NEVER: it stays away. */
function backOffNs(shard: Shard, c: number, attempt: number): number {
  const { reconnect } = fleetOf(shard, c).plan;
  const { random } = shard.state;
  switch (reconnect.policy) {
    case 'fixed':
      return reconnect.delayNs + reconnect.jitterNs * drawUniform(random, c);
    case 'exponential':
      return Math.min(reconnect.maxNs, reconnect.baseNs * reconnect.factor ** attempt);
    case 'fullJitter':
      return drawUniform(random, c) * Math.min(reconnect.maxNs, reconnect.baseNs * 2 ** attempt);
    case 'immediate':
      if (attempt >= reconnect.attempts) return NEVER;
      return attempt === 0 ? 0 : IMMEDIATE_NS;
    case 'none':
      return NEVER;
  }
}

/** Gives a connecting or queued charger up: its slot, if it had one, goes to the next. */
export function abandonConnect(shard: Shard, c: number): void {
  const wasConnecting = shard.state.link[c] === Link.connecting;
  disarm(shard.timers, c * TIMERS + Timer.link);
  shard.state.link[c] = Link.gone;
  if (!wasConnecting) return;
  count(shard.memory, RunCounterOffset.connectsAbandoned);
  shard.wire.destroy(c);
  freeSlot(shard);
}
