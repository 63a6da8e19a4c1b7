/** A charger's own pings: every `WebSocketPingInterval` of a connection. */
import { setting } from './rare.ts';
import { fleetOf, type Shard } from './shard.ts';
import { Link } from './state.ts';
import { addTask, cancelTasks } from './tasks.ts';

const PING_TASK = 'ping';

/** The interval in use, ns; 0: none. */
export function pingIntervalNs(shard: Shard, c: number): number {
  const changed = shard.rare.get(c)?.configuration.has('WebSocketPingInterval');
  if (!changed) return fleetOf(shard, c).plan.pingNs;
  return Number(setting(shard, c, 'WebSocketPingInterval')) * 1e9;
}

/** Pings every `everyNs` from now on, while the connection stands; none when it is not above 0. */
export function planPings(shard: Shard, c: number, everyNs: number, nowNs: number): void {
  cancelTasks(shard, c, PING_TASK);
  if (!(everyNs > 0)) return;
  addTask(shard, c, PING_TASK, nowNs + everyNs, (_, atNs) => {
    if (shard.state.link[c] !== Link.open) return;
    shard.wire.ping(c);
    planPings(shard, c, everyNs, atNs);
  });
}
