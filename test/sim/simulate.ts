/** Runs a scenario on the virtual clock: all shards of it, interleaved in one thread. */

import { PUSH_WORDS, pushSpread } from '../../src/engine/charger/command/push.ts';
import { createShard } from '../../src/engine/charger/shard.ts';
import { ShardLoop } from '../../src/engine/shard/loop.ts';
import { type Mirror, mirrorOf } from '../../src/fleet/host/mirror.ts';
import { rangesOf } from '../../src/fleet/spread.ts';
import type { LedgerRow } from '../../src/ledger/row.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { shardOfWorker } from '../../src/plan/split.ts';
import { collectScripts } from '../../src/scenario/scripts.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { takeCounted } from '../../src/snapshot/counted.ts';
import { type ShardMemory, shardMemory, shardMemoryBytes } from '../../src/snapshot/layout.ts';
import { readSnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';
import { type Behaviour, type CentralCounts, createCentral, WELL_BEHAVED } from './central.ts';
import { ORIGIN_NS, ORIGIN_WALL_MS, VirtualClock } from './clock.ts';
import { type LogEntry, printLog, sortLog } from './log.ts';
import { SimWire } from './network.ts';

export interface SimulateOptions {
  readonly scenario: Scenario;
  readonly seed?: number;
  readonly shards?: number;
  /** Workers of each share, in place of `shards`: one share a machine. Default: one share. */
  readonly shares?: readonly number[];
  /** That the shards of each share are spread over: nobody reads their memory, they tell. */
  readonly processes?: number;
  /** What differs from `WELL_BEHAVED`. */
  readonly behaviour?: Partial<Behaviour>;
  /** Begins the drain early, as an interrupt does. */
  readonly drainAtMs?: number;
  /** What a user does to every shard of the run under way. */
  readonly deeds?: readonly { readonly atMs: number; readonly act: (loop: ShardLoop) => void }[];
  /** What is done to every shard before it starts. */
  readonly begin?: (loop: ShardLoop) => void;
  /** Called with each row of the ledger. */
  readonly ledger?: (row: LedgerRow) => void;
  /** Called with each frame as it leaves; may block the clock. */
  readonly onSend?: (charger: number, text: string, clock: VirtualClock) => void;
}

export interface Simulation {
  readonly plan: Plan;
  /** The log as text, one line an entry. */
  readonly log: string;
  readonly entries: readonly LogEntry[];
  readonly memories: readonly ShardMemory[];
  readonly snapshot: Snapshot;
  readonly central: CentralCounts;
  /** Each kind of rare event once, in words. */
  readonly notes: Readonly<Record<string, string>>;
  readonly scriptErrors: readonly Error[];
  /** When the last shard had ended, since the start. */
  readonly endNs: number;
}

/** More events than this are a run that does not end. */
const MAX_EVENTS = 5_000_000;

/** @throws Error when the engine breaks the rules of its wire, or never comes to its end. */
export async function simulate(options: SimulateOptions): Promise<Simulation> {
  const { seed = 1, shards = 1, shares = [shards], processes } = options;
  const scenario = validateScenario(options.scenario, 'simulated');
  const plan = compilePlan(scenario, { name: 'simulated', file: null, seed });
  const clock = new VirtualClock();
  const central = createCentral({ ...WELL_BEHAVED, ...options.behaviour }, seed);
  const log: LogEntry[] = [];
  const notes: Record<string, string> = {};
  const scriptErrors: Error[] = [];
  const memories: ShardMemory[] = [];
  const places = placesOf(shares, processes);
  let running = places.length;
  const mirror = processes === undefined ? null : mirrorOf(plan.fleets.length, places.length);
  const tellers: Teller[] = [];
  const words = new BigInt64Array(PUSH_WORDS);
  const loops = places.map((place, index) => {
    const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(plan.fleets.length)));
    memories.push(memory);
    const teller = mirror && tellerOf(memory, index, mirror);
    if (teller) tellers.push(teller);
    const shard = createShard({
      plan,
      ...place,
      clock,
      memory,
      ...(options.ledger && { ledger: options.ledger }),
      scripts: collectScripts(scenario),
      pushed: teller?.pushed ?? pushSpread(memory, words),
      notify: (kind, text) => void (notes[kind] ??= text),
      scriptFailed: (error) => {
        scriptErrors.push(error);
        loops[index].drain();
      },
    });
    const onSend = (charger: number, text: string) => options.onSend?.(charger, text, clock);
    return new ShardLoop(
      shard,
      clock.alarm(index),
      (sink) => new SimWire({ clock, central, shard, sink, log, onSend }),
      () => void running--,
    );
  });
  begin(loops, clock, options);
  if (mirror !== null) tellAll(clock, tellers, () => running > 0);
  await runUntil(clock, () => running === 0, plan.scriptCount > 0);
  for (const teller of tellers) teller.tell();
  mirror?.settle(Number.POSITIVE_INFINITY);
  if (mirror !== null) memories.splice(0, memories.length, mirror.memory);
  const entries = sortLog(log);
  let snapshot: Snapshot | undefined;
  return {
    plan,
    log: printLog(entries),
    entries,
    memories,
    // Merging costs more than a short run.
    get snapshot() {
      return (snapshot ??= readSnapshot(memories));
    },
    central: central.counts,
    notes,
    scriptErrors,
    endNs: clock.nowNs() - ORIGIN_NS,
  };
}

function begin(loops: readonly ShardLoop[], clock: VirtualClock, options: SimulateOptions): void {
  for (const loop of loops) options.begin?.(loop);
  for (const loop of loops) loop.start(ORIGIN_NS, ORIGIN_WALL_MS);
  const { drainAtMs: atMs, deeds = [] } = options;
  const drains = atMs === undefined ? [] : [{ atMs, act: (loop: ShardLoop) => loop.drain() }];
  for (const { atMs, act } of [...deeds, ...drains]) {
    for (const loop of loops) clock.schedule(ORIGIN_NS + atMs * 1e6, -1, () => act(loop));
  }
}

/** The shards that each process runs, one process after the other, one share after the other. */
const placesOf = (shares: readonly number[], processes = 1) =>
  shares.flatMap((workers, index) =>
    rangesOf({ processes: Math.min(processes, workers), workers }).flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) =>
        shardOfWorker({ index, of: shares.length }, first + i, workers),
      ),
    ),
  );

interface Teller {
  readonly pushed: (arrivedNs: number) => void;
  readonly tell: () => void;
}

function tellerOf(memory: ShardMemory, shard: number, mirror: Mirror): Teller {
  const pushes: number[] = [];
  return {
    pushed: (arrivedNs) => void pushes.push(arrivedNs),
    tell() {
      const told = { counted: takeCounted(memory), pushes: Float64Array.from(pushes.splice(0)) };
      mirror.add(shard, told);
    },
  };
}

/** Five times a second. */
function tellAll(clock: VirtualClock, tellers: readonly Teller[], runs: () => boolean): void {
  for (const { tell } of tellers) tell();
  if (runs()) clock.schedule(clock.nowNs() + 200e6, -1, () => tellAll(clock, tellers, runs));
}

async function runUntil(clock: VirtualClock, over: () => boolean, scripts: boolean): Promise<void> {
  for (let events = 0; !over(); events++) {
    if (events > MAX_EVENTS) throw new Error('the run does not end');
    if (!clock.step()) throw new Error('nothing is scheduled, and the run is not over');
    // Scripts wait on promises: all of them go on before time does.
    if (scripts) await new Promise(setImmediate);
  }
}
