import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { type Csms, startCsms } from '../../../src/csms/server.ts';
import type { FromShard, ShardEnd, ToShard } from '../../../src/engine/shard/messages.ts';
import runShard from '../../../src/engine/shard/worker.ts';
import { GC_BYTES } from '../../../src/health/gc.ts';
import { LEDGER_HEADER, parseLedger } from '../../../src/ledger/row.ts';
import { compilePlan } from '../../../src/plan/compile.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { ONLY_SHARD } from '../../../src/plan/split.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { shardMemory, shardMemoryBytes } from '../../../src/snapshot/layout.ts';
import { readSnapshot, runCounter } from '../../../src/snapshot/snapshot.ts';
import { smallScenario } from '../../e2e/support.ts';
import { scratchFolder } from '../../scenario/scratch.ts';
import { simScenario } from '../../sim/scenario.ts';
import { routesTo } from '../../support/routes.ts';

const FATAL = ['uncaughtException', 'unhandledRejection'] as const;
let csms: Csms;
let listeners: Map<string, unknown[]>;
beforeEach(async () => {
  csms = await startCsms();
  listeners = new Map(FATAL.map((name) => [name, process.listeners(name as 'exit')]));
});
// A worker's process-wide listeners end with its thread; here they must not outlive the test.
afterEach(async () => {
  await csms.close();
  for (const name of FATAL) {
    for (const listener of process.listeners(name as 'exit')) {
      if (!listeners.get(name)?.includes(listener)) process.off(name, listener);
    }
  }
});

/** Runs the worker's function in this thread until `enough`, then drains it; what it told. */
async function runTask(
  plan: Plan,
  enough: (told: FromShard[], booted: number) => boolean,
  ledger = false,
) {
  const memory = new SharedArrayBuffer(shardMemoryBytes(1));
  const gc = new SharedArrayBuffer(GC_BYTES);
  const { port1, port2 } = new MessageChannel();
  const told: FromShard[] = [];
  const tell = (message: ToShard) => port1.postMessage(message);
  port1.on('message', (message: FromShard) => {
    told.push(message);
    if (message.type !== 'ready') return;
    tell({ type: 'start', startNs: systemClock().nowNs(), wallStartMs: Date.now() });
  });
  const look = setInterval(() => {
    const booted = runCounter(readSnapshot([shardMemory(memory)]), 'booted');
    if (enough(told, booted)) tell({ type: 'drain' });
  }, 20);
  const job = { plan, routes: routesTo(`${csms.url}/{id}`), ...ONLY_SHARD };
  const end: ShardEnd = await runShard({ ...job, memory, port: port2, ledger, gc, tells: false });
  clearInterval(look);
  // The last messages are on their way when the port closes.
  await new Promise((resolve) => port1.once('close', resolve));
  return { told, end, snapshot: readSnapshot([shardMemory(memory)]) };
}

async function scriptedPlan(body: string): Promise<Plan> {
  const file = join(scratchFolder(), 'scripted.ts');
  const text = `import { allAtOnce, defineScenario, life, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded',
  duration: '1h',
  gracePeriod: '1s',
  fleets: [{
    name: 'a', chargers: 2, model: tonly48A(), connect: allAtOnce(),
    life: life().boot().script(async (charger) => { ${body} }),
  }],
});`;
  writeFileSync(file, text);
  const { scenario } = await loadScenario(file);
  return compilePlan(scenario, { name: 'scripted.ts', file, seed: 1 });
}

test('starts and drains when told, and says when it is ready', async () => {
  const scenario = simScenario({ duration: '1h' }, { chargers: 4 });
  const plan = compilePlan(scenario, { name: 'x', file: null, seed: 1 });
  const { told, end, snapshot } = await runTask(plan, (_, booted) => booted === 4);
  expect(told).toEqual([{ type: 'ready', threadId: 0 }]);
  expect(end).toEqual({ scriptError: null, abortReason: null });
  expect(runCounter(snapshot, 'booted')).toBe(4);
  expect(runCounter(snapshot, 'finished')).toBe(4);
});

test('each kind of event is told once', async () => {
  await csms.close();
  const scenario = simScenario({ duration: '1h' }, { chargers: 4 });
  const plan = compilePlan(scenario, { name: 'x', file: null, seed: 1 });
  const { told } = await runTask(plan, (told) => told.length > 1);
  expect(told.slice(1)).toMatchObject([{ type: 'event', kind: 'connect:refused' }]);
});

test('scripts are loaded again from the scenario, and run', async () => {
  const plan = await scriptedPlan("await charger.call('DataTransfer', { vendorId: 'x' });");
  const { end } = await runTask(plan, () => csms.counters().received.DataTransfer === 2);
  expect(end).toEqual({ scriptError: null, abortReason: null });
  expect(csms.counters().received.DataTransfer).toBe(2);
});

test('what a script throws ends the shard, and comes with its place', async () => {
  const plan = await scriptedPlan("throw new TypeError('mine');");
  const { told, end } = await runTask(plan, () => false);
  expect(told).toContainEqual({ type: 'scriptFailed' });
  expect(end.scriptError?.message).toContain('mine');
  const where = `${end.scriptError?.message}\n${end.scriptError?.stack}`;
  expect(where).toMatch(/scripted\.ts:8/);
});

test.each([
  ['by itself', "charger.abort('enough')"],
  ['where it is caught', "try { charger.abort('enough') } catch {}"],
  ['in a timer', "setTimeout(() => charger.abort('enough'), 10); await charger.sleep('1h');"],
])('a script that aborts %s ends the shard with its reason', async (_name, body) => {
  const { told, end } = await runTask(await scriptedPlan(body), () => false);
  expect(told).toContainEqual({ type: 'scriptAborted' });
  expect(end).toEqual({ scriptError: null, abortReason: 'enough' });
});

test('transactions come as lines of the ledger, when they are wanted', async () => {
  const scenario = smallScenario({ duration: '60s' });
  const plan = compilePlan(scenario, { name: 'x', file: null, seed: 1 });
  // All are stopped by the drain: their rows come with the last flush.
  const enough = () => (csms.counters().received.StartTransaction ?? 0) >= 2;
  const { told, snapshot } = await runTask(plan, enough, true);
  const text = told.map((each) => (each.type === 'ledger' ? each.text : '')).join('');
  const rows = parseLedger(LEDGER_HEADER + text, 'ledger');
  expect(rows.length).toBeGreaterThanOrEqual(2);
  expect(rows).toHaveLength(runCounter(snapshot, 'transactionsBegun'));
  expect(runCounter(snapshot, 'transactionsOpen')).toBe(0);
  const kept = rows.filter((row) => csms.state.chargers.has(row.chargePointId));
  expect(kept).toHaveLength(rows.length);
});
