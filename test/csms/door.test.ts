/** Who is let in, turned away, replaced. */
import { afterEach, describe, expect, test } from 'vitest';
import type { CsmsOptions } from '../../src/csms/options.ts';
import { type Csms, startCsms } from '../../src/csms/server.ts';
import { spawnOne } from '../../src/csms/spawn.ts';
import { connect, refusedUpgrade } from './client.ts';
import { expectSumsToAgree } from './sums.ts';
import { until } from './until.ts';

let csms: Csms;
const start = async (options: CsmsOptions = {}) => (csms = await startCsms(options));
afterEach(async () => {
  expectSumsToAgree(csms.counters());
  await csms.close();
});

const basic = (text: string) => ({
  headers: { Authorization: `Basic ${Buffer.from(text).toString('base64')}` },
});

describe('wrong credentials', () => {
  test.each([400, 401, 404] as const)('get HTTP %d', async (wrongPassword) => {
    await start({ expectedPassword: 'secret', faults: { wrongPassword } });
    const refused = await refusedUpgrade(csms, 'cp1', basic('cp1:wrong'));
    expect(refused.status).toBe(wrongPassword);
    expect('www-authenticate' in refused.headers).toBe(wrongPassword === 401);
    expect((await connect(csms, 'cp1', basic('cp1:secret'))).ws.protocol).toBe('ocpp1.6');
  });

  test('get a 101 and a close 1008', async () => {
    await start({ expectedPassword: 'secret', faults: { wrongPassword: 1008 } });
    const client = await connect(csms, 'cp1', basic('cp1:wrong'));
    client.ws.send('[2,"1","Heartbeat",{}]');
    expect((await client.closed).code).toBe(1008);
    expect(csms.counters()).toMatchObject({ connectionsTurnedAway: 1, answered: 0 });
    expect(csms.state.chargers.get('cp1')?.connected).toBe(false);
  });
});

test('an unknown identity gets a 101 and a close 1008', async () => {
  await start({ knownIdentities: ['cp1'], faults: { unknownIdentity: 1008 } });
  expect((await (await connect(csms, 'cp2')).closed).code).toBe(1008);
  expect((await (await connect(csms, 'cp1')).call('Heartbeat', {}))[0]).toBe(3);
});

describe('a second connection of the same identity', () => {
  test('newRefused1008: the older one stays in charge', async () => {
    const older = await connect(await start({ faults: { sameIdentity: 'newRefused1008' } }));
    expect((await (await connect(csms)).closed).code).toBe(1008);
    await until(() => csms.counters().connectionsOpen === 1);
    expect((await older.call('Heartbeat', {}))[0]).toBe(3);
    expect(csms.state.chargers.get('cp1')?.connected).toBe(true);
    await older.close();
    expect((await (await connect(csms)).call('Heartbeat', {}))[0]).toBe(3);
  });

  test('oldSilent: the older one stays open and is never answered again', async () => {
    const older = await connect(await start({ faults: { sameIdentity: 'oldSilent' } }));
    const lost = csms.send('cp1', 'ClearCache');
    const newer = await connect(csms);
    expect((await lost).kind).toBe('lost');
    older.ws.send('[2,"1","Heartbeat",{}]');
    await until(() => csms.counters().silenced === 1);
    expect((await newer.call('Heartbeat', {}))[0]).toBe(3);
    expect([older.ws.readyState, older.messages.length]).toEqual([1, 1]);
    await older.close();
    expect(csms.state.chargers.get('cp1')?.connected).toBe(true);
  });
});

test('more connections than an address may have are closed with 1008', async () => {
  await start({ faults: { maxConnectionsPerAddress: 2 } });
  const first = await connect(csms, 'cp1');
  await connect(csms, 'cp2');
  expect(await (await connect(csms, 'cp3')).closed).toEqual({
    code: 1008,
    reason: 'too many connections of this address',
  });
  await first.close();
  await until(() => csms.counters().connectionsOpen === 1);
  expect((await (await connect(csms, 'cp3')).call('Heartbeat', {}))[0]).toBe(3);
});

describe('permessage-deflate', () => {
  test('whenOffered: agreed on with a client that offers it', async () => {
    const client = await connect(await start({ faults: { compression: 'whenOffered' } }));
    expect(client.ws.extensions).toBe('permessage-deflate');
    expect((await client.call('Heartbeat', {}))[0]).toBe(3);
  });

  test('unasked: forced on a client that did not offer it', async () => {
    await start({ faults: { compression: 'unasked' } });
    const asking = connect(csms, 'cp1', { perMessageDeflate: false });
    await expect(asking).rejects.toThrow(/Sec-WebSocket-Extensions/);
  });
});

describe('exitAfterUpgrades', () => {
  test('kills its own process at the next upgrade', async () => {
    await start();
    const process = await spawnOne({ faults: { exitAfterUpgrades: 1 } });
    try {
      const client = await connect(process);
      await expect(connect(process, 'cp2')).rejects.toThrow();
      expect((await client.closed).code).toBe(1006);
      expect((await process.exited).code).toBe(137);
    } finally {
      await process.stop().catch(() => {});
    }
  });

  test('is refused in the process of somebody else', async () => {
    await start();
    await expect(startCsms({ faults: { exitAfterUpgrades: 1 } })).rejects.toMatchObject({
      name: 'UserError',
      message: 'faults.exitAfterUpgrades is 1',
    });
  });
});
