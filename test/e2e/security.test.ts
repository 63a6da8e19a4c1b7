/**
 * The three profiles of OCPP security, whole runs: Basic authentication, wss:// against an
 * authority, client certificates. What goes wrong is one clear line and a count.
 */
import type { Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { textFrame } from '../../src/csms/faults.ts';
import { life } from '../../src/scenario/life.ts';
import type { Scenario, TlsOptions as TlsSettings } from '../../src/scenario/types.ts';
import { describeWith } from '../support/programs.ts';
import { testCa } from '../support/test-ca.ts';
import { accept, onRequest, plainServer, readClientFrame } from './servers.ts';
import { type Run, runScenario, smallScenario } from './support.ts';

const CHARGERS = 3;
const PASSWORD = 'secret-123';
const ca = testCa(CHARGERS, 'CP{n:3}');
const IDENTITIES = ['CP001', 'CP002', 'CP003'];

/** Of a connection: what its request says, and the name in its client certificate. */
interface Caller {
  readonly identity: string;
  readonly credentials: string;
  readonly certificateName: string | undefined;
}

type Judge = (caller: Caller) => 'accept' | 'refuse' | 'close';
type ServerTls = TlsOptions & { readonly key: string; readonly cert: string };

const callerOf = (socket: Socket, head: string): Caller => ({
  identity: /^GET \/(\S+)/.exec(head)?.[1] ?? '',
  credentials: Buffer.from(
    /^Authorization: Basic (\S+)/m.exec(head)?.[1] ?? '',
    'base64',
  ).toString(),
  certificateName: (socket as Partial<TLSSocket>).getPeerCertificate?.()?.subject?.CN as
    | string
    | undefined,
});

/** A central system that looks at who calls; 401 or close code 1008 for those it does not like. */
async function target(judge: Judge, tls?: ServerTls) {
  const callers: Caller[] = [];
  const server = await plainServer((socket) => {
    onRequest(socket, (head) => {
      const caller = callerOf(socket, head);
      callers.push(caller);
      const verdict = judge(caller);
      if (verdict === 'refuse') return socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      socket.write(accept(head));
      if (verdict === 'close') return socket.write(Buffer.from([0x88, 2, 1008 >> 8, 1008 & 255]));
      return answerCalls(socket);
    });
  }, tls);
  return { ...server, callers };
}

const ANSWERS: Readonly<Record<string, object>> = {
  BootNotification: { status: 'Accepted', currentTime: '2026-01-01T00:00:00Z', interval: 60 },
  Heartbeat: { currentTime: '2026-01-01T00:00:00Z' },
};

function answerCalls(socket: Socket): void {
  let bytes: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let frame = readClientFrame(bytes); frame; frame = readClientFrame(bytes)) {
      bytes = frame.rest;
      if (!frame.text.startsWith('[2,')) continue;
      const [, id, action] = JSON.parse(frame.text) as [number, string, string];
      socket.write(textFrame(Buffer.from(JSON.stringify([3, id, ANSWERS[action] ?? {}]))));
    }
  });
}

const run = (url: string, tls?: TlsSettings, changes: Partial<Scenario> = {}): Promise<Run> =>
  runScenario(
    smallScenario(
      { target: `${url}/{id}`, duration: '2s', ...(tls ? { tls } : {}), ...changes },
      {
        chargers: CHARGERS,
        identities: { identity: 'CP{n:3}', password: PASSWORD },
        life: life().boot(),
      },
    ),
  );

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

/** Every charger booted, and nothing else happened. */
function expectBooted({ outcome, summary }: Run): void {
  expect(outcome.causes).toEqual([`${CHARGERS} of ${CHARGERS} chargers booted`]);
  expect(outcome.exitCode).toBe(ExitCode.ok);
  expect(summary.connects).toMatchObject({ attempted: CHARGERS, upgraded: CHARGERS, failed: {} });
}

/** Nobody booted, for this reason alone, of which the first event tells in one line. */
function expectRefused({ outcome, summary, text }: Run, reason: string, says: RegExp): void {
  expect(outcome.exitCode).toBe(ExitCode.thresholds);
  expect(summary.connects.upgraded).toBe(0);
  expect(Object.keys(summary.connects.failed)).toEqual([reason]);
  expect(summary.connects.failed[reason]).toBeGreaterThanOrEqual(CHARGERS);
  const events = summary.events.filter((event) => event.text.includes(`(${reason})`));
  expect(events[0]?.text).toMatch(says);
  expect(oneLine(text)).toContain(`connect failed (${reason})`);
}

const trusted: TlsSettings = { caFile: ca.path('ca.pem') };
const anyone: Judge = () => 'accept';
const whoKnowsThePassword: Judge = ({ identity, credentials }) =>
  credentials === `${identity}:${PASSWORD}` ? 'accept' : 'refuse';
