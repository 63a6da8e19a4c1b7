/** Switches and reply faults, seen by a client over a socket. */
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { CsmsOptions } from '../../src/csms/options.ts';
import { type Csms, startCsms } from '../../src/csms/server.ts';
import { connect, type TestClient } from './client.ts';
import { FULL_PAYLOADS } from './payloads.ts';
import { expectSumsToAgree } from './sums.ts';

let csms: Csms;
async function open(options: CsmsOptions): Promise<TestClient> {
  csms = await startCsms(options);
  return connect(csms);
}
afterEach(async () => {
  expectSumsToAgree(csms.counters());
  await csms.close();
});
const heartbeat = (id: string) => `[2,"${id}","Heartbeat",{}]`;

/** Sends `count` Heartbeats at once; gives the type of each reply by id once `marker` is back. */
async function flood(client: TestClient, count: number): Promise<Map<string, number>> {
  for (let i = 0; i < count; i++) client.ws.send(heartbeat(String(i)));
  const pong = once(client.ws, 'pong');
  client.ws.ping();
  await pong;
  return new Map(client.messages.map((text) => [JSON.parse(text)[1], JSON.parse(text)[0]]));
}

describe('switches', () => {
  test('errorRate 1 answers every CALL with a CALLERROR', async () => {
    const client = await open({ errorRate: 1 });
    expect(await client.call('BootNotification', FULL_PAYLOADS.BootNotification)).toEqual([
      ...[4, '100', 'InternalError', expect.any(String), {}],
    ]);
    expect(csms.counters()).toMatchObject({ errored: 1, invalid: 0, booted: 0 });
  });

  test('silence 1 answers nothing', async () => {
    const client = await open({ silence: 1 });
    expect((await flood(client, 5)).size).toBe(0);
    expect(csms.counters()).toMatchObject({ silenced: 5, answered: 0 });
  });

  test('drop 1 cuts the connection without a close frame', async () => {
    const client = await open({ drop: 1 });
    client.ws.send(heartbeat('1'));
    expect((await client.closed).code).toBe(1006);
    expect(csms.counters()).toMatchObject({ dropped: 1, answered: 0 });
  });

  test('shares are met, and each CALL has one fate', async () => {
    const client = await open({ errorRate: 0.3, silence: 0.2, seed: 5 });
    const replies = [...(await flood(client, 2000)).values()];
    const counters = csms.counters();
    expect(counters.errored).toBe(replies.filter((type) => type === 4).length);
    expect(counters.answered).toBe(replies.filter((type) => type === 3).length);
    // Binomial: five standard deviations are about 100.
    expect(Math.abs(counters.errored - 600)).toBeLessThan(100);
    expect(Math.abs(counters.silenced - 400)).toBeLessThan(100);
  });

  test('the seed decides the fates of a charger, whatever the others do', async () => {
    const client = await open({ silence: 0.5, seed: 9 });
    const alone = [...(await flood(client, 50)).keys()];
    await csms.close();
    csms = await startCsms({ silence: 0.5, seed: 9 });
    await flood(await connect(csms, 'other'), 30);
    expect([...(await flood(await connect(csms), 50)).keys()]).toEqual(alone);
    await csms.close();
    csms = await startCsms({ silence: 0.5, seed: 10 });
    expect([...(await flood(await connect(csms), 50)).keys()]).not.toEqual(alone);
  });
});

describe('delay', () => {
  test('comes before every answer, also a CALLERROR', async () => {
    const client = await open({ delay: '30ms' });
    const startMs = performance.now();
    expect((await client.call('Heartbeat', {}))[0]).toBe(3);
    expect((await client.call('Nonsense', {}))[0]).toBe(4);
    // A timer may fire up to a millisecond early on the loop's coarse clock.
    expect(performance.now() - startMs).toBeGreaterThan(57);
  });

  test('an answer that is due after the close is abandoned', async () => {
    const client = await open({ delay: '50ms' });
    client.ws.send(heartbeat('1'));
    await once(client.ws.ping() ?? client.ws, 'pong');
    expect(csms.counters()).toMatchObject({ pending: 1, answered: 0 });
    await client.close();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(csms.counters()).toMatchObject({ pending: 0, abandoned: 1, answered: 0 });
  });
});

