import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { COORDINATOR, encodeNote } from '../../src/coordinator/notes.ts';
import { readShare, toBytes } from '../../src/share/json.ts';
import { agentSubject, CONTROL_KEY, shareKey } from '../../src/share/subjects.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { callCounts } from '../../src/snapshot/snapshot.ts';
import { fixtureHeader } from '../result/fixtures.ts';
import { scriptedAgent } from './agent.ts';
import { coordinator, hubOf, offered, PLAN, pass, recordOf, testClock } from './world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const NAMES = ['a', 'b', 'c'];

async function three(changes = {}, options = {}) {
  const hub = hubOf();
  const record = recordOf(changes);
  await offered(hub, record);
  const agents = NAMES.map((name) => scriptedAgent(hub.bus(), { name, plan: PLAN, shares: 3 }));
  const run = await coordinator(hub, record, options);
  return { hub, record, agents, run };
}

const toldBy = (agents: readonly { told: { delta: never }[] }[]) =>
  sumOf(
    agents.flatMap(({ told }) => told.map(({ delta }) => delta)),
    1,
  );

describe('a run over three agents', () => {
  test('adds up what they tell, second by second', async () => {
    const { agents, run } = await three();
    await pass(20_000);
    const result = run.result();
    expect(run.error()).toBeNull();
    expect(result?.snapshot).toEqual(toldBy(agents as never));
    expect(checkFates(result!.snapshot)).toEqual([]);
    expect(
      sumOf(
        run.intervals.map(({ delta }) => delta),
        1,
      ),
    ).toEqual(result!.snapshot);
    expect(run.intervals.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(callCounts(result!.snapshot, 'whole').sent).toBe(3 * 60);
    expect(result).toMatchObject({ ending: 'completed', rampS: 1, steadyS: 5, peakConnected: 15 });
    expect(result!.verdict).toEqual({ trust: 'VALID', findings: [] });
    expect(result!.shares.map(({ state, agent }) => [state, agent])).toEqual(
      expect.arrayContaining(NAMES.map((name) => ['ended', name])),
    );
    expect(run.started).toHaveLength(1);
  });
});

describe('an agent that dies', () => {
  test('is noticed within 3 s, and its share is lost when its lease is over', async () => {
    const { agents, run } = await three();
    await pass(5_500);
    agents[1].die();
    await pass(3_250);
    expect(run.events).toContain('agent b is silent');
    await pass(20_000);
    const result = run.result()!;
    expect(checkFates(result.snapshot)).toEqual([]);
    expect(callCounts(result.snapshot, 'whole').unknown).toBe(3);
    expect(result).toMatchObject({ ending: 'completed', verdict: { trust: 'DEGRADED' } });
    expect(result.verdict.findings).toMatchObject([
      { cause: 'lostShare', text: expect.stringMatching(/^share \d was lost with agent b: /) },
    ]);
    expect(result.snapshot).toEqual(
      sumOf(
        run.intervals.map(({ delta }) => delta),
        1,
      ),
    );
  });

  test('ends the run where the policy says so', async () => {
    const { agents, run } = await three({ onAgentLoss: 'fail', leaseMs: 1_000 });
    await pass(4_500);
    agents[2].die();
    await pass(20_000);
    const result = run.result()!;
    expect(result.ending).toBe('shardError');
    expect(result.error?.message).toMatch(/^share \d was lost with agent c: not heard of for 1s$/);
    expect(agents[0].orders.map(({ order }) => order)).toEqual(['start', 'drain']);
    expect(checkFates(result.snapshot)).toEqual([]);
  });

  test('is replaced where the policy says so', async () => {
    const { agents, run, hub } = await three({ onAgentLoss: 'reassign', leaseMs: 2_000 });
    await pass(3_500);
    agents[0].die();
    const spare = scriptedAgent(hub.bus(), { name: 'spare', plan: PLAN, shares: 3 });
    await pass(25_000);
    const result = run.result()!;
    expect(run.error()).toBeNull();
    expect(spare.told.length).toBeGreaterThan(0);
    const shares = result.shares.map(({ agent, state, epoch }) => [agent, state, epoch]);
    expect(shares.toSorted()).toEqual([
      ...NAMES.map((name) => [name, name === 'a' ? 'reassigned' : 'ended', 1]),
      ['spare', 'ended', 2],
    ]);
    expect(result.verdict.findings[0].text).toContain('which is a different test');
    expect(checkFates(result.snapshot)).toEqual([]);
  });

  test('takes the run with it when it was the last', async () => {
    const { agents, run } = await three({ leaseMs: 1_000 });
    await pass(4_500);
    for (const agent of agents) agent.die();
    await pass(10_000);
    expect(run.result()).toMatchObject({ ending: 'shardError' });
  });
});

test('a share that counts as lost is not given away while its agent renews it', async () => {
  const { hub } = await three({ onAgentLoss: 'reassign', leaseMs: 3_000 });
  await pass(4_500);
  const opening = hub.bus().openRun('night');
  await pass(50);
  const space = await opening;
  const states: unknown[] = [];
  space.watch(shareKey(0), ({ value }) => void states.push(readShare(value)?.state));
  const note = encodeNote({ note: 'lost', share: 0, epoch: 1, why: 'by mistake', atS: 2 });
  void space.append(COORDINATOR, 'mistake', note);
  await pass(2_500);
  expect(states.length).toBeGreaterThan(1);
  expect([...new Set(states)]).toEqual(['held']);
});

describe('an agent that freezes', () => {
  test('is late with its seconds, and loses none', async () => {
    const { agents, run } = await three();
    await pass(3_500);
    agents[1].freeze(4_000);
    await pass(20_000);
    const result = run.result()!;
    expect(run.events).toEqual(expect.arrayContaining(['agent b is silent', 'agent b is back']));
    expect(result.snapshot).toEqual(toldBy(agents as never));
    const facts = result.shares.find(({ agent }) => agent === 'b')!;
    expect(facts).toMatchObject({ state: 'ended', missing: 0 });
    expect(facts.late).toBeGreaterThan(0);
  });
});

describe('a share that was given back before the run began', () => {
  test('is lost at once, though its start was ordered', async () => {
    const { agents, run, hub } = await three();
    while (run.started.length === 0) await pass(50);
    agents[1].die();
    const opening = hub.bus().openRun('night');
    await pass(50);
    const space = await opening;
    const entries = Promise.all([0, 1, 2].map((share) => space.get(shareKey(share))));
    await pass(50);
    const entry = (await entries).find((each) => readShare(each!.value)?.agent === 'b')!;
    const offered = { state: 'offered', agent: null, epoch: 2, renewals: 0 };
    void space.put(entry.key, toBytes(offered), entry.revision);
    await pass(1_000);
    expect(run.events.join()).toContain('was lost with agent b: its agent gave it back');
  });
});

describe('a coordinator that is frozen beyond the lease', () => {
  test('loses no share when it wakes', async () => {
    let aheadMs = 0;
    const own = testClock();
    const clock = { ...own, nowNs: () => own.nowNs() + aheadMs * 1e6 };
    const { run, agents } = await three({ onAgentLoss: 'reassign' }, { clock });
    await pass(4_500);
    aheadMs = 10_000;
    await pass(20_000);
    expect(run.events.filter((text) => /lost/.test(text))).toEqual([]);
    expect(run.result()!.snapshot).toEqual(toldBy(agents as never));
  });
});

describe('the bus', () => {
  test('may be away for a while: nothing is missing', async () => {
    const { agents, run } = await three({ leaseMs: 30_000 });
    await pass(5_000);
    for (const { bus } of [...agents, run]) bus.leave();
    await pass(4_000);
    for (const { bus } of [...agents, run]) bus.comeBack();
    await pass(20_000);
    const result = run.result()!;
    expect(result.snapshot).toEqual(toldBy(agents as never));
    expect(result.shares.map(({ late, missing }) => late + missing)).toEqual([0, 0, 0]);
    expect(run.events.join('\n')).toContain('the bus is away');
  });

  test.each([0, 3, 6, 9, 12, 300, 1_025, 1_275, 1_280, 1_285, 1_290, 1_295, 1_300])(
    'may be gone before the run begins, after %i ms: that has a limit',
    async (ms) => {
      const { run } = await three();
      await pass(ms);
      run.bus.leave();
      await pass(200_000);
      if (run.started.length === 0) expect(run.error()).toMatchObject({ exitCode: 122 });
      else expect(run.result()).not.toBeNull();
    },
  );

  test('may never come back: the run ends by itself', async () => {
    const { run } = await three();
    await pass(5_000);
    run.bus.leave();
    await pass(120_000);
    expect(run.result()?.shares.map(({ state }) => state)).toEqual(['lost', 'lost', 'lost']);
  });
});

describe('a coordinator that is killed', () => {
  test.each([300, 2_100, 4_000, 6_500, 9_500])(
    'after %i ms is resumed with the same result',
    async (ms) => {
      const { hub, record, agents, run } = await three({ leaseMs: 30_000 });
      await pass(ms);
      run.bus.leave();
      await pass(1_500);
      const next = await coordinator(hub, record);
      await pass(25_000);
      const result = next.result()!;
      expect(next.error()).toBeNull();
      expect(result.snapshot).toEqual(toldBy(agents as never));
      expect(result).toMatchObject({ ending: 'completed', verdict: { trust: 'VALID' } });
      expect(next.started).toHaveLength(1);
      expect(result.shares.map(({ missing, refused }) => missing + refused)).toEqual([0, 0, 0]);
    },
  );

  test('but lives on gives way to the one that resumes', async () => {
    const { hub, record, run } = await three();
    await pass(5_000);
    const next = await coordinator(hub, record);
    await pass(25_000);
    expect(run.error()?.message).toBe('another coordinator goes on with this run');
    expect(next.result()?.ending).toBe('completed');
  });
});

test('a coordinator that is replaced before the start begins nothing', async () => {
  const hub = hubOf();
  const record = recordOf({ shares: 1 });
  const space = await offered(hub, record);
  const run = await coordinator(hub, record);
  await pass(1_000);
  const next = await coordinator(hub, record);
  await pass(2_000);
  expect(run.error()?.message).toBe('another coordinator goes on with this run');
  let orders = '';
  void space.get(CONTROL_KEY).then((entry) => {
    orders = Buffer.from(entry!.value).toString();
  });
  await pass(100);
  expect(orders).toBe('{"orders":[]}');
  next.kill.abort();
  await pass(2_000);
});

describe('a coordinator that fails', () => {
  test('abandons nothing: the run can be resumed', async () => {
    const onInterval = ({ index }: { index: number }) => {
      if (index === 1) throw new Error('disk full');
    };
    const { hub, record, agents, run } = await three({ leaseMs: 30_000 }, { onInterval });
    await pass(6_500);
    expect(run.error()?.message).toBe('disk full');
    const next = await coordinator(hub, record);
    await pass(25_000);
    expect(next.result()?.snapshot).toEqual(toldBy(agents as never));
    expect(next.result()?.ending).toBe('completed');
  });
});

describe('agents that do not come', () => {
  test('are not those that were ready and died: their share is offered again', async () => {
    const hub = hubOf();
    const record = recordOf({ shares: 2, leaseMs: 5_000 });
    await offered(hub, record);
    const first = scriptedAgent(hub.bus(), { name: 'a', plan: PLAN, shares: 2 });
    const run = await coordinator(hub, record, { waitMs: 60_000 });
    await pass(3_000);
    first.die();
    await pass(7_000);
    for (const name of ['b', 'c']) scriptedAgent(hub.bus(), { name, plan: PLAN, shares: 2 });
    await pass(20_000);
    expect(run.error()).toBeNull();
    expect(
      run
        .result()!
        .shares.map(({ agent }) => agent)
        .toSorted(),
    ).toEqual(['b', 'c']);
  });

  test('of another minor version are not counted with: their places are others', async () => {
    const hub = hubOf();
    const record = recordOf({ shares: 1 });
    await offered(hub, record);
    const { layout } = fixtureHeader();
    const { first, further } = layout.counters;
    const other = { ...layout, counters: { first: ['call/new', ...first.slice(1)], further } };
    const header = { tool: '0.2.0', layout: other };
    scriptedAgent(hub.bus(), { name: 'a', plan: PLAN, header });
    const run = await coordinator(hub, record, { waitMs: 3_000 });
    await pass(70_000);
    expect(run.started).toEqual([]);
    expect(run.said.join()).toContain('agent a refuses share 1: it is ocpp-load 0.2.0');
    expect(run.error()).toMatchObject({ exitCode: 122 });
  });

  test('are named, with the reason', async () => {
    const hub = hubOf();
    const record = recordOf();
    await offered(hub, record);
    scriptedAgent(hub.bus(), { name: 'a', plan: PLAN, shares: 3 });
    const refuses = 'CSMS_URL is not set';
    scriptedAgent(hub.bus(), { name: 'b', plan: PLAN, shares: 3, refuses });
    const run = await coordinator(hub, record, { waitMs: 3_000 });
    await pass(5_500);
    const error = run.error() as Error & { hint: string; exitCode: number };
    expect(error.message).toBe('1 of 3 shares have an agent after 3s');
    expect(error.hint).toContain('agent b: CSMS_URL is not set');
    expect(error.exitCode).toBe(122);
  });

  test('are not waited for after Ctrl-C', async () => {
    const hub = hubOf();
    const record = recordOf();
    await offered(hub, record);
    const run = await coordinator(hub, record);
    await pass(1_000);
    run.stop.abort();
    await pass(1_500);
    expect(run.error()).toMatchObject({ exitCode: 130 });
  });

  test('or that refuse the run, or share a name, are told at once', async () => {
    const hub = hubOf();
    const record = recordOf({ shares: 1 });
    await offered(hub, record);
    const run = await coordinator(hub, record, { waitMs: 6_000 });
    const refusal = { runId: 'night', message: 'signed by a stranger', hint: 'trust it' };
    for (const [instance, refuses] of [
      ['x', []],
      ['y', [refusal]],
    ] as const) {
      const announcement = {
        ...{ agent: 'twin', protocol: 1, tool: '0.1.0', instance, capacity: 100, chargers: 0 },
        ...{ processors: 2, labels: {}, holds: [], refuses },
      };
      const bus = hub.bus();
      setInterval(() => bus.publish(agentSubject('twin'), toBytes(announcement)), 1_000);
      await pass(500);
    }
    await pass(10_000);
    const told = run.said.filter((line) => line.includes('twin'));
    expect(told).toEqual([
      'agent twin refuses the run: signed by a stranger',
      'two agents are called twin: give each its own --name',
    ]);
    expect(run.error()).toMatchObject({ exitCode: 122 });
  });
});

describe('what a user does', () => {
  test('reaches all agents: pace, drop, stop', async () => {
    const { agents, run } = await three(
      {},
      { plan: { ...PLAN, fleets: [{ ...PLAN.fleets[0], arrivals: {} }] } },
    );
    await pass(4_500);
    const dropped = run.control().act({ action: 'drop', share: 0.4 });
    await pass(200);
    await expect(dropped).resolves.toBe('dropped 6 of 15 connections (a share of 40 %)');
    void run.control().act({ action: 'rate', factor: 2 });
    await pass(200);
    run.stop.abort();
    await pass(5_000);
    expect(agents[1].orders.map(({ order }) => order)).toEqual(['start', 'drop', 'pace', 'drain']);
    expect(run.result()).toMatchObject({ ending: 'interrupted' });
    expect(run.events).toContain('control: arrivals at 2 times the planned rate');
  });

  test('at once: everything is abandoned', async () => {
    const { agents, run } = await three();
    await pass(4_500);
    run.kill.abort();
    await pass(1_000);
    expect(run.error()).toMatchObject({ exitCode: 130 });
    expect(agents[0].orders.at(-1)).toEqual({ order: 'abandon' });
  });
});
