/** What a hub in memory keeps of a run, and how a machine comes by it. */
import { BusError, type RunSpace } from '../../src/bus/bus.ts';
import { matches } from './match.ts';
import { ask, type Machine, type MemoryRun, pumped, type World } from './memory-world.ts';

export function newRun(): MemoryRun {
  return { log: [], ids: new Set(), store: new Map(), revision: 0 };
}

export function runOf(world: World, runId: string): MemoryRun {
  const run = world.runs.get(runId);
  if (run === undefined) throw new BusError('missing', `There is no run "${runId}".`);
  return run;
}

export function runSpace(world: World, machine: Machine, runId: string): RunSpace {
  const changed = () => {
    for (const each of world.machines) for (const pump of each.pumps) pump();
  };
  return {
    append: (agent, id, data) => {
      const copy = data.slice();
      return ask(world, machine, `log ${agent}`, () => {
        const run = runOf(world, runId);
        if (run.ids.has(`${agent} ${id}`)) return;
        run.ids.add(`${agent} ${id}`);
        run.log.push({ sequence: run.log.length + 1, agent, data: copy });
        changed();
      });
    },
    read: (take) => {
      let next = 0;
      return pumped(world, machine, `log of ${runId}`, () => {
        const entry = world.runs.get(runId)?.log[next];
        if (entry === undefined) return false;
        next += 1;
        take({ ...entry, data: entry.data.slice() });
        return true;
      });
    },
    get: (key) =>
      ask(world, machine, `get ${key}`, () => {
        const entry = runOf(world, runId).store.get(key);
        return entry ? { ...entry, value: entry.value.slice() } : null;
      }),
    put: (key, value, revision) => {
      const copy = value.slice();
      return ask(world, machine, `put ${key}`, () => {
        const kept = put(runOf(world, runId), key, copy, revision);
        changed();
        return kept;
      });
    },
    watch: (keys, take) => {
      let seen = 0;
      return pumped(world, machine, `store of ${runId}`, () => {
        const entries = [...(world.runs.get(runId)?.store.values() ?? [])]
          .filter((entry) => entry.revision > seen && matches(keys, entry.key))
          .sort((a, b) => a.revision - b.revision);
        if (entries.length === 0) return false;
        seen = entries[0].revision;
        take({ ...entries[0], value: entries[0].value.slice() });
        return true;
      });
    },
  };
}

/** Compare-and-set; gives the new revision. @throws BusError `conflict` */
function put(run: MemoryRun, key: string, value: Uint8Array, revision: number): number {
  const known = run.store.get(key)?.revision ?? 0;
  if (known !== revision) {
    throw new BusError('conflict', `"${key}" has revision ${known}, not ${revision}.`);
  }
  run.revision += 1;
  run.store.set(key, { key, value, revision: run.revision });
  return run.revision;
}
