/** Commands over a socket: when they come, what they hold, what becomes of them. */
import { afterEach, describe, expect, test } from 'vitest';
import type { CsmsOptions } from '../../../src/csms/options.ts';
import { type Csms, startCsms } from '../../../src/csms/server.ts';
import { connect, type TestClient } from '../client.ts';
import { FULL_PAYLOADS } from '../payloads.ts';
import { expectSumsToAgree } from '../sums.ts';
import { until } from '../until.ts';

let csms: Csms;
const start = async (options: CsmsOptions) => (csms = await startCsms(options));
afterEach(async () => {
  expectSumsToAgree(csms.counters());
  await csms.close();
  expectSumsToAgree(csms.counters());
});

const boot = (client: TestClient) =>
  client.call('BootNotification', FULL_PAYLOADS.BootNotification);
const next = async (client: TestClient) => JSON.parse(await client.next());
const answer = (client: TestClient, id: string, payload: object = { status: 'Accepted' }) =>
  client.ws.send(JSON.stringify([3, id, payload]));

describe('after the boot', () => {
  test('a command comes when it is due, and its answer is counted', async () => {
    await start({ commands: [{ action: 'ClearCache', after: '30ms' }] });
    const client = await connect(csms);
    const startMs = performance.now();
    expect((await boot(client))[0]).toBe(3);
    expect(await next(client)).toEqual([2, 'cs-1', 'ClearCache', {}]);
    // A timer may fire up to a millisecond early on the loop's coarse clock.
    expect(performance.now() - startMs).toBeGreaterThan(28);
    answer(client, 'cs-1');
    await until(() => csms.counters().commandsAccepted === 1);
    expect(csms.counters()).toMatchObject({ responses: 1, responsesUnmatched: 0 });
  });

  test('it does not come before the boot is accepted, nor again after a second boot', async () => {
    await start({
      commands: [{ action: 'ClearCache', after: '0s' }],
      faults: { refuseBoots: { status: 'Pending', times: 1, intervalS: 0 } },
    });
    const client = await connect(csms);
    expect((await boot(client))[2]).toMatchObject({ status: 'Pending', interval: 0 });
    expect((await client.call('Heartbeat', {}))[0]).toBe(3);
    expect((await boot(client))[2]).toMatchObject({ status: 'Accepted', interval: 60 });
    expect((await next(client))[2]).toBe('ClearCache');
    answer(client, 'cs-1');
    expect((await boot(client))[2].status).toBe('Accepted');
    expect((await client.call('Heartbeat', {}))[0]).toBe(3);
    expect(csms.counters().commandsSent).toBe(1);
  });

  test('every: so many times, one after the other, and across connections', async () => {
    await start({ commands: [{ action: 'Reset', after: '1ms', every: '500ms', times: 3 }] });
    const first = await connect(csms);
    await boot(first);
    await next(first);
    await first.close();
    await until(() => csms.counters().commandsDropped === 1);
    const second = await connect(csms);
    expect((await next(second))[2]).toBe('Reset');
    await until(() => csms.counters().commandsPending === 1);
    expect(csms.counters()).toMatchObject({ commandsSent: 2, commandsLost: 1 });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(csms.counters()).toMatchObject({ commandsSent: 2, commandsDropped: 1 });
  });

  test('one CALL is outstanding at a time', async () => {
    await start({
      commands: [
        { action: 'ClearCache', after: '0s' },
        { action: 'GetLocalListVersion', after: '0s' },
      ],
    });
    const client = await connect(csms);
    await boot(client);
    expect(await next(client)).toEqual([2, 'cs-1', 'ClearCache', {}]);
    expect((await client.call('Heartbeat', {}))[0]).toBe(3);
    client.ws.send('[4,"cs-1","NotSupported","",{}]');
    expect(await next(client)).toEqual([2, 'cs-2', 'GetLocalListVersion', {}]);
    expect(csms.counters()).toMatchObject({ commandsErrored: 1, commandsPending: 1 });
  });

  test('share and spread: the seed says which charger and when', async () => {
    const who = async (seed: number) => {
      await start({ seed, commands: [{ action: 'ClearCache', after: '0s', share: 0.5 }] });
      const got = [];
      for (let i = 0; i < 40; i++) {
        const client = await connect(csms, `cp${i}`);
        await boot(client);
        await client.call('Heartbeat', {});
        got.push(client.messages.some((text) => text.includes('ClearCache')));
      }
      return got;
    };
    const first = await who(1);
    const hit = first.filter(Boolean).length;
    // Binomial: four standard deviations are 12.6.
    expect(Math.abs(hit - 20)).toBeLessThan(13);
    await csms.close();
    expect(await who(1)).toEqual(first);
    await csms.close();
    expect(await who(2)).not.toEqual(first);
  });
});

test('beforeBoot: right after the upgrade, and not after a reconnect', async () => {
  await start({ commands: [{ action: 'GetConfiguration', beforeBoot: true }] });
  const client = await connect(csms);
  expect(await next(client)).toEqual([2, 'cs-1', 'GetConfiguration', {}]);
  await client.close();
  const again = await connect(csms);
  await again.call('Heartbeat', {});
  expect(csms.counters()).toMatchObject({ commandsSent: 1, commandsLost: 1 });
});

test('placeholders are filled; without a transaction the command is skipped', async () => {
  const payload = { transactionId: '{transactionId}' };
  await start({
    commands: [{ action: 'RemoteStopTransaction', payload, after: '0s', every: '10ms' }],
  });
  const client = await connect(csms);
  await boot(client);
  await until(() => csms.counters().commandsSkipped > 0);
  const started = await client.call('StartTransaction', FULL_PAYLOADS.StartTransaction);
  const { transactionId } = started[2];
  expect(await next(client)).toEqual([2, 'cs-1', 'RemoteStopTransaction', { transactionId }]);
});

describe('send', () => {
  test('gives the result and the error', async () => {
    const client = await connect(await start({}));
    const result = csms.send('cp1', 'Reset', { type: 'Soft' });
    expect(await next(client)).toEqual([2, 'cs-1', 'Reset', { type: 'Soft' }]);
    answer(client, 'cs-1');
    expect(await result).toEqual({ kind: 'result', payload: { status: 'Accepted' } });
    const error = csms.send('cp1', 'Nonsense', { id: '{id}' });
    expect(await next(client)).toEqual([2, 'cs-2', 'Nonsense', { id: 'cp1' }]);
    client.ws.send('[4,"cs-2","NotImplemented","what?",{"x":1}]');
    expect(await error).toEqual({
      kind: 'error',
      payload: { code: 'NotImplemented', description: 'what?', details: { x: 1 } },
    });
    client.ws.send('[3,"cs-2",{}]');
    await client.call('Heartbeat', {});
    expect(csms.counters()).toMatchObject({ responses: 3, responsesUnmatched: 1 });
  });

  test('is lost with its connection, with the system, and without a charger', async () => {
    const client = await connect(await start({}));
    const first = csms.send('cp1', 'ClearCache');
    client.ws.terminate();
    expect((await first).kind).toBe('lost');
    expect((await csms.send('cp1', 'ClearCache')).kind).toBe('lost');
    expect((await csms.send('nobody', 'ClearCache')).kind).toBe('lost');
    await connect(csms, 'cp2');
    const last = csms.send('cp2', 'ClearCache');
    await csms.close();
    expect((await last).kind).toBe('lost');
    expect(csms.counters()).toMatchObject({ commandsLost: 2, commandsDropped: 2 });
  });
});
