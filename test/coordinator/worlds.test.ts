/** Runs over agents on a bus that loses, repeats and delays, with machines that come and go. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Interval } from '../../src/series/interval.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import { type Delta, sumOf } from '../../src/snapshot/delta.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { MemoryBus } from '../bus/memory.ts';
import { scriptedAgent } from './agent.ts';
import { type Coordinated, coordinator, hubOf, offered, PLAN, pass, recordOf } from './world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const anyDeed = fc.record({
  afterMs: fc.integer({ min: 0, max: 3_000 }),
  deed: fc.oneof(
    fc.record({
      kind: fc.constant('cut' as const),
      who: fc.nat(3),
      ms: fc.integer({ min: 100, max: 6_000 }),
    }),
    fc.record({
      kind: fc.constant('freeze' as const),
      who: fc.nat(2),
      ms: fc.integer({ min: 100, max: 6_000 }),
    }),
    fc.record({ kind: fc.constant('die' as const), who: fc.nat(2) }),
    fc.record({ kind: fc.constant('resume' as const) }),
  ),
});

const anyWorld = fc.record({
  seed: fc.nat(),
  loss: fc.constantFrom(0, 0.1),
  duplication: fc.constantFrom(0, 0.3),
  unconfirmed: fc.constantFrom(0, 0.15),
  delayMs: fc.constantFrom(0, 5, 80),
  onAgentLoss: fc.constantFrom('continue' as const, 'fail' as const, 'reassign' as const),
  deeds: fc.array(anyDeed, { maxLength: 4 }),
});

type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

async function live({ deeds, onAgentLoss, ...bus }: World) {
  const hub = hubOf({ ...bus, limitMs: 1_000 });
  const record = recordOf({ onAgentLoss, leaseMs: 8_000 });
  await offered(hub, record);
  const agents = ['a', 'b', 'c'].map((name) =>
    scriptedAgent(hub.bus(), { name, plan: PLAN, shares: 3 }),
  );
  let run = await coordinator(hub, record, { waitMs: 30_000 });
  const told: Interval[][] = [run.intervals];
  await pass(3_000);
  for (const { afterMs, deed } of deeds) {
    await pass(afterMs);
    if (deed.kind === 'die') agents[deed.who].die();
    if (deed.kind === 'freeze') agents[deed.who].freeze(deed.ms);
    if (deed.kind === 'cut') {
      const cut: MemoryBus = deed.who === 3 ? run.bus : agents[deed.who].bus;
      cut.leave(deed.ms > 3_000 ? 500 : 0);
      setTimeout(() => cut.comeBack(), deed.ms);
    }
    if (deed.kind === 'resume') {
      run.bus.leave();
      run = await coordinator(hub, record, { waitMs: 30_000 });
      told.push(run.intervals);
    }
  }
  for (let passedMs = 0; passedMs < 150_000 && !isSettled(run); passedMs += 1_000)
    await pass(1_000);
  for (const agent of agents) agent.die();
  return { hub, record, agents, run, told };
}

const isSettled = (run: Coordinated) => run.result() !== null || run.error() !== null;

const sum = (intervals: readonly { readonly delta: Delta }[]): Snapshot =>
  sumOf(
    intervals.map(({ delta }) => delta),
    1,
  );

test('a run ends, its sums agree, and a second reading says the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, async (world) => {
      const { hub, record, agents, run } = await live(world);
      const result = run.result();
      if (result === null) {
        // Only before it began: then it says who is missing.
        expect(run.started).toEqual([]);
        expect(run.error()).toMatchObject({ name: 'UserError' });
        return;
      }
      expect(checkFates(result.snapshot)).toEqual([]);
      expect(sum(run.intervals)).toEqual(result.snapshot);
      if (result.shares.every(({ state }) => state === 'ended')) {
        expect(result.snapshot).toEqual(sum(agents.flatMap(({ told }) => told)));
      }
      const again = await coordinator(hub, record);
      await pass(10_000);
      expect(again.result()?.snapshot).toEqual(result.snapshot);
      expect(again.result()?.shares).toEqual(result.shares);
      expect(again.intervals).toEqual(run.intervals);
      expect(again.result()?.verdict).toEqual(result.verdict);
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 60_000);
