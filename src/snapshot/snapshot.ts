import type { Histogram } from 'hdr-histogram-js';
import { assert } from '../base/assert.ts';
import { ACTION_COUNT } from '../ocpp/actions.ts';
import { COMMAND_COUNT, type CommandIndex, EFFECTS, type Effect } from '../ocpp/commands.ts';
import { HDR_SLOTS, toHdr } from './hdr.ts';
import {
  CALL_COUNTERS,
  type CallCounter,
  CallCounterIndex,
  type CallLatency,
  COMMAND_COUNTERS,
  CONNECT_FAILURES,
  type CommandCounter,
  CommandCounterIndex,
  callCounterBase,
  callHistogram,
  commandCounterBase,
  counterSlots,
  DISCONNECTS,
  DisconnectOffset,
  effectHistogram,
  FailureOffset,
  histogramCount,
  type RunCounter,
  RunCounterOffset,
  type RunLatency,
  runHistogram,
  type ShardMemory,
  STAGE_OTHER,
  STAGE_STEADY,
  type StageLatency,
  stageHistogram,
} from './layout.ts';

/** The numbers of a run, merged over its shards: sums, in the layout of `layout.ts`. */
export interface Snapshot {
  readonly fleetCount: number;
  readonly counters: Float64Array;
  /** By number, `HDR_SLOTS` counts each; null: nothing was recorded in it. */
  readonly histograms: (Float64Array | null)[];
}

/** `whole` is the run from first connect to last close. */
export type Scope = 'whole' | 'steady';
export type CommandCounts = Readonly<Record<CommandCounter, number>>;
export type CallCounts = Readonly<Record<CallCounter, number>>;

export function emptySnapshot(fleetCount: number): Snapshot {
  return {
    fleetCount,
    counters: new Float64Array(counterSlots(fleetCount)),
    histograms: new Array(histogramCount(fleetCount)).fill(null),
  };
}

/** Sums the shards; reading while they write is safe, figures may be one message apart. */
export function readSnapshot(shards: readonly ShardMemory[], fleetCount = 1): Snapshot {
  const sum = emptySnapshot(shards[0]?.fleetCount ?? fleetCount);
  for (const shard of shards) {
    addCounters(sum, shard.counters);
    for (let h = 0; h < sum.histograms.length; h++) {
      addSlots(sum, h, shard.slots.subarray(h * HDR_SLOTS, (h + 1) * HDR_SLOTS));
    }
  }
  return sum;
}

/** Parts of the same fleets. */
export function mergeSnapshots(parts: readonly Snapshot[]): Snapshot {
  const sum = emptySnapshot(parts[0]?.fleetCount ?? 1);
  for (const part of parts) {
    assert(part.fleetCount === sum.fleetCount, 'snapshots of different fleets are merged');
    addCounters(sum, part.counters);
    for (const [h, slots] of part.histograms.entries()) if (slots !== null) addSlots(sum, h, slots);
  }
  return sum;
}

function addCounters(sum: Snapshot, counters: Float64Array): void {
  for (let i = 0; i < counters.length; i++) sum.counters[i] += counters[i];
}

function addSlots(sum: Snapshot, histogram: number, slots: Float64Array | Uint32Array): void {
  for (let i = 0; i < HDR_SLOTS; i++) {
    if (slots[i] === 0) continue;
    const into = (sum.histograms[histogram] ??= new Float64Array(HDR_SLOTS));
    into[i] += slots[i];
  }
}

export function runCounter(snapshot: Snapshot, name: RunCounter): number {
  return snapshot.counters[RunCounterOffset[name]];
}

const STAGES_OF: Readonly<Record<Scope, readonly number[]>> = {
  steady: [STAGE_STEADY],
  whole: [STAGE_OTHER, STAGE_STEADY],
};
export const fleetsOf = ({ fleetCount }: Pick<Snapshot, 'fleetCount'>, fleet?: number) =>
  fleet === undefined ? Array.from({ length: fleetCount }, (_, i) => i) : [fleet];
const allActions = Array.from({ length: ACTION_COUNT }, (_, i) => i);
const allCommands = Array.from({ length: COMMAND_COUNT }, (_, i) => i);

const NO_CALLS = Object.fromEntries(CALL_COUNTERS.map((name) => [name, 0])) as CallCounts;

/** Counts of one action, or of all of them; of one fleet, or of all of them. */
export function callCounts(
  snapshot: Snapshot,
  scope: Scope,
  action?: number,
  fleet?: number,
): CallCounts {
  const counts: Record<CallCounter, number> = { ...NO_CALLS };
  const fleets = fleetsOf(snapshot, fleet);
  for (const stage of STAGES_OF[scope]) {
    for (const each of action === undefined ? allActions : [action]) {
      for (const one of fleets) {
        const base = callCounterBase(stage, each, one);
        for (const name of CALL_COUNTERS) {
          counts[name] += snapshot.counters[base + CallCounterIndex[name]];
        }
      }
    }
  }
  return counts;
}

