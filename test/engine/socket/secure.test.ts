/** TLS seen from both ends: certificates of the target and of the chargers, and sessions. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { parseEndpoint } from '../../../src/engine/socket/handshake.ts';
import {
  createSecure,
  dropSession,
  keepSession,
  secureOptions,
} from '../../../src/engine/socket/secure.ts';
import type { PlanTls } from '../../../src/plan/plan.ts';
import { until } from '../../e2e/support.ts';
import { describeWith } from '../../support/programs.ts';
import { testCa } from '../../support/test-ca.ts';
import { type ServerTls, upgrading, type WireChanges, wireTo } from './fixture.ts';

const CLIENTS = 3;
// The chargers of the fixture are cp0, cp1, ...; the script counts from 1.
const ca = testCa(CLIENTS, 'cp{n}');
const trusted = { ca: ca.text('ca.pem'), verify: true };
const named = (changes: WireChanges = {}): WireChanges => ({
  chargerCount: CLIENTS,
  identity: (c) => `cp${c + 1}`,
  ...changes,
});
const perCharger = {
  certFile: ca.path('clients/{id}.pem'),
  keyFile: ca.path('clients/{id}.key'),
};
const oneForAll = { certFile: ca.path('clients/cp2.pem'), keyFile: ca.path('clients/cp2.key') };

/** A target that wants certificates of its authority, and the names in them by request path. */
async function askingTarget(changes: Partial<ServerTls> = {}) {
  const names = new Map<string, string>();
  const tls: ServerTls = {
    ...ca.server(),
    ...{ ca: ca.text('ca.pem'), requestCert: true, rejectUnauthorized: true },
    ...changes,
  };
  const server = await upgrading((socket, head) => {
    const path = /^GET (\S+)/.exec(head)?.[1] ?? '';
    names.set(path, String((socket as TLSSocket).getPeerCertificate().subject.CN));
    socket.resume();
  }, tls);
  return { server, names };
}

/** What charger 0 hears first. */
async function firstHeard(server: { url: string }, changes: WireChanges): Promise<string> {
  const { wire, heard } = wireTo(server, changes);
  wire.connect(0);
  await until(() => heard.length > 0, 'an end of the handshake');
  wire.destroy(0);
  return heard[0];
}

