/** What a hub in memory consists of, and how word gets from one end of it to the other. */
import { randomStream } from '../../src/base/random.ts';
import { BusError, type Heard, type LogEntry, type StoreEntry } from '../../src/bus/bus.ts';

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

export interface World {
  readonly options: Required<HubOptions>;
  readonly chance: (part: number) => boolean;
  readonly draw: () => number;
  readonly machines: Machine[];
  readonly runs: Map<string, MemoryRun>;
}

export interface Machine {
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

export interface Listener {
  readonly pattern: string;
  readonly take: (heard: Heard) => void;
}

export interface Responder {
  readonly subject: string;
  readonly answer: (data: Uint8Array) => Uint8Array | null;
}

export interface MemoryRun {
  readonly log: LogEntry[];
  /** Of what was appended. */
  readonly ids: Set<string>;
  readonly store: Map<string, StoreEntry>;
  /** Of the latest change in the store. */
  revision: number;
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

export function newWorld(given: HubOptions): World {
  const options = { ...DEFAULTS, ...given };
  const draw = randomStream(options.seed);
  const chance = (part: number) => part > 0 && draw() < part;
  return { options, chance, draw, machines: [], runs: new Map() };
}

export function newMachine(): Machine {
  return {
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
}

export function leave(machine: Machine): void {
  machine.cut = true;
  if (machine.away) return;
  machine.away = true;
  for (const reject of [...machine.open]) reject(awayError());
  for (const take of [...machine.awayTakers]) take(true);
}

export function comeBack(machine: Machine): void {
  if (!machine.cut) return;
  machine.cut = false;
  machine.connection += 1;
  const told = machine.away;
  machine.away = false;
  if (told) for (const take of [...machine.awayTakers]) take(false);
  for (const pump of [...machine.pumps]) pump();
}

/** Calls `next` until it says false, whenever there may be something and the machine is there. */
export function pumped(
  world: World,
  machine: Machine,
  lane: string,
  next: () => boolean,
): () => void {
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
export function ask<T>(world: World, machine: Machine, lane: string, act: () => T): Promise<T> {
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

export function promised<T>(
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
export function send(world: World, machine: Machine, name: string, act: () => void): void {
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

const awayError = () => new BusError('away', 'The bus is away.');

export function member<T>(set: Set<T>, one: T): () => void {
  set.add(one);
  return () => void set.delete(one);
}
