/** What the chargers of one shard share: the context that every function of this folder takes. */
import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { randomStream } from '../../base/random.ts';
import type { LedgerRow } from '../../ledger/row.ts';
import { columnText } from '../../plan/columns.ts';
import type { FleetPlan, Plan } from '../../plan/plan.ts';
import { shardChargers } from '../../plan/split.ts';
import type { Script, ScriptReply } from '../../scenario/types.ts';
import type { ShardMemory } from '../../snapshot/layout.ts';
import { type MaskKey, maskKey } from '../frame/mask.ts';
import { createReply, type Reply } from '../frame/reply.ts';
import { createTemplateWriter, type TemplateWriter, writeTemplate } from '../frame/template.ts';
import { createSlotValues, type PackedTexts, packTexts, type SlotValues } from '../frame/values.ts';
import type { Wire } from '../socket/wire.ts';
import type { Uploader } from '../upload/upload.ts';
import { pushSpread } from './command/push.ts';
import { createHeard, type Heard } from './heard.ts';
import { createQueue, type MessageQueue } from './message-queue.ts';
import type { ExtraCall, RareState, Resume, Task } from './rare-state.ts';
import { Boot, type ChargerState, createChargerState, Link, TIMERS } from './state.ts';
import { createTimers, type Timers } from './timers.ts';

/** A fleet's plan with its frames laid out. */
export interface FleetRuntime {
  readonly plan: FleetPlan;
  readonly writers: readonly TemplateWriter[];
  /** Values of the configuration keys. */
  readonly settings: ReadonlyMap<string, string>;
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
  /** Makes the frame of a template: a forecast only wants its length. */
  readonly writeFrame: (writer: TemplateWriter, values: SlotValues) => Buffer;
  /** Scratch: the next frame's values, the last message's contents. */
  readonly values: SlotValues;
  readonly reply: Reply;
  /** Handshakes: how many may be under way, how many are, who waits for one. */
  readonly maxHandshakes: number;
  handshakes: number;
  readonly handshakeQueue: Int32Array;
  queueHead: number;
  queueLength: number;
  /** Transaction-related messages of all chargers. */
  readonly queue: MessageQueue;
  /** What only some chargers have, by charger: none of it costs the others anything. */
  readonly tasks: Map<number, Task[]>;
  readonly extras: Map<number, ExtraCall[]>;
  readonly extraSent: Map<number, ExtraCall>;
  readonly rare: Map<number, RareState>;
  /** AuthorizationKeys that replace the password at the next connect. */
  readonly passwords: Map<number, string>;
  /** Remote sessions, by row of the connector: what they return to, their idTag, their command. */
  readonly resumes: Map<number, Resume>;
  readonly remoteTags: Map<number, string>;
  readonly remoteStarts: Map<number, number>;
  /** ChangeAvailability that waits for the end of a transaction, by row of the connector. */
  readonly scheduledAvailability: Map<number, 'Operative' | 'Inoperative'>;
  /** When the TriggerMessage of a boot arrived. */
  readonly bootTriggers: Map<number, number>;
  /** Since when a charger restarts because of a Reset or an update: the arrival of the command. */
  readonly restarts: Map<number, number>;
  /** Who heard something and did not go on yet; `reading`: nobody may, more is to be read. */
  readonly heard: Heard;
  reading: boolean;
  /** Told of every transaction that has its end; null: nobody listens. */
  readonly ledger: ((row: LedgerRow) => void) | null;
  readonly uploader: Uploader | null;
  /** Told when a SetChargingProfile arrived. */
  readonly pushed: (arrivedNs: number) => void;
  /** Scripts by their number in the plan; and what the script of each connector waits for. */
  readonly scripts: readonly Script[];
  readonly scriptsRunning: Set<number>;
  readonly scriptCalls: Map<number, ScriptCall>;
  readonly scriptSleeps: Map<number, () => void>;
  /** A script threw, or asked for the end (`ScriptAbort`): the run ends. */
  readonly scriptFailed: (error: Error) => void;
  /** Lets charger `c` go on after its script did something outside of any event. */
  resume: (c: number) => void;
  /** Ends the connection of charger `c` to restart it; see `charger.ts`. */
  leave: (c: number, nowNs: number) => void;
  /** Set by the loop before anything runs. */
  wire: Wire;
  startNs: number;
  wallStartMs: number;
  steadyStartNs: number;
  steadyEndNs: number;
  draining: boolean;
  /** The end of the drain. */
  graceEndNs: number;
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
  readonly ledger?: ((row: LedgerRow) => void) | null;
  readonly uploader?: Uploader | null;
  /** Default: a `pushSpread` of this shard alone. */
  readonly pushed?: (arrivedNs: number) => void;
  /** Default: `writeTemplate`. */
  readonly writeFrame?: Shard['writeFrame'];
}

