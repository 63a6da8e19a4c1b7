import { expect, test } from 'vitest';
import {
  type NetworkPorts,
  networkPorts,
  reachTarget,
  type TlsManners,
} from '../../src/doctor/reach.ts';
import type { PlanTls } from '../../src/plan/plan.ts';
import { csms, plainServer } from '../e2e/servers.ts';
import { describeWith } from '../support/programs.ts';
import { testCa } from '../support/test-ca.ts';

const LIMIT_MS = 5_000;
const ca = testCa(1, 'CP{n:3}');
const manners = (tls: Partial<PlanTls> = {}): TlsManners => ({
  tls: { ca: null, verify: true, client: null, sessionResumption: true, ...tls },
  identity: 'CP001',
});
const reach = (url: string, tls: Partial<PlanTls> = {}, ports: Partial<NetworkPorts> = {}) =>
  reachTarget(url, manners(tls), LIMIT_MS, { ...networkPorts, ...ports });

test('a target on this machine, by its address', async () => {
  const { url, port } = await csms();
  const facts = await reach(url);
  expect(facts).toMatchObject({ dns: null, tls: null, isHere: true });
  expect(facts.endpoint.port).toBe(port);
  expect(facts.tcp).toMatchObject({ address: '127.0.0.1', ms: expect.any(Number) });
});

test('a name is looked up, and the first address is taken', async () => {
  const { port } = await csms();
  const lookup = async () => ['127.0.0.1', '192.0.2.1'];
  const facts = await reach(`ws://csms.test:${port}`, {}, { lookup });
  expect(facts.dns).toMatchObject({ addresses: ['127.0.0.1', '192.0.2.1'] });
  expect(facts.tcp).toMatchObject({ address: '127.0.0.1' });
});

test('a name that is not known: nothing is connected to', async () => {
  const lookup = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
  const connect = () => {
    throw new Error('it was');
  };
  const facts = await reach('ws://csms.test', {}, { lookup, connect });
  expect(facts).toMatchObject({ dns: { error: { code: 'ENOTFOUND' } }, tcp: null, tls: null });
});

test('a name service that is silent ends at the limit', async () => {
  const lookup = () => new Promise<never>(() => {});
  const facts = await reachTarget('ws://csms.test', manners(), 20, { ...networkPorts, lookup });
  expect(facts.dns).toMatchObject({ error: { code: 'ETIMEDOUT' } });
});

test('a port on which nothing listens', async () => {
  const target = await csms();
  await target.close();
  expect((await reach(target.url)).tcp).toMatchObject({ error: { code: 'ECONNREFUSED' } });
});

test('a port that does not speak TLS, and one that never answers the handshake', async () => {
  const chatty = await plainServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const silent = await plainServer(() => {});
  const url = (port: number) => `wss://127.0.0.1:${port}`;
  const wrong = await reach(url(chatty.port));
  expect(wrong.tls).toMatchObject({ error: { code: expect.stringMatching(/^ERR_SSL|EPROTO/) } });
  const late = await reachTarget(url(silent.port), manners(), 100);
  expect(late.tls).toMatchObject({ error: { code: 'ETIMEDOUT' } });
});

describeWith(['openssl'], 'TLS', () => {
  const serve = (name?: string) => plainServer(() => {}, ca.server(name));

  test('a certificate that verifies, and what it says', async () => {
    const { url } = await serve();
    const { tls } = await reach(url, { ca: ca.text('ca.pem') });
    expect(tls).toMatchObject({ refusal: null, verified: true, version: 'TLSv1.3' });
    expect(tls).toMatchObject({ validTo: expect.any(Date), subject: expect.any(String) });
  });

  test.each([
    ['server', 'wrong-ca.pem', /UNABLE_TO/],
    ['expired', 'ca.pem', /^CERT_HAS_EXPIRED$/],
    ['other-name', 'ca.pem', /ALTNAME/],
  ])('%s against %s', async (server, authority, code) => {
    const { url } = await serve(server);
    const { tls } = await reach(url, { ca: ca.text(authority) });
    expect(tls).toMatchObject({ refusal: expect.stringMatching(code) });
  });

  test('a target that wants a client certificate: with it, and without', async () => {
    const asking = { requestCert: true, rejectUnauthorized: true, ca: ca.text('ca.pem') };
    const { url } = await plainServer(() => {}, { ...asking, ...ca.server() });
    const trusting = { ca: ca.text('ca.pem') };
    const files = { certFile: ca.path('clients/{id}.pem'), keyFile: ca.path('clients/{id}.key') };
    const without = await reach(url, trusting);
    expect(without.tls).toMatchObject({
      error: { code: expect.stringContaining('CERTIFICATE_REQUIRED') },
    });
    expect((await reach(url, { ...trusting, client: files })).tls).toMatchObject({ refusal: null });
    const gone = { certFile: ca.path('gone.pem'), keyFile: ca.path('gone.key') };
    const broken = await reach(url, { ...trusting, client: gone });
    expect(broken.tls).toMatchObject({
      error: { message: expect.stringContaining('gone.pem cannot be read') },
    });
  });
});
