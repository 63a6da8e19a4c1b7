/**
 * A bus in memory, for tests: several machines on one hub, each of which can be taken away and
 * brought back. Nothing is heard within the call that says it. With a seed and a schedule of the
 * test's own all of it is deterministic, whatever it is told to lose, repeat and delay.
 */
import { randomStream } from '../base/random.ts';
import { type Bus, BusError, type Heard, type RunSpace } from './bus.ts';
import { matches } from './match.ts';
import { createRun, type MemoryRun, put } from './memory-run.ts';

export interface HubOptions {
  /** Runs `act` after `delayMs`; by default a timer that keeps no process alive. */
  readonly schedule?: (act: () => void, delayMs: number) => void;
  readonly seed?: number;
  /** Each way takes up to so long; what goes the same way on one subject keeps its order. */
  readonly delayMs?: number;
  /** What part of all that is published, asked or answered is lost. */
  readonly loss?: number;
  /** What part of all that is published is heard twice. */
  readonly duplication?: number;
  /** What part of all appends and puts is kept, but ends in `timeout`. */
  readonly unconfirmed?: number;
  /** After which an append, a get or a put without an answer ends in `timeout`. */
  readonly limitMs?: number;
}

export interface Hub {
  /** Another machine. */
  bus(): MemoryBus;
}

export interface MemoryBus extends Bus {
  /** Cuts the connection, which the bus itself notices only `noticedAfterMs` later. */
  leave(noticedAfterMs?: number): void;
  comeBack(): void;
}

interface World {
  readonly options: Required<HubOptions>;
  readonly chance: (part: number) => boolean;
  readonly draw: () => number;
  readonly machines: Machine[];
  readonly runs: Map<string, MemoryRun>;
}

interface Machine {
  readonly listeners: Set<Listener>;
  readonly responders: Set<Responder>;
  /** Promises that nobody has answered yet: rejected when the bus is away. */
  readonly open: Set<(error: BusError) => void>;
  /** What is under way, by direction and subject. */
  readonly lanes: Map<string, (() => void)[]>;
  readonly awayTakers: Set<(away: boolean) => void>;
  /** Readers and watchers: called when there may be something for them. */
  readonly pumps: Set<() => void>;
  cut: boolean;
  away: boolean;
  /** Counts connections: what was sent to one that is gone is lost. */
  connection: number;
}

interface Listener {
  readonly pattern: string;
  readonly take: (heard: Heard) => void;
}

interface Responder {
  readonly subject: string;
  readonly answer: (data: Uint8Array) => Uint8Array | null;
}

const DEFAULTS: Required<HubOptions> = {
  schedule: (act, delayMs) => void setTimeout(act, delayMs).unref(),
  seed: 1,
  delayMs: 0,
  loss: 0,
  duplication: 0,
  unconfirmed: 0,
  limitMs: 5_000,
};

export function memoryHub(given: HubOptions = {}): Hub {
  const options = { ...DEFAULTS, ...given };
  const draw = randomStream(options.seed);
  const chance = (part: number) => part > 0 && draw() < part;
  const world: World = { options, chance, draw, machines: [], runs: new Map() };
  return { bus: () => connect(world) };
}

function connect(world: World): MemoryBus {
  const machine: Machine = {
    listeners: new Set(),
    responders: new Set(),
    open: new Set(),
    lanes: new Map(),
    awayTakers: new Set(),
    pumps: new Set(),
    cut: false,
    away: false,
    connection: 0,
  };
  world.machines.push(machine);
  return {
    publish: (subject, data) => publish(world, machine, subject, data),
    subscribe: (pattern, take) => member(machine.listeners, { pattern, take }),
    request: (subject, data, limitMs) => request(world, machine, subject, data, limitMs),
    respond: (subject, answer) => member(machine.responders, { subject, answer }),
    createRun: (runId) =>
      ask(world, machine, `run ${runId}`, () => {
        if (world.runs.has(runId)) throw new BusError('conflict', `There is a run "${runId}".`);
        world.runs.set(runId, createRun());
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

function leave(machine: Machine): void {
  machine.cut = true;
  if (machine.away) return;
  machine.away = true;
  for (const reject of [...machine.open]) reject(awayError());
  for (const take of [...machine.awayTakers]) take(true);
}

function comeBack(machine: Machine): void {
  if (!machine.cut) return;
  machine.cut = false;
  machine.connection += 1;
  const told = machine.away;
  machine.away = false;
  if (told) for (const take of [...machine.awayTakers]) take(false);
  for (const pump of [...machine.pumps]) pump();
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

function runSpace(world: World, machine: Machine, runId: string): RunSpace {
  const changed = () => {
    for (const each of world.machines) for (const pump of each.pumps) pump();
  };
  return {
    append: (agent, id, data) => {
      const copy = data.slice();
      return ask(world, machine, `log ${agent}`, () => {
        const run = runOf(world, runId);
        if (run.ids.has(id)) return;
        run.ids.add(id);
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

/** Calls `next` until it says false, whenever there may be something and the machine is there. */
function pumped(world: World, machine: Machine, lane: string, next: () => boolean): () => void {
  let connection = -1;
  const pump = () => {
    if (machine.cut || connection === machine.connection) return;
    ({ connection } = machine);
    send(world, machine, `in ${lane}`, () => {
      connection = -1;
      while (machine.pumps.has(pump) && !machine.cut && next());
    });
  };
  const stop = member(machine.pumps, pump);
  pump();
  return stop;
}

/** Does `act` at the hub and comes back with what it gives or throws. */
function ask<T>(world: World, machine: Machine, lane: string, act: () => T): Promise<T> {
  const { limitMs, unconfirmed } = world.options;
  return promised(world, machine, lane, limitMs, (resolve, reject) => {
    send(world, machine, `out ${lane}`, () => {
      const settle = attempt(act, resolve, reject);
      if (!/^(log|put) /.test(lane) || !world.chance(unconfirmed)) {
        send(world, machine, `in ${lane}`, settle);
      }
    });
  });
}

function attempt<T>(
  act: () => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): () => void {
  try {
    const value = act();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
}

function promised<T>(
  world: World,
  machine: Machine,
  what: string,
  limitMs: number,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  if (machine.away) return Promise.reject(awayError());
  return new Promise<T>((resolve, reject) => {
    machine.open.add(reject);
    const ended = <A>(settle: (value: A) => void) => {
      return (value: A) => {
        machine.open.delete(reject);
        settle(value);
      };
    };
    begin(ended(resolve), ended(reject));
    const late = () =>
      ended(reject)(new BusError('timeout', `${what}: no answer in ${limitMs} ms.`));
    world.options.schedule(late, limitMs);
  });
}

/** Lets `act` happen at the other end, in order with what went there before on the same lane. */
function send(world: World, machine: Machine, name: string, act: () => void): void {
  if (machine.cut) return;
  const { connection } = machine;
  const lane = machine.lanes.get(name) ?? [];
  machine.lanes.set(name, lane);
  // What is on its way out when the connection is cut may have got through.
  const outbound = name.startsWith('out ');
  lane.push(() => {
    if (connection === machine.connection || outbound) act();
  });
  world.options.schedule(() => lane.shift()!(), world.draw() * world.options.delayMs);
}

function runOf(world: World, runId: string): MemoryRun {
  const run = world.runs.get(runId);
  if (run === undefined) throw new BusError('missing', `There is no run "${runId}".`);
  return run;
}

const awayError = () => new BusError('away', 'The bus is away.');

function member<T>(set: Set<T>, one: T): () => void {
  set.add(one);
  return () => void set.delete(one);
}