describeWith(['openssl'], 'TLS', () => {
  describe("the target's certificate", () => {
    const target = (name: string) => upgrading((socket) => socket.resume(), ca.server(name));

    test('verifies against the authority of the plan, by address and by name', async () => {
      const { url } = await target('server');
      expect(await firstHeard({ url }, { tls: trusted })).toBe('up 0');
      const byName = url.replace('127.0.0.1', 'localhost');
      expect(await firstHeard({ url: byName }, { tls: trusted })).toBe('up 0');
    });

    test.each([
      [
        'server',
        'wrong-ca.pem',
        /^failed 0 tlsCertificate UNABLE_TO_.*: .*name it in tls\.caFile$/,
      ],
      ['expired', 'ca.pem', /^failed 0 tlsCertificate CERT_HAS_EXPIRED: .* has expired$/],
      ['other-name', 'ca.pem', /tlsCertificate ERR_TLS_CERT_ALTNAME_INVALID: .*another name/],
    ])('%s does not verify with %s', async (server, authority, says) => {
      const tls = { ca: ca.text(authority), verify: true };
      expect(await firstHeard(await target(server), { tls })).toMatch(says);
    });

    test('may be anything with verify: false', async () => {
      const tls = { ca: ca.text('wrong-ca.pem'), verify: false };
      expect(await firstHeard(await target('expired'), { tls })).toBe('up 0');
    });
  });

  describe('a client certificate', () => {
    test.each<[string, Partial<ServerTls>]>([
      ['TLS 1.3', { minVersion: 'TLSv1.3' }],
      ['TLS 1.2', { maxVersion: 'TLSv1.2' }],
    ])('for each charger, over %s', async (_name, versions) => {
      const { server, names } = await askingTarget(versions);
      const { wire, heard } = wireTo(server, named({ tls: { ...trusted, client: perCharger } }));
      for (let c = 0; c < CLIENTS; c++) wire.connect(c);
      await until(() => names.size === CLIENTS, 'every charger');
      await until(() => heard.length === CLIENTS, 'every upgrade');
      const pairs = Array.from({ length: CLIENTS }, (_, i) => [`/ocpp/cp${i + 1}`, `cp${i + 1}`]);
      expect([...names].sort()).toEqual(pairs);
      for (let c = 0; c < CLIENTS; c++) wire.destroy(c);
    });

    test('for all of them', async () => {
      const { server, names } = await askingTarget();
      const { wire } = wireTo(server, named({ tls: { ...trusted, client: oneForAll } }));
      wire.connect(0);
      wire.connect(2);
      await until(() => names.size === 2, 'both chargers');
      expect([...names.values()]).toEqual(['cp2', 'cp2']);
    });

    test.each<[string, Partial<ServerTls>, RegExp]>([
      ['TLS 1.3', {}, /^failed 0 tlsOther ERR_SSL_\S*CERTIFICATE_REQUIRED: .*tls\.certFile/],
      [
        'TLS 1.2',
        { maxVersion: 'TLSv1.2' },
        /^failed 0 tlsOther ERR_SSL_\S*HANDSHAKE_FAILURE: .*tls\.certFile/,
      ],
    ])('that is missing is told by the target, over %s', async (_name, versions, says) => {
      const { server } = await askingTarget(versions);
      expect(await firstHeard(server, named({ tls: trusted }))).toMatch(says);
    });

    test('of an authority that the target does not trust', async () => {
      const { server } = await askingTarget({ ca: ca.text('wrong-ca.pem') });
      const heard = await firstHeard(server, named({ tls: { ...trusted, client: perCharger } }));
      // Node's own server cuts the connection; others send alert 48.
      expect(heard).toMatch(/^failed 0 (reset|closedBeforeUpgrade|tlsOther)/);
    });

    test('that is not there fails this charger only, and not within connect', async () => {
      const { server } = await askingTarget();
      const changes = named({ chargerCount: 4, tls: { ...trusted, client: perCharger } });
      const { wire, heard, hears } = wireTo(server, changes);
      for (const c of [3, 0]) wire.connect(c);
      expect(heard).toEqual([]);
      await hears('up 0');
      const detail = `tls.certFile: ${ca.path('clients/cp4.pem')} cannot be read (ENOENT)`;
      await hears(`failed 3 tlsCertificate ${detail}`);
      wire.connect(3);
      wire.destroy(3);
      wire.connect(1);
      await hears('up 1');
      expect(heard).toHaveLength(3);
    });
  });

  /** Sessions that a target has resumed, a value a connection. */
  async function resumptions(tls: Partial<PlanTls>, server: Partial<ServerTls> = {}) {
    const resumed: boolean[] = [];
    const sockets: Socket[] = [];
    const options: ServerTls = { ...ca.server(), ...server };
    const target = await upgrading((socket) => {
      resumed.push((socket as TLSSocket).isSessionReused());
      sockets.push(socket.resume());
    }, options);
    const { wire, heard, hears } = wireTo(target, { tls: { ...trusted, ...tls } });
    for (let i = 0; i < 3; i++) {
      wire.connect(0);
      await until(() => heard.filter((line) => line === 'up 0').length > i, 'the upgrade');
      wire.close(0);
      await until(() => heard.filter((line) => line === 'closed 0').length > i, 'the close');
    }
    await hears('closed 0');
    return resumed;
  }

  describe('a reconnect', () => {
    test.each<[string, Partial<ServerTls>]>([
      ['TLS 1.3', { minVersion: 'TLSv1.3' }],
      ['TLS 1.2', { maxVersion: 'TLSv1.2' }],
    ])('resumes the last session, over %s', async (_name, versions) => {
      expect(await resumptions({}, versions)).toEqual([false, true, true]);
    });

    test('with a client certificate too', async () => {
      const asking = { ca: ca.text('ca.pem'), requestCert: true, rejectUnauthorized: true };
      expect(await resumptions({ client: oneForAll }, asking)).toEqual([false, true, true]);
    });

    test('does not with sessionResumption: false', async () => {
      expect(await resumptions({ sessionResumption: false })).toEqual([false, false, false]);
    });
  });

  describe('the state', () => {
    const at = parseEndpoint('wss://host/');
    const secureOf = (tls: Partial<PlanTls>) =>
      createSecure({ ca: null, verify: true, client: null, sessionResumption: true, ...tls }, 300);

    test('holds one context for one certificate', () => {
      const secure = secureOf({ client: oneForAll });
      const [a, b] = [0, 1].map((c) => secureOptions(secure, at, c, `cp${c}`).secureContext);
      expect(a).toBe(b);
      expect(secure.contexts.size).toBe(1);
    });

    test('holds a bounded number of contexts', () => {
      // One certificate under many names: the files are read for every name.
      const certFile = ca.path('{id}clients/cp1.pem');
      const client = { certFile, keyFile: ca.path('{id}clients/cp1.key') };
      const secure = secureOf({ client });
      for (let c = 0; c < 300; c++) secureOptions(secure, at, c, './'.repeat(c));
      expect(secure.contexts.size).toBe(256);
    });

    test('keeps the last session of a charger, and no large one', () => {
      const secure = secureOf({});
      expect(secureOptions(secure, at, 1, 'cp1')).not.toHaveProperty('session');
      const [first, last] = [Buffer.alloc(100, 1), Buffer.alloc(8192, 2)];
      keepSession(secure, 1, first);
      keepSession(secure, 1, last);
      keepSession(secure, 1, Buffer.alloc(8193));
      expect(secureOptions(secure, at, 1, 'cp1').session).toBe(last);
      expect(secureOptions(secure, at, 0, 'cp0')).not.toHaveProperty('session');
      dropSession(secure, 1);
      expect(secureOptions(secure, at, 1, 'cp1')).not.toHaveProperty('session');
    });
  });
});
