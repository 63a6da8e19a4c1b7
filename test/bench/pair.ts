/**
 * How many connections one source address carries to one port of a target: a shard a process, for
 * one process has fewer descriptors than a pair has ports. Not part of `npm run bench`.
 *
 *   npx node test/bench/pair.ts [PROCESSES] [CHARGERS_A_PROCESS]
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { runShardHere } from '../../src/engine/shard/here.ts';
import { routesOf } from '../../src/fleet/routes.ts';
import { allAtOnce, defineScenario, life, tonly48A } from '../../src/index.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { rampOf } from '../../src/view/ramp.ts';
import { RunCounterOffset, shardMemory, shardMemoryBytes } from '../../src/snapshot/layout.ts';
import { connectFailures, readSnapshot, runCounter } from '../../src/snapshot/snapshot.ts';
import { startLightTarget } from './processes.ts';

const LIMIT_MS = 240_000;

interface Part {
  readonly url: string;
  readonly shard: number;
  readonly shards: number;
  readonly chargers: number;
}

function planOf({ url, shards, chargers }: Part) {
  const scenario = defineScenario({
    ...{ target: url, duration: '10m', seed: 1, sourceAddresses: ['127.0.0.3'] },
    fleets: [
      {
        ...{ name: 'pair', chargers: chargers * shards, model: tonly48A() },
        ...{ connect: allAtOnce(), heartbeat: 'off', life: life().boot() },
      },
    ],
  });
  return compilePlan(scenario, { name: 'pair', file: null, seed: 1 });
}

/** One shard of the fleet, until all of it has booted; then it waits for its end. */
async function runPart(part: Part): Promise<void> {
  const plan = planOf(part);
  const targets = [{ url: part.url, address: '127.0.0.1' }];
  const routes = routesOf(plan, targets, { sourcePorts: 28_232, reservedPorts: [] });
  const memory = new SharedArrayBuffer(shardMemoryBytes(1));
  const { shard, shards, chargers } = part;
  const loop = runShardHere({ plan, routes, shard, shards, shares: 1, memory }, [], {
    notify: (_, text) => process.stderr.write(`shard ${shard}: ${text}\n`),
    ...{ scriptFailed() {}, done() {} },
  });
  loop.start(systemClock().nowNs(), Date.now());
  const endMs = Date.now() + LIMIT_MS;
  const { counters } = shardMemory(memory);
  while (counters[RunCounterOffset.booted] < chargers && Date.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const snapshot = readSnapshot([shardMemory(memory)]);
  const { user, system } = process.cpuUsage();
  const attempted = runCounter(snapshot, 'connectsAttempted');
  process.send?.({
    ...{ shard, attempted, connected: runCounter(snapshot, 'connected') },
    failed: JSON.stringify(connectFailures(snapshot)),
    cpuUsPerConnect: Math.round((user + system) / attempted),
    booted: rampOf(snapshot, chargers).booted,
  });
}

async function main(processes: number, chargers: number): Promise<void> {
  const first = await startLightTarget();
  const others = Array.from({ length: processes - 1 }, () => startLightTarget('', first.port));
  const targets = [first, ...(await Promise.all(others))];
  const url = `ws://127.0.0.1:${first.port}/{id}`;
  const children = Array.from({ length: processes }, (_, shard) => {
    const part: Part = { url, shard, shards: processes, chargers };
    return fork(fileURLToPath(import.meta.url), [JSON.stringify(part)]);
  });
  const reports = children.map((child) => new Promise((resolve) => child.once('message', resolve)));
  for (const report of await Promise.all(reports)) console.log(report);
  const open = await Promise.all(targets.map(async (each) => (await each.counters()).open));
  console.log(`open at the target: ${open.join(' + ')} = ${open.reduce((a, b) => a + b, 0)}`);
  for (const child of children) child.disconnect();
  await Promise.all(targets.map((each) => each.stop()));
}

const [first = '3', second = '15000'] = process.argv.slice(2);
if (first.startsWith('{')) {
  process.on('disconnect', () => process.exit());
  await runPart(JSON.parse(first));
} else {
  await main(Number(first), Number(second));
}