const NO_WIRE = {} as Wire;

/** Purposes of random streams other than the chargers' own. */
const MASK_PURPOSE = 1;

/** Nobody has any of it yet. */
function noRareState() {
  return {
    tasks: new Map(),
    extras: new Map(),
    extraSent: new Map(),
    rare: new Map(),
    passwords: new Map(),
    resumes: new Map(),
    remoteTags: new Map(),
    remoteStarts: new Map(),
    scheduledAvailability: new Map(),
    bootTriggers: new Map(),
    restarts: new Map(),
  };
}

/** What the loop sets when it starts. */
function notStarted() {
  return {
    wire: NO_WIRE,
    reading: false,
    startNs: 0,
    wallStartMs: 0,
    steadyStartNs: 0,
    steadyEndNs: 0,
    draining: false,
    graceEndNs: Number.POSITIVE_INFINITY,
    finished: 0,
  };
}

export function createShard(options: ShardOptions): Shard {
  const { plan, shard, shards, clock, memory, notify } = options;
  assert(memory.fleetCount === plan.fleets.length, 'the memory of a shard is for other fleets');
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
  const state = createChargerState({
    seed: plan.seed,
    globalIndex,
    fleetOf,
    repeatDepth: Math.max(0, ...plan.fleets.map((fleet) => fleet.program.repeatDepth)),
    firstMessageId: (fleet) => plan.fleets[fleet].firstMessageId,
    connectors: (fleet) => plan.fleets[fleet].connectors,
    sampleEveryNs: (fleet) => plan.fleets[fleet].meterIntervalNs,
  });
  return {
    plan,
    clock,
    memory,
    timers: createTimers(state.connectorCount * TIMERS + plan.fleets.length + 1),
    state,
    fleets: plan.fleets.map((fleet) => ({
      plan: fleet,
      writers: fleet.templates.map((each) => createTemplateWriter(each, fleet.clock, key)),
      settings: new Map(fleet.configuration.map((each) => [each.key, each.value])),
    })),
    queue: createQueue(),
    ...noRareState(),
    heard: createHeard(count),
    ledger: options.ledger ?? null,
    uploader: options.uploader ?? null,
    pushed: options.pushed ?? pushSpread(memory),
    identities: packTexts(count, text('identity')),
    idTags: packTexts(count, text('idTag')),
    key,
    writeFrame: options.writeFrame ?? writeTemplate,
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
    leave: () => {},
    ...notStarted(),
    notify,
  };
}

/** A shard's part of the handshake slots; they add up, but each shard has at least one. */
function handshakesOf(total: number, shard: number, shards: number): number {
  return Math.max(1, Math.floor((total + shards - 1 - shard) / shards));
}

/** The timer of a fleet's next car, and the shard's own (stages). */
export const arrivalTimer = (shard: Shard, fleet: number): number =>
  shard.state.connectorCount * TIMERS + fleet;
export const stageTimer = (shard: Shard): number =>
  shard.state.connectorCount * TIMERS + shard.fleets.length;

export function fleetOf(shard: Shard, c: number): FleetRuntime {
  return shard.fleets[shard.state.fleet[c]];
}

/** Whether charger `c` may send more than a BootNotification. */
export function isOnline({ state }: Shard, c: number): boolean {
  return state.link[c] === Link.open && state.booted[c] === Boot.accepted;
}

/** Names the charger and the seed, for messages of broken invariants. */
export function describe(shard: Shard, c: number): string {
  return `charger ${shard.state.globalIndex[c]} (seed ${shard.plan.seed})`;
}
