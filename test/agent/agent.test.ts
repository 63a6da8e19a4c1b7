import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { signingKey } from '../../src/bundle/keys.ts';
import { readAnnouncement } from '../../src/share/json.ts';
import type { Announcement } from '../../src/share/records.ts';
import { EVERY_AGENT } from '../../src/share/subjects.ts';
import {
  fakeCoordinator,
  fakeRunner,
  fixtureRecord,
  OpenShares,
  secondsOf,
  startAgent,
} from './fixtures.ts';
import { createWorld } from './world.ts';

const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

async function started(shares = 2, changes = {}) {
  const world = createWorld();
  const coordinator = await fakeCoordinator(world, fixtureRecord({ shares, ...changes }));
  return { world, coordinator };
}

test('two agents take a share each, begin together and tell all of it', async () => {
  const { world, coordinator } = await started();
  const open = new OpenShares();
  const agents = ['a', 'b'].map((name) =>
    startAgent(world, name, { runShare: fakeRunner(name, world, { open }), once: true }),
  );
  await world.run(3_000);
  expect(new Set([coordinator.share(0)?.agent, coordinator.share(1)?.agent])).toEqual(
    new Set(['a', 'b']),
  );
  await coordinator.order({ order: 'start', atMs: coordinator.wallMs() + 2_000 });
  await world.run(1_000);
  expect(open.size).toBe(0);
  await world.run(1_000);
  expect(open.size).toBe(2);
  await world.run(12_000);
  for (const share of [0, 1]) {
    const said = coordinator.ups.filter(({ mark }) => mark.share === share);
    expect(said.map(({ mark }) => mark.sequence)).toEqual(said.map((_, i) => i));
    expect(secondsOf(said, share)).toEqual(TEN);
    const types = [...new Set(said.map(({ up }) => up.type))];
    expect(types[0]).toBe('ready');
    expect(types.at(-1)).toBe('ended');
    expect(types).toContain('began');
    expect(coordinator.share(share)?.state).toBe('ended');
  }
  for (const { exit } of agents) expect(exit.code).toBe(0);
});

test('says what it does, calmly', async () => {
  const { world, coordinator } = await started(1);
  const { lines, bus } = startAgent(world, 'a');
  await world.run(3_000);
  await coordinator.order({ order: 'start', atMs: coordinator.wallMs() + 1_000 });
  await world.run(4_000);
  bus.leave();
  await world.run(2_000);
  bus.comeBack();
  await world.run(10_000);
  expect(lines).toEqual([
    'run night is offered: 5 chargers a share',
    'claimed share 1 of 1 of run night',
    'share 1 of 1 is ready',
    'share 1 of 1 begins in 990 ms',
    'the bus is away; what runs goes on',
    'the bus is back',
    'share 1 of run night: ended as planned, VALID here',
  ]);
});

test('begins at the moment of the coordinator, whose clock is ahead', async () => {
  const { world, coordinator } = await started(1);
  startAgent(world, 'a', { clock: world.clock(-90_000) });
  await world.run(3_000);
  const atMs = coordinator.wallMs() + 2_000;
  await coordinator.order({ order: 'start', atMs });
  await world.run(5_000);
  const began = coordinator.ups.find(({ up }) => up.type === 'began')?.up;
  expect(began).toMatchObject({ type: 'began', offset: { offsetMs: 94_000 } });
  expect(began?.type === 'began' && began.atMs).toBeCloseTo(atMs, 3);
});

test('announces itself each second, with what it holds', async () => {
  const { world } = await started(1);
  const heard: unknown[] = [];
  world.hub.bus().subscribe(EVERY_AGENT, ({ data }) => void heard.push(readAnnouncement(data)));
  startAgent(world, 'a', { labels: { zone: 'x' } });
  await world.run(4_500);
  expect(heard).toHaveLength(5);
  expect(heard[0]).toMatchObject({ agent: 'a', capacity: 5, chargers: 0, labels: { zone: 'x' } });
  expect(heard[4]).toMatchObject({ chargers: 5, holds: [{ runId: 'night', share: 0 }] });
});

