import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { streamSeed } from '../../src/base/random.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { expectLoad } from '../../src/plan/expect.ts';
import { loadScenario } from '../../src/scenario/load.ts';

const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));

async function planOf(name: string) {
  const { scenario, file } = await loadScenario(folder + name);
  return compilePlan(scenario, { name, file, seed: streamSeed(1, 1) });
}

test('the five that the README names are there', () => {
  expect(names).toEqual(
    expect.arrayContaining([
      '5-chargers.ts',
      '5000-chargers.ts',
      'boot-storm.ts',
      'heartbeat-flood.ts',
      'status-churn.ts',
    ]),
  );
});

test.each(names)('%s loads and makes a plan', async (name) => {
  const plan = await planOf(name);
  expect(plan.description).not.toBe('');
  expect(structuredClone(plan)).toEqual(plan);
});

test('5000-chargers: every CALL of a life occurs more than 100 times', async () => {
  const plan = await planOf('5000-chargers.ts');
  const { totalCalls } = expectLoad(plan);
  expect(Object.keys(totalCalls)).toHaveLength(8);
  for (const count of Object.values(totalCalls)) expect(count).toBeGreaterThan(1000);
  // A fault follows three of a hundred sessions; its statuses are the rarest messages.
  expect((totalCalls.StopTransaction ?? 0) * 0.03).toBeGreaterThan(150);
});

test('5-chargers: every kind of CALL within its 20 seconds', async () => {
  const { totalCalls, totalS } = expectLoad(await planOf('5-chargers.ts'));
  expect(Object.keys(totalCalls)).toHaveLength(8);
  expect(totalS).toBeLessThan(30);
});
