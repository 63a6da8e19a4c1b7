/** Forecasts in this thread: all shards of a plan, one after the other. */
import type { Assumed } from '../../src/forecast/assumed.ts';
import { BIN_WIDTH, type Bins, binCount, binReader } from '../../src/forecast/bins.ts';
import { createPlayer } from '../../src/forecast/play.ts';
import { secondsOf } from '../../src/forecast/run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { collectScripts } from '../../src/scenario/scripts.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { shardMemory, shardMemoryBytes } from '../../src/snapshot/layout.ts';
import { readSnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';

export const ASSUMED: Assumed = {
  latency: { kind: 'constant', meanNs: 20e6 },
  bootIntervalS: 60,
  outage: null,
};

export interface Played {
  readonly plan: Plan;
  readonly bins: Bins;
  readonly snapshot: Snapshot;
  readonly scriptErrors: readonly Error[];
}

export async function playAll(
  scenario: Scenario,
  {
    assumed = ASSUMED,
    shards = 1,
    seed = 1,
  }: { assumed?: Assumed; shards?: number; seed?: number },
): Promise<Played> {
  const valid = validateScenario(scenario, 'forecast');
  const plan = compilePlan(valid, { name: 'forecast', file: null, seed });
  const seconds = secondsOf(plan);
  const rows = new Float64Array(binCount(seconds));
  const scripts = collectScripts(valid);
  const scriptErrors: Error[] = [];
  const memories = [];
  for (let shard = 0; shard < shards; shard++) {
    const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(plan.fleets.length)));
    memories.push(memory);
    const scriptFailed = (error: Error) => void scriptErrors.push(error);
    const own = { plan, shard, shards, memory, assumed, scripts, scriptFailed };
    const player = createPlayer(own);
    const add = binReader(memory, rows);
    const play = async (toNs: number) =>
      scripts.length > 0 ? player.playScriptsTo(toNs) : player.playTo(toNs);
    for (let second = 0; second < seconds; second++) {
      await play((second + 1) * 1e9);
      add(second);
    }
    await play(Number.POSITIVE_INFINITY);
    add(seconds);
    if (!player.isOver()) throw new Error('a player is not over');
  }
  const rest = rows.subarray(seconds * BIN_WIDTH);
  return { plan, bins: { rows, seconds, rest }, snapshot: readSnapshot(memories), scriptErrors };
}