const whoHasACertificate: Judge = ({ identity, certificateName }) =>
  certificateName === identity ? 'accept' : 'refuse';
const asking = (changes: TlsOptions = {}): ServerTls => ({
  ...{ ca: ca.text('ca.pem'), requestCert: true, rejectUnauthorized: true },
  ...changes,
  ...ca.server(),
});
const identitiesOf = (callers: readonly Caller[]) => callers.map((c) => c.identity).sort();

describeWith(['openssl'], 'security', () => {
  describe('profile 1, Basic authentication over ws://', () => {
    test('lets chargers in that know their password', async () => {
      const { url, callers } = await target(whoKnowsThePassword);
      expectBooted(await run(url));
      expect(identitiesOf(callers)).toEqual(IDENTITIES);
    });

    test('a wrong password, answered 401', async () => {
      const { url } = await target(({ credentials }) =>
        credentials.endsWith(':another') ? 'accept' : 'refuse',
      );
      const result = await run(url);
      expectRefused(result, 'http401', /^connect failed \(http401\): HTTP\/1\.1 401 Unauthorized$/);
      expect(oneLine(result.text)).toContain('-> check identities.password');
    });

    test('a wrong password, answered 101 and close code 1008', async () => {
      const { url } = await target(() => 'close');
      const { outcome, summary, text } = await run(url);
      expect(outcome.exitCode).toBe(ExitCode.thresholds);
      expect(summary.disconnects.closedByTarget).toBeGreaterThanOrEqual(CHARGERS);
      expect(text).toContain('connection lost (closedByTarget): close code 1008');
      expect(oneLine(text)).toContain('a wrong identities.password');
    });
  });

  describe('profile 2, Basic authentication over wss://', () => {
    test('checks the target against tls.caFile', async () => {
      const { url, callers } = await target(whoKnowsThePassword, ca.server());
      const result = await run(url, trusted);
      expectBooted(result);
      expect(result.summary.phases.tls.count).toBe(CHARGERS);
      expect(identitiesOf(callers)).toEqual(IDENTITIES);
    });

    test.each([
      [
        'of another authority',
        'server',
        'wrong-ca.pem',
        /UNABLE_TO_\S+: .*name it in tls\.caFile$/,
        '-> name its authority in tls.caFile',
      ],
      [
        'that has expired',
        'expired',
        'ca.pem',
        /CERT_HAS_EXPIRED: the target's .* has expired$/,
        "-> renew the target's certificate",
      ],
      [
        'for another name',
        'other-name',
        'ca.pem',
        /ALTNAME_INVALID: .*another name than the host/,
        '-> use a name that the certificate holds as the host of --target',
      ],
    ])('a certificate %s', async (_name, server, authority, says, hint) => {
      const { url } = await target(anyone, ca.server(server));
      const result = await run(url, { caFile: ca.path(authority) });
      expectRefused(result, 'tlsCertificate', says);
      expect(oneLine(result.text)).toContain(hint);
    });

    test('a wrong password there', async () => {
      const { url } = await target(() => 'refuse', ca.server());
      expectRefused(await run(url, trusted), 'http401', /401 Unauthorized$/);
    });
  });

  describe('profile 3, client certificates', () => {
    test('one for each charger', async () => {
      const { url, callers } = await target(whoHasACertificate, asking());
      const certFile = ca.path('clients/{id}.pem');
      expectBooted(await run(url, { ...trusted, certFile, keyFile: ca.path('clients/{id}.key') }));
      expect(callers.map((c) => c.certificateName).sort()).toEqual(IDENTITIES);
    });

    test('one for all', async () => {
      const { url, callers } = await target(anyone, asking());
      const certFile = ca.path('clients/CP002.pem');
      expectBooted(await run(url, { ...trusted, certFile, keyFile: ca.path('clients/CP002.key') }));
      expect(callers.map((c) => c.certificateName)).toEqual(Array(CHARGERS).fill('CP002'));
    });

    test.each(['TLSv1.2', 'TLSv1.3'] as const)('none, over %s', async (version) => {
      const versions = { minVersion: version, maxVersion: version };
      const { url } = await target(anyone, asking(versions));
      const result = await run(url, trusted);
      expectRefused(
        result,
        'tlsOther',
        /requires a client certificate: tls\.certFile, tls\.keyFile/,
      );
      expect(oneLine(result.text)).toContain('(tls.certFile and tls.keyFile)');
    });

    test('files that are not there', async () => {
      const { url } = await target(anyone, asking());
      const files = { certFile: ca.path('gone/{id}.pem'), keyFile: ca.path('gone/{id}.key') };
      const result = await run(url, { ...trusted, ...files });
      expectRefused(
        result,
        'tlsCertificate',
        /tls\.certFile: .*CP00\d\.pem cannot be read \(ENOENT\)/,
      );
    });
  });
});
