import { expect, test } from 'vitest';
import {
  arrivalTimer,
  createShard,
  fleetOf,
  describe as nameOf,
  stageTimer,
} from '../../../src/engine/charger/shard.ts';
import { TIMERS } from '../../../src/engine/charger/state.ts';
import { columnText } from '../../../src/plan/columns.ts';
import { compilePlan } from '../../../src/plan/compile.ts';
import { rate } from '../../../src/scenario/connect.ts';
import { life } from '../../../src/scenario/life.ts';
import type { Scenario } from '../../../src/scenario/types.ts';
import { shardMemory, shardMemoryBytes } from '../../../src/snapshot/layout.ts';
import { VirtualClock } from '../../sim/clock.ts';
import { simFleet, simScenario } from '../../sim/scenario.ts';

const SCENARIO: Scenario = simScenario({
  fleets: [
    simFleet({ name: 'a', chargers: 7 }),
    simFleet({
      name: 'b',
      chargers: 600,
      arrivals: rate('1/s'),
      life: life().boot().awaitArrival(),
    }),
  ],
});
function shardsOf(shards: number, scenario: Scenario = SCENARIO, seed = 1) {
  const plan = compilePlan(scenario, { name: 'x', file: null, seed });
  const clock = new VirtualClock();
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(plan.fleets.length)));
  const common = { plan, shards, clock, memory, scripts: [], notify() {}, scriptFailed() {} };
  return Array.from({ length: shards }, (_, shard) => createShard({ ...common, shard }));
}

test.each([1, 2, 3, 5])('%i shards have every charger once, in ascending order', (count) => {
  const indexes = shardsOf(count).map(({ state }) => [...state.globalIndex]);
  for (const own of indexes) expect(own).toEqual([...own].sort((a, b) => a - b));
  expect(indexes.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 607 }, (_, i) => i));
});

test('a charger has the texts of its fleet and index, whichever shard it is in', () => {
  const text = (packed: { bytes: Uint8Array; offsets: Int32Array }, c: number) =>
    Buffer.from(packed.bytes).toString('utf8', packed.offsets[c], packed.offsets[c + 1]);
  for (const shard of shardsOf(3)) {
    for (let c = 0; c < shard.state.count; c++) {
      const { plan } = fleetOf(shard, c);
      const index = shard.state.globalIndex[c] - plan.firstCharger;
      expect(plan.name).toBe(shard.state.globalIndex[c] < 7 ? 'a' : 'b');
      expect(text(shard.identities, c)).toBe(columnText(plan.identity, index));
      expect(text(shard.idTags, c)).toBe(columnText(plan.idTag, index));
    }
  }
});

test('each shard draws its mask key, the same for a seed', () => {
  const keys = shardsOf(4).map(({ key }) => key);
  expect(new Set(keys).size).toBeGreaterThan(1);
  expect(keys).not.toContain(0);
  expect(shardsOf(4).map(({ key }) => key)).toEqual(keys);
});

test.each([
  [256, 3],
  [1, 1],
  [7, 7],
  [10, 4],
])('%i handshake slots in %i shards add up', (slots, count) => {
  const shards = shardsOf(count, { ...SCENARIO, maxHandshakes: slots });
  const parts = shards.map(({ maxHandshakes }) => maxHandshakes);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(slots);
  expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
});

test('a shard has one slot at least', () => {
  const parts = shardsOf(4, { ...SCENARIO, maxHandshakes: 2 }).map((shard) => shard.maxHandshakes);
  expect(parts).toEqual([1, 1, 1, 1]);
});

test('timers of chargers, fleets and the shard do not meet', () => {
  const [shard] = shardsOf(1);
  const numbers = [
    607 * TIMERS - 1,
    arrivalTimer(shard, 0),
    arrivalTimer(shard, 1),
    stageTimer(shard),
  ];
  expect(numbers).toEqual([3034, 3035, 3036, 3037]);
  expect(shard.timers.places.length).toBe(3038);
});

test('broken invariants name the charger in the run, and the seed', () => {
  const [, second] = shardsOf(2, SCENARIO, 99);
  expect(nameOf(second, 0)).toBe('charger 1 (seed 99)');
});
