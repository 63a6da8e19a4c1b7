import { expect, test } from 'vitest';
import { isClosedLoop } from '../../src/plan/closed-loop.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { life } from '../../src/scenario/life.ts';
import type { Life } from '../../src/scenario/types.ts';
import { goodScenario } from '../scenario/fixture.ts';

const LATENCY_NS = 20e6;
const SESSION = { duration: '30m', power: '7kW' } as const;
const boot = () => life().boot();

test.each<[string, boolean, Life]>([
  ['nothing but Heartbeats', false, boot()],
  ['a loop without a wait', true, boot().closedLoop('Heartbeat')],
  ['a short thought', true, boot().closedLoop('Heartbeat', { think: { exponential: '1s' } })],
  ['a long one', false, boot().closedLoop('Heartbeat', { think: { uniform: ['5s', '9s'] } })],
  ['a day of sessions', false, boot().forever((l) => l.idle('10m').plugIn().session(SESSION))],
  ['cars', false, boot().forever((l) => l.awaitArrival().plugIn().unplug())],
  ['a loop that ends', false, boot().repeat(1000, (l) => l.call('Heartbeat'))],
  [
    'waits that are repeated',
    false,
    boot().forever((l) => l.call('Heartbeat').repeat(10, (inner) => inner.idle('1s'))),
  ],
  [
    'CALLs that are repeated',
    true,
    boot().forever((l) => l.idle('10s').repeat(100, (inner) => inner.call('Heartbeat'))),
  ],
  [
    'a wait that is seldom',
    true,
    boot().forever((l) => l.call('Heartbeat').churn({ faults: 0.001, duration: '10s' })),
  ],
  ['a wait by a script', false, boot().forever((l) => l.call('Heartbeat').script(async () => {}))],
])('%s: %s', (_, closed, written) => {
  const scenario = goodScenario({}, { life: written });
  const [{ program }] = compilePlan(scenario, { name: 'a', file: null, seed: 1 }).fleets;
  expect(isClosedLoop(program, LATENCY_NS)).toBe(closed);
});
