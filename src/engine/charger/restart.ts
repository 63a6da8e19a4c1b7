/** A charger restarts, by Reset or UpdateFirmware: transactions end, it leaves, it comes back. */
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import { restartIds } from './calls.ts';
import { forgetCommands } from './command/pending.ts';
import { stopCharging } from './life.ts';
import { planConnect } from './link.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Boot, Life, Link, NEVER, NO_CALL, TIMERS, Timer } from './state.ts';
import { addTask, cancelTasks } from './tasks.ts';
import { arm, disarm } from './timers.ts';

export interface Restart {
  /** Index in `STOP_REASONS`, for what it charges. */
  readonly reason: number;
  /** Leaves at once; else when its messages are delivered, after `PATIENCE_NS` at the latest. */
  readonly hard: boolean;
  /** When the Reset arrived; NaN: no Reset began it. */
  readonly sinceNs: number;
}

const PATIENCE_NS = 30e9;
const LOOK_NS = 100e6;
const CLOSE_PATIENCE_NS = 1e9;
const RESTART_TASK = 'restart';

/** Begins a restart at `nowNs`: transactions end now, the connection when all is said. */
export function beginRestart(shard: Shard, c: number, restart: Restart, nowNs: number): void {
  const { state } = shard;
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    stopCharging(shard, k, restart.reason, nowNs);
  }
  cancelTasks(shard, c, RESTART_TASK);
  const latestNs = nowNs + PATIENCE_NS;
  const look = (atNs: number) => {
    // A connection that is lost meanwhile must not hold up the restart.
    const waits = !restart.hard && atNs < latestNs && state.link[c] === Link.open;
    if (waits && isBusy(shard, c)) addTask(shard, c, RESTART_TASK, atNs + LOOK_NS, look);
    else {
      shard.restarts.set(c, restart.sinceNs);
      shard.leave(c, atNs);
    }
  };
  addTask(shard, c, RESTART_TASK, nowNs, look);
}

function isBusy({ state }: Shard, c: number): boolean {
  if (state.callAction[c] !== NO_CALL || state.queueLength[c] > 0) return true;
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    if (state.transaction[k] !== null || state.life[k] === Life.delivery) return true;
  }
  return false;
}

/** Off; what is not part of the link (the outstanding CALL, lives) is the caller's. */
export function leaveToRestart(shard: Shard, c: number, nowNs: number): void {
  const { state, memory } = shard;
  count(memory, RunCounterOffset.restarts);
  state.booted[c] = Boot.none;
  state.bootDueNs[c] = 0;
  state.heartbeatDueNs[c] = NEVER;
  disarm(shard.timers, c * TIMERS + Timer.heartbeat);
  forgetCommands(shard, c);
  if (fleetOf(shard, c).plan.manners.restartsIds) restartIds(shard, c);
  if (state.link[c] !== Link.open) return;
  count(memory, RunCounterOffset.connected, -1);
  state.link[c] = Link.restarting;
  arm(shard.timers, c * TIMERS + Timer.link, nowNs + CLOSE_PATIENCE_NS);
  shard.wire.close(c);
}

/** The connection is gone, or the target's patience with it: back after the time of a boot. */
export function comeBack(shard: Shard, c: number, nowNs: number): void {
  planConnect(shard, c, nowNs + fleetOf(shard, c).plan.rebootNs);
}
