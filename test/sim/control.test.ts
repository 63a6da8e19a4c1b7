/** What a user does to a run under way keeps every invariant, and is the same in every split. */
import { describe, expect, test } from 'vitest';
import type { Dropped, ShardLoop } from '../../src/engine/shard/loop.ts';
import { ramp, rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet } from '../../src/scenario/types.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import { disconnects } from '../../src/snapshot/snapshot.ts';
import { ORIGIN_NS } from './clock.ts';
import { sentCalls } from './log.ts';
import { counterOf, countsOf } from './read.ts';
import { simScenario } from './scenario.ts';
import { type SimulateOptions, type Simulation, simulate } from './simulate.ts';
import { checkRun } from './verify.ts';

const session = { duration: '3s', power: '7kW' } as const;
const OPEN: Partial<Fleet> = {
  chargers: 520,
  arrivals: rate('10/s'),
  life: life()
    .boot()
    .forever((l) => l.awaitArrival().plugIn().session(session).unplug()),
};
const BUSY: Partial<Fleet> = {
  chargers: 80,
  heartbeat: '1s',
  reconnect: { reconnect: 'fixed', delay: '2s' },
  life: life()
    .boot()
    .forever((l) =>
      l
        .idle({ uniform: ['0s', '2s'] })
        .plugIn()
        .session(session)
        .unplug(),
    ),
};

type Deed = NonNullable<SimulateOptions['deeds']>[number];
const pace = (atS: number, factor: number): Deed => ({
  atMs: atS * 1000,
  act: (loop) => loop.setPace(ORIGIN_NS + atS * 1e9 + 20e6, factor),
});

async function run(fleet: Partial<Fleet>, deeds: readonly Deed[], shards = 1) {
  const scenario = simScenario({ duration: '40s', maxHandshakes: 1000 }, fleet);
  const result = await simulate({ scenario, deeds, shards, seed: 7 });
  const problems = checkRun(result, { faultless: false, drainAtMs: undefined });
  // Planned are those of the whole run at the planned rate.
  expect(problems.filter((each) => !/^\d+ cars of 400$/.test(each))).toEqual([]);
  return result;
}

const carsBetween = ({ entries }: Simulation, fromS: number, toS: number) =>
  sentCalls(entries).filter(
    ({ payload, atNs }) =>
      payload.status === 'Preparing' && atNs >= fromS * 1e9 && atNs < toS * 1e9,
  ).length;

describe('arrivals', () => {
  const deeds = [pace(10, 0), pace(20, 1), pace(30, 3)];
  test('are paused, resumed, and come faster, while those who came go on', async () => {
    const result = await run(OPEN, deeds);
    const [first, paused, resumed, faster] = [
      ...[carsBetween(result, 0, 10.03), carsBetween(result, 10.03, 20)],
      ...[carsBetween(result, 20, 30), carsBetween(result, 30, 40)],
    ];
    expect(Math.abs(first - 100)).toBeLessThanOrEqual(2);
    expect(paused).toBe(0);
    expect(Math.abs(resumed - 100)).toBeLessThanOrEqual(2);
    expect(Math.abs(faster - 300)).toBeLessThanOrEqual(2);
    const { sent } = countsOf(result, 'StopTransaction');
    expect(sent).toBe(counterOf(result, 'carsArrived'));
  });

  test('the same in 3 shards, frame by frame', async () => {
    const [one, three] = [await run(OPEN, deeds), await run(OPEN, deeds, 3)];
    expect(three.log === one.log).toBe(true);
  });

  test('are not touched by a pace of 1', async () => {
    const [one, other] = [await run(OPEN, []), await run(OPEN, [pace(10, 1)])];
    expect(other.log === one.log).toBe(true);
  });
});

