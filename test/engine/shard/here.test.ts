import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { type Csms, startCsms } from '../../../src/csms/server.ts';
import { runShardHere } from '../../../src/engine/shard/here.ts';
import { compilePlan } from '../../../src/plan/compile.ts';
import { checkFates } from '../../../src/snapshot/check-fates.ts';
import { shardMemory, shardMemoryBytes } from '../../../src/snapshot/layout.ts';
import {
  callCounts,
  connectFailures,
  readSnapshot,
  runCounter,
  type Snapshot,
} from '../../../src/snapshot/snapshot.ts';
import { simScenario } from '../../sim/scenario.ts';
import { routesTo } from '../../support/routes.ts';

let csms: Csms | null = null;
afterEach(async () => {
  await csms?.close();
  csms = null;
});

/** One of two shards of five chargers, against `url`, until its counters say `enough`. */
async function runOne(url: string, shard: number, enough: (snapshot: Snapshot) => boolean) {
  const scenario = simScenario({ duration: '1h', slack: '1ms' }, { chargers: 5, heartbeat: '5ms' });
  const plan = compilePlan(scenario, { name: 'here', file: null, seed: 1 });
  const memory = new SharedArrayBuffer(shardMemoryBytes(1));
  const read = () => readSnapshot([shardMemory(memory)]);
  const told: string[] = [];
  const job = { plan, routes: routesTo(`${url}/{id}`), shard, shards: 2, shares: 1, memory };
  await new Promise<void>((done, reject) => {
    const notify = (kind: string) => void told.push(kind);
    const loop = runShardHere(job, [], { notify, scriptFailed: reject, done });
    loop.start(systemClock().nowNs(), Date.now());
    const look = setInterval(() => {
      if (!enough(read())) return;
      clearInterval(look);
      loop.drain();
    }, 20);
  });
  return { told, snapshot: read() };
}

test('the chargers of a shard live on real sockets', async () => {
  csms = await startCsms();
  const { told, snapshot } = await runOne(
    csms.url,
    1,
    (seen) => callCounts(seen, 'whole').sent > 20,
  );
  expect(told).toEqual([]);
  expect(checkFates(snapshot)).toEqual([]);
  expect(runCounter(snapshot, 'booted')).toBe(2);
  expect(runCounter(snapshot, 'finished')).toBe(2);
  expect([...csms.state.chargers.keys()].sort()).toEqual(['2103252100000002', '2103252100000004']);
  const { sent, answered } = callCounts(snapshot, 'whole');
  expect(answered).toBe(sent);
  expect(Object.values(csms.counters().received).reduce((a, b) => a + b, 0)).toBe(sent);
});

test('nobody there: the run ends all the same', async () => {
  csms = await startCsms();
  const { url } = csms;
  await csms.close();
  csms = null;
  const failed = (seen: Snapshot) => (connectFailures(seen).refused ?? 0) >= 3;
  const { told, snapshot } = await runOne(url, 0, failed);
  expect(told).toContain('connect:refused');
  expect(runCounter(snapshot, 'finished')).toBe(3);
  expect(callCounts(snapshot, 'whole').sent).toBe(0);
});
