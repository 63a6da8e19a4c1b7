/** One shard of a plan on a virtual clock: a day passes as fast as its events can be counted. */
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { createShard } from '../engine/charger/shard.ts';
import { sizeTemplate } from '../engine/frame/template.ts';
import { type Alarm, ShardLoop } from '../engine/shard/loop.ts';
import type { Plan } from '../plan/plan.ts';
import type { Script } from '../scenario/types.ts';
import type { ShardMemory } from '../snapshot/layout.ts';
import { type Assumed, WALL_START_MS } from './assumed.ts';
import { CountingWire } from './wire.ts';

export interface PlayerOptions {
  readonly plan: Plan;
  readonly shard: number;
  readonly shards: number;
  readonly memory: ShardMemory;
  readonly assumed: Assumed;
  readonly scripts: readonly Script[];
  readonly scriptFailed: (error: Error) => void;
}

export interface Player {
  /** Lets everything happen that is due before `untilNs` since the start. */
  playTo(untilNs: number): void;
  /** The same where scripts have to be waited for. */
  playScriptsTo(untilNs: number): Promise<void>;
  /** Every charger has ended its run. */
  isOver(): boolean;
}

/** Any moment will do; 0 would hide a mistake. */
const ORIGIN_NS = 1e12;

export function createPlayer(options: PlayerOptions): Player {
  const { plan, shard: number, shards, memory, assumed, scripts, scriptFailed } = options;
  const { limits } = plan;
  let nowNs = ORIGIN_NS;
  let alarmNs = Number.POSITIVE_INFINITY;
  let wake = () => {};
  let isOver = false;
  const clock: Clock = {
    nowNs: () => nowNs,
    wallMs: () => WALL_START_MS + Math.floor((nowNs - ORIGIN_NS) / 1e6),
  };
  const alarm: Alarm = {
    set(deadlineNs, act) {
      alarmNs = deadlineNs;
      wake = act;
    },
    clear() {
      alarmNs = Number.POSITIVE_INFINITY;
    },
    // Answers come one at a time on a virtual clock: nothing more has arrived.
    afterReading: (act) => act(),
  };
  const shard = createShard({
    // Real chargers do not wait for a generator's handshake slots.
    plan: { ...plan, limits: { ...limits, maxHandshakes: Number.POSITIVE_INFINITY } },
    ...{ shard: number, shards, clock, memory, writeFrame: sizeTemplate, scripts, scriptFailed },
    notify() {},
  });
  const wires: CountingWire[] = [];
  const connectWire = (sink: CountingWireSink) => {
    wires.push(new CountingWire(shard, sink, assumed, ORIGIN_NS));
    return wires[0];
  };
  const loop = new ShardLoop(shard, alarm, connectWire, () => {
    isOver = true;
  });
  const [wire] = wires;
  loop.start(ORIGIN_NS, WALL_START_MS);

  /** The next thing that happens, if it does so before `endNs`. */
  const turn = (endNs: number): boolean => {
    const wireNs = wire.nextNs();
    const nextNs = wireNs < alarmNs ? wireNs : alarmNs;
    if (isOver || nextNs >= endNs) return false;
    assert(nextNs >= nowNs, 'a virtual clock ran backwards');
    nowNs = nextNs;
    if (wireNs <= nextNs) wire.act(nextNs);
    if (alarmNs <= nextNs) {
      alarmNs = Number.POSITIVE_INFINITY;
      wake();
    }
    return true;
  };
  return {
    playTo(untilNs) {
      while (turn(ORIGIN_NS + untilNs));
    },
    async playScriptsTo(untilNs) {
      do await allPromises();
      while (turn(ORIGIN_NS + untilNs));
    },
    isOver: () => isOver,
  };
}

type CountingWireSink = ConstructorParameters<typeof CountingWire>[1];

/** Scripts have gone on as far as they can without time passing. */
const allPromises = () => new Promise<void>((resolve) => void setImmediate(resolve));
