/** What is lost, and what is not, when the bus or a machine is away: in virtual time, by seed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fakeCoordinator,
  fakeRunner,
  fixtureRecord,
  OpenShares,
  secondsOf,
  startAgent,
} from './fixtures.ts';
import { createWorld } from './world.ts';

const LEASE_MS = 10_000;
/** Three seconds or a quarter before its end chargers close. */
const MARGIN_MS = 2_500;
/** Of a process that is frozen: it does not notice that its connection is cut. */
const NEVER_MS = 1e9;

/** One agent whose share has just begun. */
async function running(
  options: Parameters<typeof createWorld>[0],
  seconds: number,
  leaseMs = LEASE_MS,
) {
  const world = createWorld(options);
  const record = fixtureRecord({ shares: 1, leaseMs });
  const coordinator = await fakeCoordinator(world, record);
  const open = new OpenShares();
  const machine = world.machine();
  const agent = startAgent(world, 'a', {
    timers: machine.timers,
    runShare: fakeRunner('a', world, { open, seconds, timers: machine.timers }),
  });
  const isReady = () => coordinator.ups.some(({ up }) => up.type === 'ready');
  for (let n = 0; n < 60 && !isReady(); n++) await world.run(500);
  await coordinator.order({ order: 'start', atMs: coordinator.wallMs() });
  for (let n = 0; n < 10 && open.size === 0; n++) await world.run(100);
  expect(open.size).toBe(1);
  return { world, coordinator, open, machine, ...agent };
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

test('an outage shorter than the lease loses nothing and repeats nothing', async () => {
  const outage = fc.record({
    afterMs: fc.integer({ min: 1_500, max: 9_000 }),
    lengthMs: fc.integer({ min: 10, max: 20_000 }),
    noticedAfterMs: fc.nat(3_000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.array(outage, { minLength: 1, maxLength: 3 }),
      // Of answers that are lost besides: several in a row would use up what is left of the lease.
      fc.double({ min: 0, max: 0.1, noNaN: true }),
      async (seed, outages, unconfirmed) => {
        const options = { seed, delayMs: 30, duplication: 0.2, unconfirmed, limitMs: 800 };
        const { world, coordinator, bus } = await running(options, 40, 30_000);
        for (const { afterMs, lengthMs, noticedAfterMs } of outages) {
          await world.run(afterMs);
          bus.leave(noticedAfterMs);
          await world.run(lengthMs);
          bus.comeBack();
          await world.run(3_000);
        }
        await world.run(60_000);
        expect(secondsOf(coordinator.ups, 0)).toEqual(range(40));
        expect(coordinator.ups.map(({ mark }) => mark.sequence)).toEqual(
          range(coordinator.ups.length),
        );
        const ends = coordinator.ups.filter(({ up }) => up.type === 'ended');
        expect(ends).toHaveLength(1);
        expect(coordinator.share(0)).toMatchObject({ state: 'ended', epoch: 1 });
      },
    ),
    { numRuns: 12 },
  );
});

describe('an outage longer than the lease', () => {
  test('closes the chargers before its end, and says so when the bus is back', async () => {
    const { world, coordinator, open, bus, lines } = await running({}, 100);
    await world.run(5_000);
    bus.leave();
    const leftMs = world.nowMs();
    while (open.size > 0 && world.nowMs() < leftMs + 60_000) await world.run(50);
    const closedAfterMs = world.nowMs() - leftMs;
    expect(closedAfterMs).toBeLessThan(LEASE_MS - MARGIN_MS + 100);
    expect(closedAfterMs).toBeGreaterThan(LEASE_MS - MARGIN_MS - 1_100);
    bus.comeBack();
    await world.run(3_000);
    const last = coordinator.ups.at(-1)?.up;
    expect(last?.type === 'ended' && last.end.leaseLost).toBe(true);
    expect(lines.at(-1)).toBe('share 1 of run night: its lease was lost: its chargers are closed');
    const seconds = secondsOf(coordinator.ups, 0);
    expect(seconds).toEqual(range(seconds.length));
  });

  test('gives the share to somebody else only after that', async () => {
    const { world, coordinator, open, bus } = await running({}, 100);
    startAgent(world, 'b', { runShare: fakeRunner('b', world, { open, seconds: 20 }) });
    bus.leave();
    const agents = new Set<string>();
    for (let i = 0; i < 40; i++) {
      await world.run(1_000);
      for (const { agent } of open) agents.add(agent);
    }
    expect(open.most).toBe(1);
    expect([...agents]).toEqual(['a', 'b']);
    expect(coordinator.share(0)).toMatchObject({ state: 'ended', agent: 'b', epoch: 2 });
  });
});

test('a run that is removed is ended at once, and nobody waits for it', async () => {
  const { world, open, lines } = await running({}, 100);
  await world.wait(world.hub.bus().removeRun('night'));
  await world.run(2_500);
  expect(open.size).toBe(0);
  expect(lines.at(-1)).toContain('its lease was lost');
});

describe('a process that was frozen', () => {
  test('beyond its lease closes at once when it wakes, and tells nothing new', async () => {
    const { world, coordinator, open, machine, bus } = await running({}, 100);
    machine.freeze();
    bus.leave(NEVER_MS);
    await world.run(60_000);
    expect(open.size).toBe(1);
    machine.wake();
    bus.comeBack();
    expect(open.size).toBe(0);
    await world.run(15_000);
    const [end] = coordinator.ups.filter(({ up }) => up.type === 'ended');
    expect(end).toMatchObject({ mark: { epoch: 1 }, up: { end: { leaseLost: true } } });
  });

  test('before its start does not begin what it has lost', async () => {
    const world = createWorld();
    const coordinator = await fakeCoordinator(world, fixtureRecord({ shares: 1 }));
    const open = new OpenShares();
    const machine = world.machine();
    const { lines, bus } = startAgent(world, 'a', {
      timers: machine.timers,
      runShare: fakeRunner('a', world, { open, timers: machine.timers }),
    });
    await world.run(3_000);
    machine.freeze();
    bus.leave(NEVER_MS);
    await coordinator.order({ order: 'start', atMs: coordinator.wallMs() });
    await world.run(11_000);
    machine.wake();
    bus.comeBack();
    await world.run(5_000);
    const left = lines.findIndex((line) => line.includes('over: its lease was lost'));
    const began = lines.findIndex((line) => line.includes('begins'));
    expect(left).toBeGreaterThan(0);
    // It is as good as any other agent for the share that is offered again.
    expect(began).toBeGreaterThan(left);
    expect(coordinator.share(0)).toMatchObject({ state: 'held', epoch: 2 });
  });
});

test('a share has one holder at most, whatever is lost, delayed and repeated', async () => {
  const event = fc.record({
    agent: fc.nat(2),
    afterMs: fc.integer({ min: 100, max: 6_000 }),
    lengthMs: fc.integer({ min: 100, max: 20_000 }),
    noticedAfterMs: fc.nat(2_000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.record({
        delayMs: fc.nat(300),
        loss: fc.constantFrom(0, 0.1, 0.3),
        duplication: fc.constantFrom(0, 0.3),
        unconfirmed: fc.constantFrom(0, 0.1, 0.4),
      }),
      fc.array(event, { maxLength: 6 }),
      async (seed, faults, events) => {
        const world = createWorld({ seed, limitMs: 1_500, ...faults });
        const record = fixtureRecord({ shares: 2, leaseMs: LEASE_MS });
        const coordinator = await fakeCoordinator(world, record);
        const open = new OpenShares();
        let draw = 0;
        // All of one name: only what they drew tells them apart.
        const agents = range(3).map((i) =>
          startAgent(world, 'twin', {
            runShare: fakeRunner(`${i}`, world, { open, seconds: 15 }),
            draw: () => (draw += 0.137) % 1,
          }),
        );
        await world.run(4_000);
        await coordinator.order({ order: 'start', atMs: coordinator.wallMs() + 1_000 });
        for (const { agent, afterMs, lengthMs, noticedAfterMs } of events) {
          await world.run(afterMs);
          agents[agent].bus.leave(noticedAfterMs);
          await world.run(lengthMs);
          agents[agent].bus.comeBack();
        }
        const states = () => [0, 1].map((share) => coordinator.share(share)?.state);
        for (let n = 0; n < 300 && states().join() !== 'ended,ended'; n++) await world.run(1_000);
        expect(open.most).toBeLessThanOrEqual(1);
        expect(states()).toEqual(['ended', 'ended']);
      },
    ),
    { numRuns: 12 },
  );
});
