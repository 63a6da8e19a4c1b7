/** Lives against `ocpp-rpc` in strict mode; commands.test.ts has what it sends to them. */
import { expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import type { Dialect } from '../../src/chargers/model.ts';
import { rate } from '../../src/scenario/connect.ts';
import { strictServer } from './strict-server.ts';
import { OWN_CALLS, runScenario, smallScenario } from './support.ts';

const CHARGERS = 20;
/** A whole life: every CALL of it, heartbeats by the boot's interval of 1 s. */
async function runIn(dialect: Dialect) {
  const server = await strictServer(1);
  const run = await runScenario(
    smallScenario(
      { target: server.url, dialect, duration: '2500ms' },
      { chargers: CHARGERS, connect: rate('100/s'), heartbeat: 'boot' },
    ),
  );
  const calls = [...server.stations.values()].flatMap((station) => station.calls);
  /** CALLs that passed the server's schemas. */
  const received = (method: string) => calls.filter((call) => call.method === method).length;
  return { ...run, server, received };
}

test('in dialect standard a whole life meets no CALLERROR', async () => {
  const { summary, outcome, text, server, received } = await runIn('standard');
  expect(outcome.exitCode).toBe(ExitCode.ok);
  expect(server.violations).toEqual([]);
  const { calls, actions, disconnects } = summary;
  expect(calls).toMatchObject({ callError: 0, timedOut: 0, lost: 0, inFlight: 0 });
  expect(calls).toMatchObject({ invalidReply: 0, refused: 0, answered: calls.sent });
  expect(disconnects).toEqual({});
  expect(Object.keys(actions).toSorted()).toEqual(OWN_CALLS);
  for (const [name, { sent }] of Object.entries(actions)) {
    expect(received(name), name).toBe(sent);
    expect(sent).toBeGreaterThanOrEqual(CHARGERS);
  }
  const started = received('StartTransaction');
  expect(summary.transactions).toMatchObject({ started, stopped: started });
  expect(server.stations.size).toBe(CHARGERS);
  for (const { password } of server.stations.values()) expect(password).toHaveLength(8);
  expect(text).not.toContain('--dialect standard');
});

test('in dialect as-logged it meets some, and the report says what to do', async () => {
  const { summary, outcome, text, server } = await runIn('as-logged');
  expect(outcome.exitCode).toBe(ExitCode.ok);
  // Its formats take times without a zone; an object for DataTransfer.data they do not.
  const { DataTransfer, ...others } = summary.actions;
  expect(DataTransfer?.callError).toBe(DataTransfer?.sent);
  expect(DataTransfer?.sent).toBeGreaterThanOrEqual(CHARGERS);
  expect(new Set(server.violations)).toEqual(new Set(['DataTransfer.req']));
  for (const counts of Object.values(others)) expect(counts.callError).toBe(0);
  expect(text.replace(/\s+/g, ' ')).toContain('as the real charger does -> --dialect standard');
});