test('one agent takes one share, however long another one waits for its first agent', async () => {
  const { world, coordinator } = await started(2);
  startAgent(world, 'a', { capacity: 10 });
  await world.run(20_000);
  expect([0, 1].map((share) => coordinator.share(share)?.state)).toEqual(['held', 'offered']);
});

describe('a share that has not begun', () => {
  test('is given back by Ctrl-C, for the next one under another epoch', async () => {
    const { world, coordinator } = await started(1);
    const { stop, exit } = startAgent(world, 'a');
    await world.run(3_000);
    expect(coordinator.share(0)?.state).toBe('held');
    stop.abort();
    await world.run(1_000);
    expect(coordinator.share(0)).toMatchObject({ state: 'offered', agent: null, epoch: 2 });
    expect(exit.code).toBe(0);
    startAgent(world, 'b');
    await world.run(3_000);
    expect(coordinator.share(0)).toMatchObject({ state: 'held', agent: 'b', epoch: 2 });
  });

  test('is given back when no coordinator was heard for a minute', async () => {
    const { world, coordinator } = await started(1);
    const { lines } = startAgent(world, 'a');
    await world.run(3_000);
    coordinator.die();
    await world.run(58_000);
    expect(coordinator.share(0)?.state).toBe('held');
    await world.run(5_000);
    expect(coordinator.share(0)).toMatchObject({ state: 'offered', epoch: 2 });
    expect(lines.at(-1)).toContain('given back: no coordinator was heard for 60 s');
  });

  test('is over when the run ends before it began', async () => {
    const { world, coordinator } = await started(1);
    const { lines } = startAgent(world, 'a');
    await world.run(3_000);
    await coordinator.order({ order: 'drain' });
    await world.run(1_000);
    expect(coordinator.share(0)?.state).toBe('ended');
    expect(lines.at(-1)).toContain('the run ended before it began');
  });

  test('is refused by who cannot run it, who leaves the run to others from then on', async () => {
    const { world, coordinator } = await started(1);
    const { lines, exit } = startAgent(world, 'a', {
      once: true,
      runShare: () => Promise.reject(new UserError('too little memory', 'buy some', 122)),
    });
    await world.run(3_000);
    expect(coordinator.ups.map(({ up }) => up)).toEqual([
      { type: 'refused', message: 'too little memory', hint: 'buy some' },
    ]);
    expect(coordinator.share(0)).toMatchObject({ state: 'offered', epoch: 2 });
    expect(lines.at(-1)).toBe('run night is refused: too little memory\nbuy some');
    expect(exit.code).toBe(122);
  });

  test('is not announced as refused: the log says it', async () => {
    const { world } = await started(1);
    const heard: (Announcement | null)[] = [];
    world.hub.bus().subscribe(EVERY_AGENT, ({ data }) => void heard.push(readAnnouncement(data)));
    startAgent(world, 'a', { runShare: () => Promise.reject(new UserError('no', '', 122)) });
    await world.run(4_000);
    expect(heard.at(-1)?.refuses).toEqual([]);
  });

  test('is refused where a variable that the scenario reads is missing', async () => {
    const { world, coordinator } = await started(1, { environment: ['HOME_URL', 'TOKEN'] });
    startAgent(world, 'a', { env: { HOME_URL: 'x' } });
    await world.run(3_000);
    const { up } = coordinator.ups[0];
    expect(up).toMatchObject({ message: expect.stringContaining('the scenario reads TOKEN') });
    expect(up).toMatchObject({ hint: 'set TOKEN on the agents: values never travel' });
  });
});

test('no password leaves with what went wrong', async () => {
  const { world, coordinator } = await started(1);
  const runShare = async () => {
    throw new UserError('wss://me:secret@csms/{id} is wrong', 'as in wss://me:secret@csms');
  };
  startAgent(world, 'a', { runShare });
  await world.run(4_000);
  const told = JSON.stringify(coordinator.ups);
  expect(told).toContain('refused');
  expect(told).not.toContain('secret');
});

