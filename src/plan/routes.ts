/**
 * How the chargers of a run reach their targets from this machine, as plain data for the shards. A
 * *pair* is a source address with an address and port of a target: 16 bits of port tell the
 * connections of a pair apart.
 */
import type { Plan } from './plan.ts';
import {
  cellCount,
  ONLY_SHARD,
  type RunShare,
  type ShardPlace,
  shardOfCell,
  WHOLE_RUN,
} from './split.ts';
import { targetIndex } from './target.ts';

export interface Routes {
  /** By their index in the plan. */
  readonly targets: readonly Reached[];
  /** null: the system chooses addresses and ports, which is right for small fleets. */
  readonly sources: Sources | null;
}

/** A target's URL with its port known, and the address that its host name stands for. */
export interface Reached {
  readonly url: string;
  readonly address: string;
}

export interface Sources {
  /** At least one; null is the one that the system chooses. */
  readonly addresses: readonly (string | null)[];
  /** By target: the number of its address and port among all of them. */
  readonly destinations: readonly number[];
  /** Ports that the system's administrator keeps for others, from and to. */
  readonly reservedPorts: readonly (readonly [number, number])[];
}

/** What tells the pairs apart. */
export interface Pairs {
  /** As `Sources` has them. */
  readonly destinations: readonly number[];
  readonly sources: number;
}

/** Numbers equal texts, such as `10.0.0.5:9000`, alike. */
export function numbered(texts: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  for (const text of texts) if (!numbers.has(text)) numbers.set(text, numbers.size);
  return texts.map((text) => numbers.get(text) as number);
}

/** Of the shard's share: the other shares are on other machines, with addresses of their own. */
export interface PairLoads {
  /** By charger of the run: its pair, `destination * sources + source`. */
  readonly pairOf: Uint32Array;
  /** By pair: its chargers in the shards before this one, in this one, and in all of the share. */
  readonly before: Uint32Array;
  readonly mine: Uint32Array;
  readonly all: Uint32Array;
}

/**
 * The chargers of each target take the source addresses in turn. Within a share it does not depend
 * on the split: the shard only decides what counts as its own.
 */
export function pairLoads(
  { fleets, chargerCount, target }: Pick<Plan, 'fleets' | 'chargerCount' | 'target'>,
  { destinations, sources }: Pairs,
  { shard, shards, shares }: ShardPlace = ONLY_SHARD,
): PairLoads {
  const pairs = (Math.max(...destinations) + 1) * sources;
  const pairOf = new Uint32Array(chargerCount);
  const [before, mine, all] = [0, 1, 2].map(() => new Uint32Array(pairs));
  const turns = new Uint32Array(target.urls.length);
  for (const fleet of fleets) {
    const cells = cellCount(fleet);
    for (let i = 0; i < fleet.chargerCount; i++) {
      const owner = shardOfCell(fleet, i % cells, shards);
      if (owner % shares !== shard % shares) continue;
      const charger = fleet.firstCharger + i;
      const index = targetIndex(target, charger);
      const pair = destinations[index] * sources + (turns[index]++ % sources);
      pairOf[charger] = pair;
      all[pair]++;
      if (owner === shard) mine[pair]++;
      else if (owner < shard) before[pair]++;
    }
  }
  return { pairOf, before, mine, all };
}

/** Chargers of the busiest pair of a share. */
export function mostInPair(
  plan: Parameters<typeof pairLoads>[0],
  pairs: Pairs,
  { index, of }: RunShare = WHOLE_RUN,
): number {
  const { all } = pairLoads(plan, pairs, { shard: index, shards: of, shares: of });
  return all.reduce((most, load) => Math.max(most, load), 0);
}
