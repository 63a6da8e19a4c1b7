/**
 * Which shard runs which charger: arithmetic, so that any shard computes its part alone. Chargers
 * are dealt like cards, so that each shard's part of a ramp is as even as the whole.
 */
import type { FleetPlan } from './plan.ts';

/**
 * Arrivals go to any free charger of a cell, so a cell must not be divided. It is small enough to
 * spread over shards and large enough that "no free charger" means what it means for the fleet.
 */
const CELL_CHARGERS = 256;

type FleetSize = Pick<FleetPlan, 'firstCharger' | 'chargerCount' | 'arrivals'>;

/** Charger i of a fleet is in cell `i % cellCount`, arrival n belongs to cell `n % cellCount`. */
export function cellCount({ chargerCount, arrivals }: FleetSize): number {
  return arrivals === null ? chargerCount : Math.max(1, Math.ceil(chargerCount / CELL_CHARGERS));
}

export function shardOfCell(fleet: FleetSize, cell: number, shards: number): number {
  return (fleet.firstCharger + cell) % shards;
}

/** The cells of a shard, ascending. */
export function shardCells(fleet: FleetSize, shard: number, shards: number): number[] {
  const cells = [];
  const first = (((shard - fleet.firstCharger) % shards) + shards) % shards;
  for (let cell = first; cell < cellCount(fleet); cell += shards) cells.push(cell);
  return cells;
}

/** The chargers of a shard, as ascending indexes within the fleet. */
export function shardChargers(fleet: FleetSize, shard: number, shards: number): Int32Array {
  const cells = cellCount(fleet);
  const mine: number[] = [];
  for (const cell of shardCells(fleet, shard, shards)) {
    for (let charger = cell; charger < fleet.chargerCount; charger += cells) mine.push(charger);
  }
  return Int32Array.from(mine).sort();
}
