/** What only chargers have that a central system has commanded: made when it is first needed. */
import type { RareState } from './rare-state.ts';
import { fleetOf, type Shard } from './shard.ts';

export function rareOf(shard: Shard, c: number): RareState {
  let rare = shard.rare.get(c);
  if (rare === undefined) {
    rare = {
      configuration: new Map(),
      reservations: new Map(),
      profiles: [],
      localListVersion: 0,
      localListEntries: new Set(),
      diagnosticsStatus: 'Idle',
      firmwareStatus: 'Idle',
      windowNs: Number.NEGATIVE_INFINITY,
      windowCount: 0,
      random: null,
      waiting: [],
    };
    shard.rare.set(c, rare);
  }
  return rare;
}

/** The value of a configuration key, by its own name; undefined when there is no such key. */
export function setting(shard: Shard, c: number, key: string): string | undefined {
  return shard.rare.get(c)?.configuration.get(key) ?? fleetOf(shard, c).settings.get(key);
}

/** A key's number; `otherwise` when there is no such key or it holds no number. */
export function settingNumber(shard: Shard, c: number, key: string, otherwise: number): number {
  const text = setting(shard, c, key);
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : otherwise;
}

export function settingIsTrue(shard: Shard, c: number, key: string): boolean {
  return setting(shard, c, key)?.toLowerCase() === 'true';
}
