/** What a hub in memory keeps of a run. */
import { BusError, type LogEntry, type StoreEntry } from './bus.ts';

export interface MemoryRun {
  readonly log: LogEntry[];
  /** Of what was appended. */
  readonly ids: Set<string>;
  readonly store: Map<string, StoreEntry>;
  /** Of the latest change in the store. */
  revision: number;
}

export function createRun(): MemoryRun {
  return { log: [], ids: new Set(), store: new Map(), revision: 0 };
}

/** Compare-and-set; gives the new revision. @throws BusError `conflict` */
export function put(run: MemoryRun, key: string, value: Uint8Array, revision: number): number {
  const known = run.store.get(key)?.revision ?? 0;
  if (known !== revision) {
    throw new BusError('conflict', `"${key}" has revision ${known}, not ${revision}.`);
  }
  run.revision += 1;
  run.store.set(key, { key, value, revision: run.revision });
  return run.revision;
}
