/**
 * A bus in memory, for tests: several machines on one hub, each of which can be taken away and
 * brought back. Nothing is heard within the call that says it. With a seed and a schedule of the
 * test's own all of it is deterministic, whatever it is told to lose, repeat and delay.
 */
import { type Bus, BusError, type Heard } from '../../src/bus/bus.ts';
import { matches } from './match.ts';
import { newRun, runOf, runSpace } from './memory-run.ts';
import {
  ask,
  comeBack,
  type HubOptions,
  type Listener,
  leave,
  type Machine,
  member,
  newMachine,
  newWorld,
  promised,
  send,
  type World,
} from './memory-world.ts';

export type { HubOptions } from './memory-world.ts';

export interface Hub {
  /** Another machine. */
  bus(): MemoryBus;
}

export interface MemoryBus extends Bus {
  /** Cuts the connection, which the bus itself notices only `noticedAfterMs` later. */
  leave(noticedAfterMs?: number): void;
  comeBack(): void;
}

export function memoryHub(options: HubOptions = {}): Hub {
  const world = newWorld(options);
  return { bus: () => connect(world) };
}

function connect(world: World): MemoryBus {
  const machine = newMachine();
  world.machines.push(machine);
  return {
    publish: (subject, data) => publish(world, machine, subject, data),
    subscribe: (pattern, take) => member(machine.listeners, { pattern, take }),
    request: (subject, data, limitMs) => request(world, machine, subject, data, limitMs),
    respond: (subject, answer) => member(machine.responders, { subject, answer }),
    createRun: (runId) =>
      ask(world, machine, `run ${runId}`, () => {
        if (world.runs.has(runId)) throw new BusError('conflict', `There is a run "${runId}".`);
        world.runs.set(runId, newRun());
        return runSpace(world, machine, runId);
      }),
    openRun: (runId) =>
      ask(world, machine, `run ${runId}`, () => {
        runOf(world, runId);
        return runSpace(world, machine, runId);
      }),
    removeRun: (runId) => ask(world, machine, `run ${runId}`, () => void world.runs.delete(runId)),
    isAway: () => machine.away,
    onAway: (take) => member(machine.awayTakers, take),
    close: async () => {
      machine.awayTakers.clear();
      leave(machine);
      world.machines.splice(world.machines.indexOf(machine), 1);
    },
    leave: (noticedAfterMs = 0) => {
      machine.cut = true;
      machine.connection += 1;
      const { connection } = machine;
      const notice = () => machine.connection === connection && leave(machine);
      if (noticedAfterMs === 0) notice();
      else world.options.schedule(notice, noticedAfterMs);
    },
    comeBack: () => comeBack(machine),
  };
}

function publish(world: World, from: Machine, subject: string, data: Uint8Array): void {
  if (from.away) return;
  const copy = data.slice();
  send(world, from, `out ${subject}`, () => {
    for (const machine of world.machines) {
      for (const listener of machine.listeners) {
        if (!matches(listener.pattern, subject) || world.chance(world.options.loss)) continue;
        const times = world.chance(world.options.duplication) ? 2 : 1;
        for (let i = 0; i < times; i++) hear(world, machine, listener, { subject, data: copy });
      }
    }
  });
}

function hear(world: World, machine: Machine, listener: Listener, heard: Heard): void {
  send(world, machine, `in ${heard.subject}`, () => {
    if (machine.listeners.has(listener)) listener.take({ ...heard, data: heard.data.slice() });
  });
}

function request(
  world: World,
  from: Machine,
  subject: string,
  data: Uint8Array,
  limitMs: number,
): Promise<Uint8Array> {
  const copy = data.slice();
  return promised(world, from, subject, limitMs, (resolve, reject) => {
    send(world, from, `out ${subject}`, () => {
      const asked = world.machines.flatMap((machine) =>
        [...machine.responders]
          .filter((responder) => responder.subject === subject && !machine.cut)
          .map((responder) => ({ machine, responder })),
      );
      if (asked.length === 0) {
        reject(new BusError('timeout', `Nobody answers "${subject}".`));
      }
      for (const { machine, responder } of asked) {
        if (world.chance(world.options.loss)) continue;
        send(world, machine, `in ${subject}`, () => {
          const answer = responder.answer(copy)?.slice();
          if (!answer || world.chance(world.options.loss)) return;
          send(world, machine, `out ${subject}`, () =>
            send(world, from, `in ${subject}`, () => resolve(answer)),
          );
        });
      }
    });
  });
}
