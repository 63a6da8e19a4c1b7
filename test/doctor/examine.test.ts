import { expect, test } from 'vitest';
import { examine, examineLocally, QUICK, targetsOf } from '../../src/doctor/examine.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { csms } from '../e2e/servers.ts';
import { smallScenario } from '../e2e/support.ts';

const planOf = (changes: Partial<Scenario>) =>
  compilePlan(smallScenario(changes), { name: 'examine.ts', file: null, seed: 3 });

test('the target of a plan, as its first charger; the embedded one is not there yet', () => {
  const plan = planOf({ target: 'wss://csms.example/x', tls: { verify: false } });
  const identity = plan.fleets[0].identity;
  expect(targetsOf(plan)).toHaveLength(1);
  expect(targetsOf(plan)[0]).toMatchObject({
    ...{ url: 'wss://csms.example/x/{id}', tls: { verify: false } },
    identity: expect.stringMatching(identity.kind === 'counter' ? identity.prefix : /./),
  });
  expect(targetsOf(planOf({}))).toEqual([]);
});

test('machine and target; the queue of a listener on this machine', async () => {
  const { url } = await csms();
  const findings = await examine(() => null, targetsOf(planOf({ target: url })), QUICK);
  const checks = findings.map(({ check }) => check);
  expect(checks.slice(0, 2)).toEqual(['tcp', 'descriptors']);
  expect(checks).toContain('listen queue');
});

test('locally nobody is contacted', async () => {
  const target = await csms();
  const findings = await examineLocally(planOf({ target: target.url }), { workers: 'auto' });
  expect(findings.map(({ check }) => check)).not.toContain('tcp');
});
