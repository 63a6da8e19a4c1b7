/** Runs against the light central system: by itself, in several processes, at a known capacity. */
import { expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import { expectEqualCounters, OWN_CALLS, runScenario, smallScenario } from './support.ts';

test('whole lives in two processes: every answer is right, both sides count the same', async () => {
  const scenario = smallScenario(
    { dialect: 'standard', duration: '2500ms', embedded: { light: true, processes: 2 } },
    { chargers: 40, connect: rate('100/s') },
  );
  const { summary, outcome } = await runScenario(scenario);
  expect(outcome.exitCode).toBe(ExitCode.ok);
  expectEqualCounters(summary);
  const { calls, actions, transactions } = summary;
  expect(calls).toMatchObject({ answered: calls.sent, invalidReply: 0, refused: 0, callError: 0 });
  expect(Object.keys(actions).toSorted()).toEqual(OWN_CALLS);
  expect(transactions).toMatchObject({ incomplete: 0, refused: 0 });
  expect(summary.embedded).toMatchObject({ connectionsAccepted: 40, invalid: 0 });
});

test('a service rate is what a closed loop gets, and no more', async () => {
  const scenario = smallScenario(
    { duration: '2s', embedded: { light: true, serviceRate: '200/s' } },
    { chargers: 20, life: life().boot().closedLoop('Heartbeat') },
  );
  const { summary } = await runScenario(scenario);
  const { actions, durationS } = summary.steady;
  // All of them may have waited when the stage began.
  expect(actions['Heartbeat'].answered).toBeLessThanOrEqual(200 * durationS + 20);
  expect(actions['Heartbeat'].answered).toBeGreaterThan(20);
  expect(summary.calls).toMatchObject({ answered: summary.calls.sent });
});
