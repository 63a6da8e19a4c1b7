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

/**
 * A part of a run for a machine of its own: number `index` of `of`, from 0. Its chargers are the
 * same however many workers that machine has.
 */
export interface RunShare {
  readonly index: number;
  readonly of: number;
}

export const WHOLE_RUN: RunShare = { index: 0, of: 1 };

/** A shard among those of all `shares` of its run: it is of the share `shard % shares`. */
export interface ShardPlace {
  readonly shard: number;
  /** A multiple of `shares`. */
  readonly shards: number;
  readonly shares: number;
}

export const ONLY_SHARD: ShardPlace = { shard: 0, shards: 1, shares: 1 };

/** The shard that worker number `worker` of `workers` runs of a share. */
export const shardOfWorker = (
  { index, of }: RunShare,
  worker: number,
  workers: number,
): ShardPlace => ({ shard: index + worker * of, shards: workers * of, shares: of });

/** Chargers of a share, by fleet. */
export const shareCounts = (fleets: readonly FleetSize[], { index, of }: RunShare): number[] =>
  fleets.map((fleet) => shardSize(fleet, index, of));

export const shareSize = (fleets: readonly FleetSize[], share: RunShare): number =>
  shareCounts(fleets, share).reduce((sum, count) => sum + count, 0);

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
