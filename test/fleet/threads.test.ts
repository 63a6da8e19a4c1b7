import { expect, test, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { PoolOptions } from '../../src/fleet/pool.ts';
import { startThreads } from '../../src/fleet/threads.ts';
import { LEDGER_HEADER, parseLedger } from '../../src/ledger/row.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { callCounts, readSnapshot, runCounter } from '../../src/snapshot/snapshot.ts';
import { csms } from '../e2e/servers.ts';
import { scenarioFile, smallScenario } from '../e2e/support.ts';

const NO_ERROR = { scriptError: null, abortReason: null, shardError: null };

const small = (target: string, duration: '300ms' | '60s' = '300ms') =>
  compilePlan(smallScenario({ target, duration }), { name: 'pool.ts', file: null, seed: 3 });

import { routesTo } from '../support/routes.ts';

/** A pool of two workers that has started; everything that it told. */
async function started(
  plan: PoolOptions['plan'],
  targetUrl: string,
  onLedger: PoolOptions['onLedger'] = null,
) {
  const told: string[] = [];
  const onFailure = vi.fn();
  const onEvent = (kind: string) => void told.push(kind);
  const pool = startThreads({
    ...{ plan, routes: routesTo(targetUrl), workers: 2, onEvent, onFailure, onLedger },
  });
  await pool.ready;
  pool.start(systemClock().nowNs() + 20e6, Date.now() + 20);
  return { pool, told, onFailure };
}

/** A scenario with a script, in a file of its own: workers load it themselves. */
async function scripted(body: string) {
  const file = scenarioFile(`
import { defineScenario, life, allAtOnce, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '60s', gracePeriod: '1s',
  fleets: [{
    name: 'a', chargers: 2, model: tonly48A(), connect: allAtOnce(),
    life: life().boot().script(async (charger) => { ${body} }),
  }],
});
`);
  const { scenario } = await loadScenario(file);
  return compilePlan(scenario, { name: 'test.ts', file, seed: 3 });
}

test('shards end by themselves, and their memory holds what they counted', async () => {
  const { url } = await csms();
  const { pool, onFailure } = await started(small(`${url}/{id}`), `${url}/{id}`);
  try {
    expect(await pool.ended).toEqual(NO_ERROR);
    expect(pool.memories).toHaveLength(2);
    const shares = pool.memories.map((memory) => runCounter(readSnapshot([memory]), 'booted'));
    expect(shares).toEqual([5, 5]);
    const workers = pool.workers();
    expect(workers).toHaveLength(2);
    for (const { activeMs, idleMs } of workers) {
      expect(activeMs).toBeGreaterThan(0);
      expect(idleMs).toBeGreaterThan(activeMs / 100);
    }
    const { sent, answered } = callCounts(readSnapshot(pool.memories), 'whole');
    expect(answered).toBe(sent);
    expect(onFailure).not.toHaveBeenCalled();
  } finally {
    await pool.destroy();
  }
});

test('the last row of the ledger is there when they have ended', async () => {
  const { url } = await csms();
  const lines: string[] = [];
  const onLedger = (text: string) => void lines.push(...text.trimEnd().split('\n'));
  const { pool } = await started(small(url), `${url}/{id}`, onLedger);
  try {
    await pool.ended;
    const snapshot = readSnapshot(pool.memories);
    expect(parseLedger(LEDGER_HEADER + lines.join('\n'), 'ledger')).toHaveLength(
      runCounter(snapshot, 'transactionsBegun'),
    );
    expect(lines.length).toBeGreaterThan(0);
  } finally {
    await pool.destroy();
  }
});

test('drain ends them early', async () => {
  const { url } = await csms();
  const { pool } = await started(small(url, '60s'), `${url}/{id}`);
  try {
    setTimeout(() => pool.drain(), 500);
    expect(await pool.ended).toEqual(NO_ERROR);
  } finally {
    await pool.destroy();
  }
});

test('each kind of event is told by each shard at most once', async () => {
  const { pool, told } = await started(small('ws://127.0.0.1:1'), 'ws://127.0.0.1:1/{id}');
  try {
    await pool.ended;
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(2);
    expect(new Set(told)).toEqual(new Set(['connect:refused']));
  } finally {
    await pool.destroy();
  }
});

test('a script that throws is told at once; the others are still to be drained', async () => {
  const { url } = await csms();
  const plan = await scripted("if (charger.index === 0) throw new TypeError('boom');");
  const { pool, onFailure } = await started(plan, `${url}/{id}`);
  try {
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledWith('scriptError'));
    pool.drain();
    const { scriptError, shardError } = await pool.ended;
    expect(scriptError?.message).toMatch(/test\.ts:7:\d+: TypeError: boom$/);
    expect(shardError).toBe(null);
  } finally {
    await pool.destroy();
  }
});

test('a script that aborts is told at once, with its reason at the end', async () => {
  const { url } = await csms();
  const plan = await scripted("if (charger.index === 0) charger.abort('enough');");
  const { pool, onFailure } = await started(plan, `${url}/{id}`);
  try {
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledWith('aborted'));
    pool.drain();
    expect(await pool.ended).toEqual({ ...NO_ERROR, abortReason: 'enough' });
  } finally {
    await pool.destroy();
  }
});

test('a worker that ends its thread is a shard error; the others go on until drained', async () => {
  const { url } = await csms();
  const plan = await scripted(
    "if (charger.index === 1) process.exit(3); await charger.sleep('50s')",
  );
  const { pool, onFailure } = await started(plan, `${url}/{id}`);
  try {
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledWith('shardError'));
    pool.drain();
    const { shardError } = await pool.ended;
    expect(shardError?.message).toContain('worker 2 of 2 ended with exit code 3');
  } finally {
    await pool.destroy();
  }
});

test('a thread that is stuck can be abandoned', async () => {
  const { url } = await csms();
  const plan = await scripted('for (;;);');
  const { pool } = await started(plan, `${url}/{id}`);
  try {
    setTimeout(() => pool.abandon(), 500);
    const { shardError } = await pool.ended;
    expect(shardError?.message).toMatch(/^worker \d of 2 did not end with its grace period/);
  } finally {
    await pool.destroy();
  }
});

test('a shard that cannot be laid out fails before it is ready', async () => {
  const plan = { ...(await scripted('')), scenarioFile: '/nowhere/gone.ts' };
  const options = { plan, routes: routesTo('ws://127.0.0.1:1/{id}') };
  const pool = startThreads({ ...options, workers: 1, onEvent: () => {} });
  try {
    await expect(pool.ready).rejects.toThrow('gone.ts does not exist');
  } finally {
    await pool.destroy();
  }
});
