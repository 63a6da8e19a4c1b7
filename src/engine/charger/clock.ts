/** The charger's clock: it follows the `currentTime` of Boot and Heartbeat answers. */
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import { fleetOf, type Shard } from './shard.ts';

/** What charger `c`'s clock shows at a moment of the run, ms since 1970 UTC. */
export function chargerMs(shard: Shard, c: number, momentNs: number): number {
  return shard.wallStartMs + (momentNs - shard.startNs) / 1e6 + shard.state.clockOffsetMs[c];
}

/** Whole seconds since 1970, shifted into the zone in which the charger prints its times. */
export function printedSeconds(shard: Shard, c: number, epochMs: number): number {
  return Math.floor(epochMs / 1000) + fleetOf(shard, c).plan.clock.utcOffsetMin * 60;
}

/** Sets the clock by the answer just read. A time without a zone is in the charger's own. */
export function setClock(shard: Shard, c: number, nowNs: number): void {
  const { reply, state } = shard;
  if (Number.isNaN(reply.currentTimeMs)) {
    if (reply.hasCurrentTime) count(shard.memory, RunCounterOffset.clockUnreadable);
    return;
  }
  const { clock } = fleetOf(shard, c).plan;
  const zoneMs = reply.currentTimeHasZone ? 0 : clock.utcOffsetMin * 60_000;
  const wallMs = shard.wallStartMs + (nowNs - shard.startNs) / 1e6;
  state.clockOffsetMs[c] = reply.currentTimeMs - zoneMs + clock.skewMs - wallMs;
}
