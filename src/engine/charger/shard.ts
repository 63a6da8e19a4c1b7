/** What the chargers of one shard share: the context that every function of this folder takes. */
import type { Clock } from '../../base/clock.ts';
import { randomStream } from '../../base/random.ts';
import { columnText } from '../../plan/columns.ts';
import type { FleetPlan, Plan } from '../../plan/plan.ts';
import { shardChargers } from '../../plan/split.ts';
import type { Script, ScriptReply } from '../../scenario/types.ts';
import type { ShardMemory } from '../../snapshot/layout.ts';
import { type MaskKey, maskKey } from '../frame/mask.ts';
import { createReply, type Reply } from '../frame/reply.ts';
import { createTemplateWriter, type TemplateWriter } from '../frame/template.ts';
import { createSlotValues, type PackedTexts, packTexts, type SlotValues } from '../frame/values.ts';
import type { Wire } from '../socket/wire.ts';
import { type ChargerState, createChargerState, TIMERS } from './state.ts';
import { createTimers, type Timers } from './timers.ts';

/** A fleet's plan with its frames laid out. */
export interface FleetRuntime {
  readonly plan: FleetPlan;
  readonly writers: readonly TemplateWriter[];
}

/** A CALL that a script wants to send, or has sent. */
export interface ScriptCall {
  readonly action: number;
  readonly payload: string;
  readonly settle: (reply: ScriptReply) => void;
}

export interface Shard {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly memory: ShardMemory;
  readonly timers: Timers;
  readonly state: ChargerState;
  readonly fleets: readonly FleetRuntime[];
  readonly identities: PackedTexts;
  readonly idTags: PackedTexts;
  readonly key: MaskKey;
  /** Scratch: the next frame's values, the last message's contents. */
  readonly values: SlotValues;
  readonly reply: Reply;
  /** Handshakes: how many may be under way, how many are, who waits for one. */
  readonly maxHandshakes: number;
  handshakes: number;
  readonly handshakeQueue: Int32Array;
  queueHead: number;
  queueLength: number;
  /** Scripts by their number in the plan; and what the script of each charger waits for. */
  readonly scripts: readonly Script[];
  readonly scriptsRunning: Set<number>;
  readonly scriptCalls: Map<number, ScriptCall>;
  readonly scriptSleeps: Map<number, () => void>;
  /** A script threw: the run ends. */
  readonly scriptFailed: (error: Error) => void;
  /** Lets charger `c` go on after its script did something outside of any event. */
  resume: (c: number) => void;
  /** Set by the loop before anything runs. */
  wire: Wire;
  startNs: number;
  wallStartMs: number;
  steadyStartNs: number;
  steadyEndNs: number;
  draining: boolean;
  /** Chargers that have ended their run. */
  finished: number;
  /** Told of rare things, in words; each kind once. */
  readonly notify: (kind: string, text: string) => void;
}

export interface ShardOptions {
  readonly plan: Plan;
  readonly shard: number;
  readonly shards: number;
  readonly clock: Clock;
  readonly memory: ShardMemory;
  readonly notify: (kind: string, text: string) => void;
  readonly scripts: readonly Script[];
  readonly scriptFailed: (error: Error) => void;
}

const NO_WIRE = {} as Wire;

/** Purposes of random streams other than the chargers' own. */
const MASK_PURPOSE = 1;

export function createShard(options: ShardOptions): Shard {
  const { plan, shard, shards, clock, memory, notify } = options;
  const own = plan.fleets.map((fleet) => shardChargers(fleet, shard, shards));
  const count = own.reduce((sum, indexes) => sum + indexes.length, 0);
  const globalIndex = new Uint32Array(count);
  const fleetOf = new Uint16Array(count);
  let c = 0;
  for (const [f, indexes] of own.entries()) {
    for (const index of indexes) {
      globalIndex[c] = plan.fleets[f].firstCharger + index;
      fleetOf[c++] = f;
    }
  }
  const key = maskKey(randomStream(plan.seed, shard, MASK_PURPOSE));
  const text = (column: 'identity' | 'idTag') => (i: number) => {
    const fleet = plan.fleets[fleetOf[i]];
    return columnText(fleet[column], globalIndex[i] - fleet.firstCharger);
  };
  return {
    plan,
    clock,
    memory,
    timers: createTimers(count * TIMERS + plan.fleets.length + 1),
    state: createChargerState(
      plan.seed,
      globalIndex,
      fleetOf,
      Math.max(0, ...plan.fleets.map((fleet) => fleet.program.repeatDepth)),
      (fleet) => plan.fleets[fleet].firstMessageId,
    ),
    fleets: plan.fleets.map((fleet) => ({
      plan: fleet,
      writers: fleet.templates.map((each) => createTemplateWriter(each, fleet.clock, key)),
    })),
    identities: packTexts(count, text('identity')),
    idTags: packTexts(count, text('idTag')),
    key,
    values: createSlotValues(),
    reply: createReply(),
    maxHandshakes: handshakesOf(plan.limits.maxHandshakes, shard, shards),
    handshakes: 0,
    handshakeQueue: new Int32Array(count),
    queueHead: 0,
    queueLength: 0,
    scripts: options.scripts,
    scriptsRunning: new Set(),
    scriptCalls: new Map(),
    scriptSleeps: new Map(),
    scriptFailed: options.scriptFailed,
    resume: () => {},
    wire: NO_WIRE,
    startNs: 0,
    wallStartMs: 0,
    steadyStartNs: 0,
    steadyEndNs: 0,
    draining: false,
    finished: 0,
    notify,
  };
}

/** A shard's part of the handshake slots; they add up, but each shard has at least one. */
function handshakesOf(total: number, shard: number, shards: number): number {
  return Math.max(1, Math.floor((total + shards - 1 - shard) / shards));
}

/** The timer of a fleet's next car, and the shard's own (stages). */
export const arrivalTimer = (shard: Shard, fleet: number): number =>
  shard.state.count * TIMERS + fleet;
export const stageTimer = (shard: Shard): number =>
  shard.state.count * TIMERS + shard.fleets.length;

export function fleetOf(shard: Shard, c: number): FleetRuntime {
  return shard.fleets[shard.state.fleet[c]];
}

/** Names the charger and the seed, for messages of broken invariants. */
export function describe(shard: Shard, c: number): string {
  return `charger ${shard.state.globalIndex[c]} (seed ${shard.plan.seed})`;
}