/** Places of some counts of one action, or of all of them; of one fleet, or of all of them. */
export function callCounters(
  of: Pick<Snapshot, 'fleetCount'>,
  counters: readonly CallCounter[],
  scope: Scope,
  action?: number,
  fleet?: number,
): number[] {
  const actions = action === undefined ? allActions : [action];
  return STAGES_OF[scope].flatMap((stage) =>
    actions.flatMap((each) =>
      fleetsOf(of, fleet).flatMap((one) => {
        const base = callCounterBase(stage, each, one);
        return counters.map((name) => base + CallCounterIndex[name]);
      }),
    ),
  );
}

/** Places of some counts of one command, by its index, or of all of them. */
export const commandCounters = (
  counters: readonly CommandCounter[],
  command?: CommandIndex,
): number[] =>
  (command === undefined ? allCommands : [command]).flatMap((each) =>
    counters.map((name) => commandCounterBase(each) + CommandCounterIndex[name]),
  );

/** Counts of one command, by its index, or of all of them. */
export function commandCounts(snapshot: Snapshot, command?: CommandIndex): CommandCounts {
  const bases = (command === undefined ? allCommands : [command]).map(commandCounterBase);
  return Object.fromEntries(
    COMMAND_COUNTERS.map((name, i) => [
      name,
      bases.reduce((total, base) => total + snapshot.counters[base + i], 0),
    ]),
  ) as Record<CommandCounter, number>;
}

/** From the arrival of a command to its effect: of one command, or of all that have one. */
export const effectHistograms = (effect?: Effect): number[] =>
  (effect === undefined ? EFFECTS : [effect]).map(effectHistogram);

/** Of one action, or of all; of one fleet, or of all. */
export function callHistograms(
  of: Pick<Snapshot, 'fleetCount'>,
  latency: CallLatency,
  scope: Scope,
  action?: number,
  fleet?: number,
): number[] {
  const actions = action === undefined ? allActions : [action];
  const fleets = fleetsOf(of, fleet);
  return STAGES_OF[scope].flatMap((stage) =>
    actions.flatMap((each) => fleets.map((one) => callHistogram(stage, each, latency, one))),
  );
}

export const stageHistograms = (latency: StageLatency, scope: Scope): number[] =>
  STAGES_OF[scope].map((stage) => stageHistogram(stage, latency));

/** A histogram in us of one action, or of all; of one fleet, or of all. */
export function callLatency(
  snapshot: Snapshot,
  latency: CallLatency,
  scope: Scope,
  action?: number,
  fleet?: number,
): Histogram {
  return sumOfHistograms(snapshot, callHistograms(snapshot, latency, scope, action, fleet));
}

export function stageLatency(snapshot: Snapshot, latency: StageLatency, scope: Scope): Histogram {
  return sumOfHistograms(snapshot, stageHistograms(latency, scope));
}

export function runLatency(snapshot: Snapshot, latency: RunLatency): Histogram {
  return sumOfHistograms(snapshot, [runHistogram(latency)]);
}

/** From the arrival of a command to its effect, us; of one command, or of all that have one. */
export function effectLatency(snapshot: Snapshot, effect?: Effect): Histogram {
  return sumOfHistograms(snapshot, effectHistograms(effect));
}

/** Reasons that occurred, with their counts. */
export function connectFailures(snapshot: Snapshot): Record<string, number> {
  return nonZero(snapshot, CONNECT_FAILURES, FailureOffset);
}

export function disconnects(snapshot: Snapshot): Record<string, number> {
  return nonZero(snapshot, DISCONNECTS, DisconnectOffset);
}

/** In us; `histograms` by number. */
export function sumOfHistograms(snapshot: Snapshot, histograms: readonly number[]): Histogram {
  const slots = new Float64Array(HDR_SLOTS);
  for (const number of histograms) {
    const counts = snapshot.histograms[number];
    if (counts === null) continue;
    for (let i = 0; i < HDR_SLOTS; i++) slots[i] += counts[i];
  }
  return toHdr(slots);
}

/** Values recorded in a histogram. */
export function recorded(snapshot: Snapshot, histogram: number): number {
  const slots = snapshot.histograms[histogram];
  if (slots === null) return 0;
  let total = 0;
  for (let i = 0; i < slots.length; i++) total += slots[i];
  return total;
}

function nonZero<T extends string>(
  snapshot: Snapshot,
  names: readonly T[],
  offsets: Readonly<Record<T, number>>,
): Record<string, number> {
  return Object.fromEntries(
    names.map((name) => [name, snapshot.counters[offsets[name]]]).filter(([, n]) => n !== 0),
  );
}
