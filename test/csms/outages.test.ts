import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { csmsOptionsOf, csmsSettings, type Outage } from '../../src/csms/options.ts';
import { type Csms, startCsms } from '../../src/csms/server.ts';
import { connect, refusedUpgrade } from './client.ts';
import { expectSumsToAgree } from './sums.ts';

/** Outages come when a test lets time pass; nothing else does. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));

let csms: Csms;
afterEach(async () => {
  vi.useRealTimers();
  expectSumsToAgree(csms.counters());
  await csms.close();
});

/** Tries until somebody listens. */
async function reconnect(): Promise<Awaited<ReturnType<typeof connect>>> {
  for (;;) {
    const client = await connect(csms).catch(() => null);
    if (client !== null) return client;
    await turn();
  }
}

test('refuses: connections are cut, upgrades get 503, then all is as before', async () => {
  csms = await startCsms({
    outages: [{ afterMs: 100, forMs: 150 }],
    faults: { retryAfterS: 2 },
  });
  const client = await connect(csms);
  const lost = csms.send('cp1', 'ClearCache');
  vi.advanceTimersByTime(100);
  expect((await client.closed).code).toBe(1006);
  expect((await lost).kind).toBe('lost');
  const refused = await refusedUpgrade(csms, 'cp1');
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2']);
  vi.advanceTimersByTime(150);
  expect((await (await connect(csms)).call('Heartbeat', {}))[0]).toBe(3);
  expect(csms.counters().connectionsRefused).toBeGreaterThan(0);
});

test('unreachable: nobody listens, then somebody does on the same port', async () => {
  csms = await startCsms({ outages: [{ afterMs: 100, forMs: 150, how: 'unreachable' }] });
  const client = await connect(csms);
  vi.advanceTimersByTime(100);
  expect((await client.closed).code).toBe(1006);
  await expect(connect(csms)).rejects.toThrow(/ECONNREFUSED/);
  vi.advanceTimersByTime(150);
  expect((await (await reconnect()).call('Heartbeat', {}))[0]).toBe(3);
});

test('two outages, and a close in the middle of one', async () => {
  const how = 'unreachable';
  csms = await startCsms({
    outages: [
      { afterMs: 50, forMs: 20, how },
      { afterMs: 150, forMs: 60_000, how },
    ],
  });
  const first = await connect(csms);
  vi.advanceTimersByTime(50);
  expect((await first.closed).code).toBe(1006);
  vi.advanceTimersByTime(20);
  const second = await reconnect();
  vi.advanceTimersByTime(80);
  expect((await second.closed).code).toBe(1006);
  await csms.close();
});

test.each<[readonly Outage[], string]>([
  [[{ afterMs: -1, forMs: 1 }], 'outages[0].afterMs is -1'],
  [[{ afterMs: 1, forMs: 0.5 }], 'outages[0].forMs is 0.5'],
  [
    [
      { afterMs: 10, forMs: 10 },
      { afterMs: 15, forMs: 1 },
    ],
    'outages[1].afterMs is 15',
  ],
])('%j is refused', (outages, message) => {
  expect(() => csmsSettings({ outages })).toThrow(message);
});

test('a scenario gives durations', () => {
  const outages = [{ after: '1m', for: '1.5s', how: 'refuses' }] as const;
  expect(csmsOptionsOf({ outages }, 1).outages).toEqual([
    { afterMs: 60_000, forMs: 1500, how: 'refuses' },
  ]);
});