describe('a run that is running', () => {
  test('drains at Ctrl-C, and its end is told', async () => {
    const { world, coordinator } = await started(1);
    const { stop, exit } = startAgent(world, 'a');
    await world.run(3_000);
    await coordinator.order({ order: 'start', atMs: coordinator.wallMs() });
    await world.run(4_500);
    stop.abort();
    await world.run(1_000);
    const last = coordinator.ups.at(-1)?.up;
    expect(last).toMatchObject({ type: 'ended', end: { ending: 'interrupted', stopped: true } });
    expect(coordinator.share(0)?.state).toBe('ended');
    expect(exit.code).toBe(0);
  });

  test('is not left early by who was told to leave when the run drained', async () => {
    const { world, coordinator } = await started(1);
    const { stop } = startAgent(world, 'a');
    await world.run(3_000);
    await coordinator.order({ order: 'start', atMs: coordinator.wallMs() });
    await world.run(4_500);
    await coordinator.order({ order: 'drain' });
    await world.run(50);
    stop.abort();
    await world.run(2_000);
    const last = coordinator.ups.at(-1)?.up;
    expect(last).toMatchObject({ type: 'ended', end: { stopped: false } });
  });

  test('obeys orders, and answers those that ask', async () => {
    const { world, coordinator } = await started(1);
    startAgent(world, 'a');
    await world.run(3_000);
    await coordinator.order({ order: 'start', atMs: coordinator.wallMs() });
    await world.run(3_000);
    await coordinator.order({ order: 'drop', share: 0.5, draw: 7 });
    await world.run(1_000);
    expect(coordinator.ups.find(({ up }) => up.type === 'dropped')?.up).toEqual({
      ...{ type: 'dropped', draw: 7, dropped: 1, open: 2 },
    });
    await coordinator.order({ order: 'abandon' });
    await world.run(1_000);
    expect(coordinator.ups.some(({ up }) => up.type === 'ended')).toBe(false);
    expect(coordinator.share(0)?.state).toBe('ended');
  });

  test('asks for the clock again each 10 s', async () => {
    const { world, coordinator } = await started(1);
    startAgent(world, 'a', { runShare: fakeRunner('a', world, { seconds: 35 }) });
    await world.run(3_000);
    await coordinator.order({ order: 'start', atMs: coordinator.wallMs() });
    await world.run(36_000);
    const offsets = coordinator.ups.filter(({ up }) => up.type === 'offset');
    expect(offsets.length).toBeGreaterThanOrEqual(3);
  });
});

describe('what is not for us is left alone', () => {
  test.each([
    ['a stranger signed', { key: signingKey(undefined) }, {}, 'does not trust'],
    ['has another major version', {}, { tool: '7.0.0' }, 'install the same version'],
  ])('a run that %s', async (_name, options, changes, said) => {
    const world = createWorld();
    const record = fixtureRecord(changes);
    const coordinator = await fakeCoordinator(world, record, options);
    const heard: (Announcement | null)[] = [];
    world.hub.bus().subscribe(EVERY_AGENT, ({ data }) => void heard.push(readAnnouncement(data)));
    const { lines } = startAgent(world, 'a');
    await world.run(4_000);
    const [refusal] = heard.at(-1)?.refuses ?? [];
    expect(refusal.runId).toBe('night');
    expect(`${refusal.message}\n${refusal.hint}`).toContain(said);
    expect(lines.join('\n')).toContain(said);
    expect(lines.filter((line) => line.startsWith('run night is refused'))).toHaveLength(1);
    expect(coordinator.share(0)?.state).toBe('offered');
  });

  test('a run for other labels, or with shares that are too large', async () => {
    const world = createWorld();
    const coordinator = await fakeCoordinator(world, fixtureRecord(), { labels: { zone: 'a' } });
    startAgent(world, 'a', { labels: { zone: 'b' } });
    startAgent(world, 'b', { labels: { zone: 'a' }, capacity: 4 });
    await world.run(4_000);
    expect(coordinator.share(0)?.state).toBe('offered');
  });

  test('nonsense in the name of a coordinator', async () => {
    const { world, coordinator } = await started(1);
    startAgent(world, 'a');
    const stranger = world.hub.bus();
    for (const text of ['', '{', '{"runId":"../x"}', '[]']) {
      stranger.publish('ocppload.offers', Buffer.from(text));
    }
    await world.run(3_000);
    expect(coordinator.share(0)?.agent).toBe('a');
  });
});
