/** One shard of a plan on a virtual clock: a day passes as fast as its events can be counted. */
import type { Clock } from '../base/clock.ts';
import { createShard } from '../engine/charger/shard.ts';
import { sizeTemplate } from '../engine/frame/template.ts';
import { type Alarm, ShardLoop } from '../engine/shard/loop.ts';
import type { Plan } from '../plan/plan.ts';
import type { ShardMemory } from '../snapshot/layout.ts';
import { type Assumed, CountingWire } from './wire.ts';

export interface PlayOptions {
  readonly plan: Plan;
  readonly shard: number;
  readonly shards: number;
  readonly memory: ShardMemory;
  readonly assumed: Assumed;
  /** What is the time at the start, ms since 1970. */
  readonly wallStartMs: number;
  /** Called at the end of each `everyNs` of the run, and once when it is over. */
  readonly everyNs: number;
  readonly onStep: (step: number) => void;
}

/** Any moment will do; 0 would hide a mistake. */
const ORIGIN_NS = 1e12;

/** Plays until every charger has ended its run; returns how long it took there, ns. */
export function play(options: PlayOptions): number {
  const { plan, shard: number, shards, memory, assumed, wallStartMs, everyNs, onStep } = options;
  let nowNs = ORIGIN_NS;
  let alarmNs = Number.POSITIVE_INFINITY;
  let wake = () => {};
  let isOver = false;
  const clock: Clock = {
    nowNs: () => nowNs,
    wallMs: () => wallStartMs + Math.floor((nowNs - ORIGIN_NS) / 1e6),
  };
  const alarm: Alarm = {
    set(deadlineNs, act) {
      alarmNs = deadlineNs;
      wake = act;
    },
    clear() {
      alarmNs = Number.POSITIVE_INFINITY;
    },
    // Replies come one at a time on a virtual clock: nothing more has arrived.
    afterReading: (act) => act(),
  };
  const shard = createShard({
    ...{ plan, shard: number, shards, clock, memory, writeFrame: sizeTemplate, scripts: [] },
    ...{ notify() {}, scriptFailed() {} },
  });
  let wire: CountingWire | null = null;
  const loop = new ShardLoop(
    shard,
    alarm,
    (sink) => (wire = new CountingWire(shard, sink, assumed)),
    () => {
      isOver = true;
    },
  );
  loop.start(ORIGIN_NS, wallStartMs);
  let step = 0;
  while (!isOver) {
    const nextNs = Math.min(alarmNs, (wire as CountingWire | null)?.nextNs() ?? alarmNs);
    while (ORIGIN_NS + (step + 1) * everyNs <= nextNs) onStep(step++);
    nowNs = nextNs;
    (wire as CountingWire | null)?.act(nowNs);
    if (alarmNs <= nowNs) {
      alarmNs = Number.POSITIVE_INFINITY;
      wake();
    }
  }
  onStep(step);
  return nowNs - ORIGIN_NS;
}
