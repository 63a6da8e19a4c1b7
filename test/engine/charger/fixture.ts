/** One shard without a wire, for the functions that only look at its rows. */
import type { Clock } from '../../../src/base/clock.ts';
import type { Dialect } from '../../../src/chargers/model.ts';
import { createShard, type Shard } from '../../../src/engine/charger/shard.ts';
import { compilePlan } from '../../../src/plan/compile.ts';
import { goodScenario } from '../../scenario/fixture.ts';
import { emptyMemory } from '../../snapshot/memories.ts';

const CLOCK: Clock = { nowNs: () => 0, wallMs: () => 0 };

/** The run starts at this wall time, and at `START_NS` of the monotonic clock. */
export const WALL_START_MS = Date.UTC(2021, 10, 9, 8, 0, 0, 250);
export const START_NS = 5e9;

export function shardOf(dialect: Dialect = 'as-logged', fleet: object = {}): Shard {
  const scenario = goodScenario({ dialect }, fleet);
  const shard = createShard({
    plan: compilePlan(scenario, { name: 'test.ts', file: null, seed: 1 }),
    shard: 0,
    shards: 1,
    clock: CLOCK,
    memory: emptyMemory(),
    scripts: [],
    notify: () => {},
    scriptFailed: (error) => {
      throw error;
    },
  });
  shard.startNs = START_NS;
  shard.wallStartMs = WALL_START_MS;
  return shard;
}

export interface Charge {
  readonly startNs: number;
  readonly endNs: number;
  readonly powerW: number;
  readonly transactionId?: number;
  readonly recordId?: number;
}

/** Puts a charge into the rows of charger `c`, as if its transaction had begun. */
export function setCharge(shard: Shard, c: number, charge: Charge): void {
  const { state } = shard;
  state.transactionStartNs[c] = charge.startNs;
  state.chargeEndNs[c] = charge.endNs;
  state.energyWh[c] = 0;
  state.energySinceNs[c] = charge.startNs;
  state.powerW[c] = charge.powerW;
  state.transactionId[c] = charge.transactionId ?? 701;
  state.recordId[c] = charge.recordId ?? 1;
}
