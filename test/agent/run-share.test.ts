/** Real chargers, in real time, on a bus in memory: a share runs as a whole run does. */
import { describe, expect, test } from 'vitest';
import { runAgent } from '../../src/agent/agent.ts';
import { type AgentOptions, systemTimers } from '../../src/agent/ports.ts';
import { type ShareFollower, shareRunner, spreadBeside } from '../../src/agent/run-share.ts';
import { systemClock } from '../../src/base/clock.ts';
import { signingKey } from '../../src/bundle/keys.ts';
import { makeBundle } from '../../src/bundle/make.ts';
import { splitBundle } from '../../src/bundle/pieces.ts';
import { signRecord } from '../../src/bundle/sign.ts';
import { coordinate } from '../../src/coordinator/coordinate.ts';
import { offerRun } from '../../src/coordinator/open.ts';
import { receivedTotal } from '../../src/csms/counters.ts';
import type { RunRecord } from '../../src/share/records.ts';
import { runCounter } from '../../src/snapshot/snapshot.ts';
import { type Hub, memoryHub } from '../bus/memory.ts';
import { csms } from '../e2e/servers.ts';
import { scenarioFile } from '../e2e/support.ts';
import { fixtureRecord } from './fixtures.ts';

const KEY = signingKey(undefined);

const SCENARIO = `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: process.env.AGENT_TEST_URL ?? 'ws://127.0.0.1:9/{id}',
  duration: '1500ms',
  gracePeriod: '2s',
  fleets: [{
    name: 'few', chargers: 3, model: tonly48A(), connect: ramp({ over: '100ms' }),
    heartbeat: '200ms', life: life().boot(),
  }],
});
`;

async function offer(hub: Hub, overrides: RunRecord['overrides'], changes = {}) {
  const bundle = await makeBundle(scenarioFile(SCENARIO), overrides, { seed: 7 });
  const record = fixtureRecord({
    ...{ bundle: bundle.mark, overrides, seed: 7, planSha256: bundle.planSha256 },
    ...{ chargerCount: 3, environment: bundle.environment, shares: 2, ledger: true, ...changes },
  });
  const bus = hub.bus();
  const space = await offerRun(
    bus,
    record,
    signRecord(record, KEY.seed),
    splitBundle(bundle.bytes),
  );
  return { bundle, record, bus, space };
}

function agentOptions(hub: Hub, name: string, lines: string[]): AgentOptions {
  const say = (line: string) => void lines.push(line);
  return {
    ...{ bus: hub.bus(), clock: systemClock(), timers: systemTimers, name, capacity: 100 },
    ...{ processors: 1, labels: {}, trust: [KEY.publicKey], version: '0.1.0', env: process.env },
    ...{ once: true, say, stop: new AbortController().signal, kill: new AbortController().signal },
    runShare: shareRunner({
      ...{ workers: 'auto', capacity: 100, version: '0.1.0', say },
      guard: (_file, load) => load(),
    }),
  };
}

test('two agents run three chargers between them, and what they tell adds up', async () => {
  const target = await csms();
  const hub = memoryHub();
  const { bundle, record, bus, space } = await offer(hub, { target: `${target.url}/{id}` });
  const lines: string[] = [];
  const followed: string[] = [];
  const follow = async (): Promise<ShareFollower> => ({
    start: ({ chargerCount }) => void followed.push(`start ${chargerCount}`),
    progress() {},
    interval() {},
    end: (result) => void followed.push(`end ${result?.ending}`),
  });
  const options = agentOptions(hub, 'a', lines);
  const say = options.say;
  const runShare = shareRunner({
    ...{ workers: 'auto', capacity: 100, version: '0.1.0', say, follow },
    guard: (_file, load) => load(),
  });
  const agents = [runAgent({ ...options, runShare }), runAgent(agentOptions(hub, 'b', lines))];
  const result = await coordinate(bundle.plan, {
    ...{ bus, space, record, labels: {}, waitMs: 20_000, parts: null, say },
    ...{ stop: new AbortController().signal, kill: new AbortController().signal },
    onStart() {},
    onProgress() {},
    onEvent() {},
  });
  expect(await Promise.all(agents)).toEqual([0, 0]);
  expect(result).toMatchObject({ ending: 'completed', error: null });
  expect(result.peakConnected).toBe(3);
  const counters = target.counters();
  expect(counters.connectionsAccepted).toBe(3);
  expect(runCounter(result.snapshot, 'connectsUpgraded')).toBe(3);
  expect(receivedTotal(counters)).toBeGreaterThanOrEqual(3 * 7);
  expect(followed).toHaveLength(2);
  expect(followed[1]).toBe('end completed');
  expect(lines.filter((line) => line.includes('ended as planned'))).toHaveLength(2);
});

describe('is refused', () => {
  test.each<[string, RunRecord['overrides'], Partial<RunRecord>, string]>([
    [
      'a plan that is another one here',
      {},
      { planSha256: 'b'.repeat(64) },
      'plans another load here',
    ],
    ['an embedded target', { target: 'embedded' }, {}, 'embedded central system'],
  ])('%s', async (_name, overrides, changes, said) => {
    const hub = memoryHub();
    const { bus } = await offer(hub, overrides, changes);
    const lines: string[] = [];
    const timer = setInterval(() => {
      const call = { runId: 'night', tool: '0.1.0', chargers: 2, labels: {} };
      bus.publish('ocppload.offers', Buffer.from(JSON.stringify(call)));
    }, 50);
    const code = await runAgent(agentOptions(hub, 'a', lines));
    clearInterval(timer);
    expect(code).toBe(104);
    expect(lines.join('\n')).toContain(said);
  });
});

test('a share goes into processes of its own where those here have taken the descriptors', () => {
  const plan = {
    chargerCount: 300,
    fleets: [{ firstCharger: 0, chargerCount: 300, arrivals: null }],
  };
  const limits = { descriptors: 500, processors: 2 };
  const wish = { workers: 1, share: { index: 0, of: 1 } };
  const beside = (chargers: number) => spreadBeside({ chargers }, plan, wish, limits);
  expect(beside(0)).toBe(wish);
  expect(beside(100)).toBe(wish);
  expect(beside(200)).toEqual({ ...wish, processes: 2, workers: 2 });
  // One that needs several anyway has them.
  const large = { ...plan, chargerCount: 900, fleets: [{ ...plan.fleets[0], chargerCount: 900 }] };
  expect(spreadBeside({ chargers: 200 }, large, wish, limits)).toBe(wish);
});
