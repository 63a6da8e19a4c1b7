import fs from 'node:fs';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from './io.ts';

const scenario = 'scenarios/5000-chargers.ts';

test('prints the plan as text', async () => {
  const io = fakeIo();
  expect(await main(['inspect', scenario, '--chargers', '400', '--duration', '30s'], io)).toBe(0);
  expect(io.out()).toContain('400 sockets');
  expect(io.out()).toMatch(/BootNotification +~400 /);
});

test('--json has every figure', async () => {
  const io = fakeIo();
  expect(await main(['inspect', scenario, '--json', '--seed', '5'], io)).toBe(0);
  const plan = JSON.parse(io.out());
  expect(plan).toMatchObject({
    schema: 'ocpp-load/inspect/1',
    scenario: '5000-chargers.ts',
    seed: 5,
    chargers: 5000,
    target: { kind: 'embedded' },
    totalCalls: { BootNotification: 5000 },
  });
  expect(plan.points.length).toBeGreaterThan(10);
});

test('identities lists as many chargers as the plan has', async () => {
  const io = fakeIo();
  expect(fs.existsSync(scenario)).toBe(true);
  expect(await main(['identities', scenario, '--chargers', '12'], io)).toBe(0);
  const lines = io.out().trim().split('\n');
  expect(lines).toHaveLength(13);
  expect(new Set(lines).size).toBe(13);
});
