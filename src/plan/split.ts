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

export type FleetSize = Pick<FleetPlan, 'firstCharger' | 'chargerCount' | 'arrivals'>;

/** Charger i of a fleet is in cell `i % cellCount`, arrival n belongs to cell `n % cellCount`. */
export function cellCount({ chargerCount, arrivals }: FleetSize): number {
  return arrivals === null ? chargerCount : Math.max(1, Math.ceil(chargerCount / CELL_CHARGERS));
}

export function shardOfCell(fleet: FleetSize, cell: number, shards: number): number {
  return (fleet.firstCharger + cell) % shards;
}

const firstCell = ({ firstCharger }: FleetSize, shard: number, shards: number): number =>
  (((shard - firstCharger) % shards) + shards) % shards;

/** The cells of a shard, ascending. */
export function shardCells(fleet: FleetSize, shard: number, shards: number): number[] {
  const cells = [];
  for (let cell = firstCell(fleet, shard, shards); cell < cellCount(fleet); cell += shards)
    cells.push(cell);
  return cells;
}

/** How many chargers a shard runs. */
export function shardSize(fleet: FleetSize, shard: number, shards: number): number {
  const cells = cellCount(fleet);
  const first = firstCell(fleet, shard, shards);
  if (cells === fleet.chargerCount) return Math.max(0, Math.ceil((cells - first) / shards));
  return shardCells(fleet, shard, shards).reduce(
    (sum, cell) => sum + Math.ceil((fleet.chargerCount - cell) / cells),
    0,
  );
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