describe('reply faults', () => {
  const replying = (reply: NonNullable<CsmsOptions['faults']>['reply'], more = {}) =>
    open({ faults: { reply, actions: ['Heartbeat'], ...more } });

  test('other actions are answered as ever', async () => {
    const client = await replying('garbage');
    expect((await client.call('Authorize', FULL_PAYLOADS.Authorize))[0]).toBe(3);
    expect(csms.counters()).toMatchObject({ answered: 1, corrupted: 0 });
  });

  test('every: the second of two', async () => {
    const client = await replying('wrongId', { every: 2 });
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push((await client.call('Heartbeat', {}))[1]);
    expect(ids).toEqual(['100', 'never-used', '102', 'never-used']);
    expect(csms.counters()).toMatchObject({ answered: 2, corrupted: 2 });
  });

  test('duplicate comes twice and counts once', async () => {
    const client = await replying('duplicate');
    await client.call('Heartbeat', {});
    expect(await client.next()).toBe(client.messages[0]);
    expect(csms.counters().answered).toBe(1);
  });

  test('late comes late', async () => {
    const client = await replying('late', { lateMs: 30 });
    client.ws.send(heartbeat('1'));
    expect((await client.call('Authorize', FULL_PAYLOADS.Authorize, '2'))[1]).toBe('2');
    expect(JSON.parse(await client.next())[1]).toBe('1');
  });

  test('binary comes in a binary frame', async () => {
    const client = await replying('binary');
    const message = once(client.ws, 'message');
    client.ws.send(heartbeat('1'));
    expect((await message)[1]).toBe(true);
  });

  test.each([
    ['invalidUtf8', 'invalid UTF-8 sequence'],
    ['badOpcode', 'invalid opcode 3'],
    ['hugeLength', 'Max payload size exceeded'],
  ] as const)('%s is what a strict client calls %s', async (reply, problem) => {
    const client = await replying(reply);
    const error = once(client.ws, 'error');
    client.ws.send(heartbeat('1'));
    expect((await error)[0].message).toContain(problem);
    await client.closed;
    expect(csms.counters()).toMatchObject({ corrupted: 1, answered: 0 });
  });

  test('truncatedFrame ends the connection in the middle of a frame', async () => {
    const client = await replying('truncatedFrame');
    client.ws.send(heartbeat('1'));
    expect((await client.closed).code).toBe(1006);
    expect(client.messages).toEqual([]);
  });

  test('oversized is a whole message', async () => {
    const client = await replying('oversized');
    expect((await client.call('Heartbeat', {}))[2].padding).toHaveLength(1 << 20);
  });
});

describe('other faults', () => {
  test('sendAfterBoot comes after the answer, and the response is counted', async () => {
    const call = '[2,"c1","GetConfiguration",{}]';
    const client = await open({ faults: { sendAfterBoot: call } });
    expect((await client.call('BootNotification', FULL_PAYLOADS.BootNotification))[0]).toBe(3);
    expect(await client.next()).toBe(call);
    client.ws.send('[3,"c1",{"configurationKey":[]}]');
    await client.call('Heartbeat', {});
    expect(csms.counters().responses).toBe(1);
  });

  test('pingEveryMs pings', async () => {
    const client = await open({ faults: { pingEveryMs: 5 } });
    const [data] = await once(client.ws, 'ping');
    expect(data.toString()).toBe('ping');
  });

  test('neverReads answers nothing, ever', async () => {
    const client = await open({ faults: { neverReads: true } });
    client.ws.send(heartbeat('1'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(csms.counters().received['Heartbeat']).toBe(0);
    client.ws.terminate();
  });
});
