/** A central system goes away while its chargers charge, and comes back on the same port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';
import { callCounts, runCounter } from '../../src/snapshot/snapshot.ts';
import { afterFile } from './cleanup.ts';
import { csms } from './servers.ts';
import { type Run, runScenario, smallScenario } from './support.ts';

const CHARGERS = 20;
/** Of 4 s, both ends included. */
const VALUES = 5;
/** A transaction from the first second to the end; a sample a second. */
const FLEET: Partial<Fleet> = {
  chargers: CHARGERS,
  heartbeat: 'off',
  meterInterval: '1s',
  reconnect: { reconnect: 'fixed', delay: '300ms', jitter: '200ms' },
  life: life().boot().session({ duration: '4s', power: '11kW' }).idle('1h'),
};
const scenario = (target: string): Scenario =>
  smallScenario({ target, dialect: 'standard', duration: '6s', callTimeout: '5s' }, FLEET);

interface Booked {
  /** Messages that were answered, by charger, action and timestamp. */
  readonly messages: string[];
  readonly received: Record<string, number>;
}

/** A small central system that answers what arrives while it is open, and nothing else. */
async function small(
  port: number,
  booked: Booked,
): Promise<{ port: number; close(): Promise<void> }> {
  const http = createServer();
  const wss = new WebSocketServer({ server: http, handleProtocols: () => 'ocpp1.6' });
  wss.on('connection', (ws, request) => {
    const charger = request.url ?? '';
    ws.on('error', () => {});
    ws.on('message', (data) => answer(ws, charger, data.toString(), booked));
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  let closed: Promise<unknown> | null = null;
  // What arrives after the close frame is not read: the charger never gets an answer to it.
  const close = async () => {
    closed ??= Promise.all(
      Array.from(wss.clients, (ws) => {
        ws.close(1001);
        return ws.readyState === ws.CLOSED ? null : once(ws, 'close');
      }),
    );
    http.close();
    await closed;
    http.closeAllConnections();
  };
  afterFile(close);
  return { port: (http.address() as AddressInfo).port, close };
}

function answer(ws: WebSocket, charger: string, text: string, booked: Booked): void {
  if (ws.readyState !== ws.OPEN) return;
  const [, id, action, payload] = JSON.parse(text);
  const at = payload.timestamp ?? payload.meterValue?.[0].timestamp;
  if (at !== undefined) booked.messages.push(`${charger} ${action} ${at}`);
  booked.received[action] = (booked.received[action] ?? 0) + 1;
  ws.send(JSON.stringify([3, id, conf(action, booked)]));
}

function conf(action: string, { received }: Booked): object {
  const currentTime = new Date().toISOString();
  const idTagInfo = { status: 'Accepted' };
  if (action === 'BootNotification') return { status: 'Accepted', interval: 60, currentTime };
  if (action === 'Authorize') return { idTagInfo };
  const transactionId = received['StartTransaction'];
  if (action === 'StartTransaction') return { idTagInfo, transactionId };
  return action === 'DataTransfer' ? { status: 'Accepted' } : {};
}

/** Every transaction is complete: a start, a stop, and a value a second between them. */
function expectDelivered({ result, summary }: Run): void {
  const count = (name: Parameters<typeof runCounter>[1]) => runCounter(result.snapshot, name);
  expect(count('transactionsBegun')).toBe(CHARGERS);
  expect(count('transactionsComplete')).toBe(CHARGERS);
  expect(count('ledgerAcknowledged')).toBe(count('ledgerMessages'));
  expect(count('ledgerQueued')).toBe(0);
  expect(count('ledgerMessages')).toBe(CHARGERS * (2 + VALUES));
  expect(summary.connects.upgraded).toBeGreaterThanOrEqual(2 * CHARGERS);
  expect(summary.actions['BootNotification']?.answered).toBe(CHARGERS);
  // What was measured while nobody was there was sent later, not dropped.
  const { dropped } = callCounts(result.snapshot, 'whole', ActionIndexOf.MeterValues);
  expect(dropped).toBe(0);
}

test('closed and opened again: all is delivered once, as the server itself counted', async () => {
  const booked: Booked = { messages: [], received: {} };
  const first = await small(0, booked);
  let outage: Promise<void> | null = null;
  const goAway = async () => {
    await first.close();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await small(first.port, booked);
  };
  const run = await runScenario(scenario(`ws://127.0.0.1:${first.port}`), {
    onProgress() {
      if ((booked.received['MeterValues'] ?? 0) >= CHARGERS) outage ??= goAway();
    },
  });
  await outage;
  expectDelivered(run);
  expect(new Set(booked.messages).size).toBe(booked.messages.length);
  const count = (name: Parameters<typeof runCounter>[1]) => runCounter(run.result.snapshot, name);
  expect(booked.messages).toHaveLength(count('ledgerAcknowledged'));
  for (const [action, counts] of Object.entries(run.summary.actions)) {
    expect([action, booked.received[action] ?? 0]).toEqual([action, counts.answered]);
  }
});

test.each(['refuses', 'unreachable'] as const)('the embedded one, which %s', async (how) => {
  const server = await csms({ deduplicate: true, outages: [{ afterMs: 2500, forMs: 1000, how }] });
  const run = await runScenario(scenario(server.url));
  expectDelivered(run);
  const counters = server.counters();
  // Deduplicated: a start that was answered into the cut is not booked twice.
  expect(counters.transactionsStarted).toBe(CHARGERS);
  expect(counters.transactionsStopped).toBe(CHARGERS);
  expect(counters.transactionsUnknown).toBe(0);
  const { answered, lost } = callCounts(run.result.snapshot, 'whole', ActionIndexOf.MeterValues);
  expect(answered).toBe(CHARGERS * VALUES);
  // Only what was lost in the cut may have arrived without our knowing.
  expect(counters.received['MeterValues']).toBeGreaterThanOrEqual(answered);
  expect(counters.received['MeterValues']).toBeLessThanOrEqual(answered + lost);
});