describe('a drop', () => {
  const dropper = (share: number, atS = 15) => {
    const counts: Dropped = { dropped: 0, open: 0 };
    const act = (loop: ShardLoop) => {
      const { dropped, open } = loop.drop(share, 1);
      Object.assign(counts, { dropped: counts.dropped + dropped, open: counts.open + open });
    };
    return { counts, deed: { atMs: atS * 1000, act } };
  };

  test('of a share: they come back by their own rules, and every CALL has its fate', async () => {
    const { counts, deed } = dropper(0.25);
    const result = await run(BUSY, [deed]);
    expect(counts.open).toBe(80);
    expect(counts.dropped).toBeGreaterThan(8);
    expect(counts.dropped).toBeLessThan(32);
    expect(disconnects(result.snapshot)).toEqual({ droppedByUser: counts.dropped });
    const ups = result.entries.filter(({ kind, atNs }) => kind === 'up' && atNs > 15e9);
    expect(ups).toHaveLength(counts.dropped);
    expect(ups.every(({ atNs }) => atNs >= 17e9)).toBe(true);
  });

  test('of all: what was under way is lost, messages of transactions are not', async () => {
    const { counts, deed } = dropper(1);
    const behaviour = { thinkMs: [400, 400] as const };
    const scenario = simScenario({ duration: '40s' }, BUSY);
    const result = await simulate({ scenario, behaviour, deeds: [deed], seed: 7 });
    expect(checkRun(result, { faultless: false, drainAtMs: undefined })).toEqual([]);
    expect(counts).toEqual({ dropped: 80, open: 80 });
    expect(countsOf(result, 'Heartbeat').lost).toBeGreaterThan(0);
    expect(counterOf(result, 'ledgerQueued')).toBe(0);
    expect(counterOf(result, 'transactionsBegun')).toBe(counterOf(result, 'transactionsComplete'));
  });

  test('hits the same chargers in 3 shards', async () => {
    const [one, three] = [
      await run(BUSY, [dropper(0.25).deed]),
      await run(BUSY, [dropper(0.25).deed], 3),
    ];
    expect(three.log === one.log).toBe(true);
  });

  test('in the drain hits who is still there; nobody comes back for nothing', async () => {
    const { counts, deed } = dropper(1, 40.001);
    await run(BUSY, [deed]);
    expect(counts.open).toBeGreaterThan(0);
  });
});

describe('a fleet that grows', () => {
  const RAMPED: Partial<Fleet> = { ...BUSY, connect: ramp({ over: '8s' }) };
  const size = (atS: number, chargers: number): Deed => ({
    atMs: atS * 1000,
    act: (loop) => loop.setSize(ORIGIN_NS + atS * 1e9 + 20e6, [chargers]),
  });
  const begin = (loop: ShardLoop) => loop.setSize(ORIGIN_NS, [20]);
  const grows = (shards = 1) => {
    const scenario = simScenario({ duration: '40s', maxHandshakes: 1000 }, RAMPED);
    return simulate({ scenario, begin, deeds: [size(15, 50), size(25, 50)], shards, seed: 7 });
  };

  test('connects its first chargers, and the next at the pace of the plan', async () => {
    const result = await grows();
    const ups = result.entries.filter(({ kind }) => kind === 'up');
    expect(ups).toHaveLength(50);
    expect(counterOf(result, 'booted')).toBe(50);
    const [first, later] = [ups.slice(0, 20), ups.slice(20)];
    expect(first.every(({ charger, atNs }) => charger < 20 && atNs < 2.2e9)).toBe(true);
    expect(later.every(({ charger }) => charger >= 20 && charger < 50)).toBe(true);
    // Ten a second, as 80 chargers over 8 s.
    const sinceNs = later.map(({ atNs }) => atNs - 15.02e9);
    expect(Math.min(...sinceNs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...sinceNs) / 1e9).toBeGreaterThan(2.8);
    expect(Math.max(...sinceNs) / 1e9).toBeLessThan(3.2);
  });

  test('the same in 3 shards; every CALL has its fate, and who never came ends too', async () => {
    const [one, three] = [await grows(), await grows(3)];
    expect(three.log === one.log).toBe(true);
    expect(checkFates(one.snapshot)).toEqual([]);
    expect(counterOf(one, 'finished')).toBe(80);
  });

  test('never becomes smaller', async () => {
    const scenario = simScenario({ duration: '20s' }, RAMPED);
    const result = await simulate({ scenario, begin, deeds: [size(10, 5)], seed: 7 });
    expect(counterOf(result, 'everConnected')).toBe(20);
    expect(disconnects(result.snapshot)).toEqual({});
  });
});
