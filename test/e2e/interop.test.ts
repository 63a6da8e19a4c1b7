/** Against `ocpp-rpc` in strict mode: a central system that we did not write. */
import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import type { Dialect } from '../../src/chargers/model.ts';
import { rate } from '../../src/scenario/connect.ts';
import { runScenario, smallScenario } from './support.ts';

const CHARGERS = 20;
const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
let port = 0;
let transactions = 0;
/** CALLs that passed the server's schemas, by action; and who asked to come in. */
const received: Record<string, number> = {};
const passwords: (string | undefined)[] = [];

const ACCEPTED = { status: 'Accepted' };
const now = () => new Date().toISOString();
const ANSWERS: Readonly<Record<string, () => object>> = {
  BootNotification: () => ({ ...ACCEPTED, interval: 1, currentTime: now() }),
  Heartbeat: () => ({ currentTime: now() }),
  Authorize: () => ({ idTagInfo: ACCEPTED }),
  StartTransaction: () => ({ idTagInfo: ACCEPTED, transactionId: ++transactions }),
  StopTransaction: () => ({ idTagInfo: ACCEPTED }),
  DataTransfer: () => ACCEPTED,
  MeterValues: () => ({}),
  StatusNotification: () => ({}),
};

beforeAll(async () => {
  server.auth((accept, _reject, handshake) => {
    passwords.push(handshake.password?.toString());
    accept({});
  });
  server.on('client', (client) => {
    client.handle(({ method }: { method: string }) => {
      received[method] = (received[method] ?? 0) + 1;
      return ANSWERS[method]();
    });
  });
  const http = await server.listen(0, '127.0.0.1');
  port = (http.address() as AddressInfo).port;
});
afterAll(() => server.close({ code: 1001, reason: '', awaitPending: false, force: true }));
beforeEach(() => {
  for (const method of Object.keys(received)) delete received[method];
});

/** A whole life: every CALL of it, heartbeats by the boot's interval of 1 s. */
const runIn = (dialect: Dialect) =>
  runScenario(
    smallScenario(
      { target: `ws://127.0.0.1:${port}`, dialect, duration: '2500ms' },
      { chargers: CHARGERS, connect: rate('100/s'), heartbeat: 'boot' },
    ),
  );

test('in dialect standard a whole life meets no CALLERROR', async () => {
  const { summary, outcome, text, plan } = await runIn('standard');
  expect(outcome.exitCode).toBe(ExitCode.ok);
  const { calls, actions, disconnects } = summary;
  expect(calls).toMatchObject({ callError: 0, timedOut: 0, lost: 0, inFlight: 0 });
  expect(calls).toMatchObject({ invalidReply: 0, refused: 0, answered: calls.sent });
  expect(disconnects).toEqual({});
  expect(Object.keys(actions).toSorted()).toEqual(Object.keys(ANSWERS).toSorted());
  const sent = Object.entries(actions).map(([name, counts]) => [name, counts.sent]);
  expect(received).toEqual(Object.fromEntries(sent));
  for (const count of Object.values(received)) expect(count).toBeGreaterThanOrEqual(CHARGERS);
  expect(summary.transactions).toMatchObject({ started: transactions, stopped: transactions });
  expect(passwords).toHaveLength(plan.chargerCount);
  for (const password of passwords) expect(password).toHaveLength(8);
  expect(text).not.toContain('--dialect standard');
});

test('in dialect as-logged it meets some, and the report says what to do', async () => {
  const { summary, outcome, text } = await runIn('as-logged');
  expect(outcome.exitCode).toBe(ExitCode.ok);
  // Its formats take times without a zone; an object for DataTransfer.data they do not.
  const { DataTransfer, ...others } = summary.actions;
  expect(DataTransfer?.callError).toBe(DataTransfer?.sent);
  expect(DataTransfer?.sent).toBeGreaterThanOrEqual(CHARGERS);
  for (const counts of Object.values(others)) expect(counts.callError).toBe(0);
  expect(text.replace(/\s+/g, ' ')).toContain('as the real charger does -> --dialect standard');
});
