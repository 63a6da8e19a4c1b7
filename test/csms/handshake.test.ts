import { expect, test } from 'vitest';
import { identityOf } from '../../src/csms/handshake.ts';
import { startCsms } from '../../src/csms/server.ts';
import { connect, refusedUpgrade } from './client.ts';

test.each([
  ['/cp1', 'cp1'],
  ['/ocpp/16/cp1', 'cp1'],
  ['/ocpp/cp%201?a=/b', 'cp 1'],
  ['/', ''],
  ['', ''],
  ['/ocpp/', ''],
  ['/%E0%A4%A', ''],
])('the identity of %j is %j', (url, identity) => expect(identityOf(url)).toBe(identity));

const basic = (text: string) => ({
  Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
});

test('the password, the identity and the sub-protocol are checked', async () => {
  const csms = await startCsms({ expectedPassword: 'secret:1', knownIdentities: ['cp1'] });
  const good = basic('cp1:secret:1');
  const statusOf = async (identity: string, options: Parameters<typeof refusedUpgrade>[2]) =>
    (await refusedUpgrade(csms, identity, options)).status;
  const missing = await refusedUpgrade(csms, 'cp1');
  expect(missing.status).toBe(401);
  expect(missing.headers['www-authenticate']).toBe('Basic realm="ocpp"');
  expect(await statusOf('cp1', { headers: basic('cp1:wrong') })).toBe(401);
  expect(await statusOf('cp1', { headers: basic('cp2:secret:1') })).toBe(401);
  expect(await statusOf('cp1', { headers: { Authorization: 'Bearer x' } })).toBe(401);
  expect(await statusOf('cp2', { headers: basic('cp2:secret:1') })).toBe(404);
  expect(await statusOf('', { headers: good })).toBe(404);
  expect(await statusOf('cp1', { headers: good, protocols: ['ocpp2.0.1'] })).toBe(400);
  expect(await statusOf('cp1', { headers: good, protocols: [] })).toBe(400);
  const client = await connect(csms, 'cp1', { headers: good, protocols: ['ocpp2.0.1', 'ocpp1.6'] });
  expect(client.ws.protocol).toBe('ocpp1.6');
  expect(csms.counters()).toMatchObject({ connectionsRefused: 8, connectionsAccepted: 1 });
  await csms.close();
});

test('a request that is no upgrade is told so', async () => {
  const csms = await startCsms();
  const response = await fetch(csms.url.replace('ws', 'http'));
  expect(response.status).toBe(426);
  expect(await response.text()).toContain('test double');
  await csms.close();
});
