/**
 * Open load: cars come at the fleet's rate, whatever the target does. Arrival n belongs to cell
 * n mod cells (`plan/split.ts`) and takes a free connector of it, so every shard knows its own.
 */
import { mix32 } from '../../base/random.ts';
import { cellCount } from '../../plan/split.ts';
import { RunCounterOffset } from '../../snapshot/layout.ts';
import { count } from '../latency/recorder.ts';
import { onCar } from './charger.ts';
import { AS_PLANNED, arrivalNs, type Pace, withPace } from './pace.ts';
import { arrivalTimer, type Shard } from './shard.ts';
import { arm, disarm } from './timers.ts';

/** The arrivals of one fleet, as far as this shard is concerned. */
export interface Arrivals {
  readonly fleet: number;
  readonly cellCount: number;
  /** Connectors of this shard by cell; null: the cell is another shard's. */
  readonly cells: readonly (Int32Array | null)[];
  /** Number of the next arrival of ours. */
  next: number;
  /** Those that may still matter: arrivals from `next` on. */
  paces: readonly Pace[];
}

export function createArrivals(shard: Shard): Arrivals[] {
  return shard.fleets.flatMap(({ plan }, fleet) => {
    if (plan.arrivals === null) return [];
    const cells: number[][] = Array.from({ length: cellCount(plan) }, () => []);
    const { owner, connectorCount, globalIndex } = shard.state;
    for (let k = 0; k < connectorCount; k++) {
      if (shard.state.fleet[owner[k]] !== fleet) continue;
      cells[(globalIndex[owner[k]] - plan.firstCharger) % cells.length].push(k);
    }
    const own = cells.map((cell) => (cell.length === 0 ? null : Int32Array.from(cell)));
    return [{ fleet, cellCount: cells.length, cells: own, next: 0, paces: [AS_PLANNED] }];
  });
}

/** Arms the timer of the next arrival that is ours; none when the schedule is over. */
export function planArrival(shard: Shard, arrivals: Arrivals): void {
  const schedule = shard.fleets[arrivals.fleet].plan.arrivals;
  if (schedule === null || arrivals.cells.every((cell) => cell === null)) return;
  while (arrivals.cells[arrivals.next % arrivals.cellCount] === null) arrivals.next++;
  const atNs = shard.startNs + arrivalNs(schedule, arrivals.paces, arrivals.next);
  if (atNs < Number.POSITIVE_INFINITY) arm(shard.timers, arrivalTimer(shard, arrivals.fleet), atNs);
  else disarm(shard.timers, arrivalTimer(shard, arrivals.fleet));
}

/** From `atNs` on cars come at `factor` times the planned rate; 0: none come. */
export function setPace(shard: Shard, arrivals: Arrivals, atNs: number, factor: number): void {
  const schedule = shard.fleets[arrivals.fleet].plan.arrivals;
  if (schedule === null) return;
  const paces = withPace(schedule, arrivals.paces, atNs - shard.startNs, factor);
  const first = paces.findLastIndex(({ from }) => from <= arrivals.next);
  arrivals.paces = paces.slice(first);
  planArrival(shard, arrivals);
}

/** A car comes: to the first free connector of its cell, from a place that its number decides. */
export function onArrival(shard: Shard, arrivals: Arrivals, dueNs: number, nowNs: number): void {
  const cell = arrivals.cells[arrivals.next % arrivals.cellCount];
  const first = mix32(arrivals.next);
  arrivals.next++;
  planArrival(shard, arrivals);
  if (cell === null) return;
  for (let i = 0; i < cell.length; i++) {
    if (onCar(shard, cell[(first + i) % cell.length], dueNs, nowNs)) {
      count(shard.memory, RunCounterOffset.carsArrived);
      return;
    }
  }
  count(shard.memory, RunCounterOffset.carsMissed);
}
