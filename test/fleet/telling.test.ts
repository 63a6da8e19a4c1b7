import { expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { startTelling } from '../../src/fleet/telling.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import { callCounts, readSnapshot } from '../../src/snapshot/snapshot.ts';
import { closeUnknown } from '../../src/snapshot/unknown.ts';
import { csms } from '../e2e/servers.ts';
import { smallScenario } from '../e2e/support.ts';
import { routesTo } from '../support/routes.ts';

test('at every moment the sums agree, but for what is open', async () => {
  const { url } = await csms();
  const fleet = { chargers: 60, heartbeat: '20ms' as const, meterInterval: '20ms' as const };
  const plan = compilePlan(smallScenario({ target: `${url}/{id}`, duration: '800ms' }, fleet), {
    ...{ name: 'telling.ts', file: null, seed: 3 },
  });
  const pool = startTelling({
    ...{ plan, routes: routesTo(`${url}/{id}`), workers: 2, onEvent: () => {} },
  });
  const looks: number[] = [];
  const look = () => {
    const snapshot = readSnapshot(pool.memories);
    closeUnknown(snapshot.counters, snapshot.fleetCount);
    expect(checkFates(snapshot)).toEqual([]);
    looks.push(callCounts(snapshot, 'whole').sent);
  };
  let broken: unknown = null;
  const looking = setInterval(() => {
    try {
      look();
    } catch (error) {
      broken ??= error;
    }
  }, 50);
  try {
    await pool.ready;
    pool.start(systemClock().nowNs() + 20e6, Date.now() + 20);
    const end = await pool.ended;
    expect(end).toEqual({ scriptError: null, abortReason: null, shardError: null });
    look();
  } finally {
    clearInterval(looking);
    await pool.destroy();
  }
  expect(broken).toBe(null);
  expect(new Set(looks).size).toBeGreaterThan(3);
  const { sent, answered } = callCounts(readSnapshot(pool.memories), 'whole');
  expect(answered).toBe(sent);
});
