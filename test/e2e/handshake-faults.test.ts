/** Targets to which no charger, or not every one, can connect. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';
import type { Faults } from '../../src/csms/faults.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { TEST_TLS } from '../csms/tls.ts';
import { accept, csms, onRequest, plainServer } from './servers.ts';
import { type Run, runScenario, scratch, smallScenario } from './support.ts';

const CHARGERS = 5;
const small = (target: string, changes: Partial<Scenario> = {}) =>
  smallScenario({ target, duration: '1200ms', ...changes }, { chargers: CHARGERS });

/** No charger booted, every attempt has this reason, and the report says what to do about it. */
function expectRefused({ summary, outcome, text }: Run, reason: string, advice: string): void {
  expect(outcome.exitCode).toBe(ExitCode.thresholds);
  expect(outcome.causes).toEqual([`only 0 of ${CHARGERS} chargers booted`]);
  const { attempted, upgraded, failed } = summary.connects;
  expect(Object.keys(failed)).toEqual([reason]);
  expect(upgraded).toBe(0);
  expect(failed[reason]).toBeGreaterThan(0);
  // The end of the run abandons one attempt a charger at most.
  expect(attempted).toBeGreaterThanOrEqual(failed[reason]);
  expect(attempted).toBeLessThanOrEqual(failed[reason] + CHARGERS);
  expect(summary.calls.sent).toBe(0);
  expect(oneLine(text)).toContain(advice);
  expect(text).toContain(`connect failed (${reason})`);
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

describe('a target that', () => {
  test('does not listen', async () => {
    const { url, port } = await plainServer((socket) => socket.destroy());
    // Port 1 of the loopback: nothing listens there.
    const run = await runScenario(small(url.replace(String(port), '1')));
    expectRefused(run, 'refused', 'connection refused: nothing listens on that port -> start');
  });

  test('has an unknown host is refused before the first socket', async () => {
    let started = false;
    const run = runScenario(small('ws://user:secret@nope.invalid/{id}'), {
      onStart: () => void (started = true),
    });
    const error = await run.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^the target's host 'nope\.invalid' is not known \(E/),
      exitCode: ExitCode.badConfiguration,
    });
    expect(started).toBe(false);
  });

  test.each<[name: string, faults: Faults, reason: string, advice: string]>([
    ['answers 401', { httpStatus: 401 }, 'http401', '-> check identities.password'],
    ['answers 403', { httpStatus: 403 }, 'http403', '-> check identities and the access rules'],
    ['answers 404', { httpStatus: 404 }, 'http404', '-> check the path of --target'],
    ['answers 429', { httpStatus: 429, retryAfterS: 7 }, 'http429', 'Retry-After: 7'],
    ['answers 503', { httpStatus: 503, retryAfterS: 120 }, 'http503', 'Retry-After: 120'],
    ['answers 418', { httpStatus: 418 }, 'http4xx', '-> check the path of --target'],
    ['answers 500', { httpStatus: 500 }, 'http500', '-> its own log should say why'],
    ['redirects', { httpStatus: 302 }, 'redirect', 'which is never followed -> use the final'],
    ['agrees to no sub-protocol', { subprotocol: 'none' }, 'subprotocol', '-> enable OCPP 1.6-J'],
    [
      'has another sub-protocol',
      { subprotocol: 'other' },
      'subprotocol',
      'subprotocol): ocpp2.0.1',
    ],
    ['hashes wrongly', { wrongAccept: true }, 'notWebSocket', 'wrong Sec-WebSocket-Accept'],
  ])('%s', async (_name, faults, reason, advice) => {
    const target = await csms({ faults });
    expectRefused(await runScenario(small(target.url)), reason, advice);
    expect(target.counters().booted).toBe(0);
  });

  test('does not know the path', async () => {
    const target = await csms({ knownIdentities: ['other'] });
    expectRefused(await runScenario(small(target.url)), 'http404', '`ocpp-load identities`');
  });

  test('never answers the upgrade', async () => {
    const target = await csms({ faults: { stallUpgrade: true } });
    const run = await runScenario(small(target.url, { handshakeTimeout: '200ms' }));
    expectRefused(run, 'timedOut', 'no upgrade within handshakeTimeout -> the target is too slow');
  });

  test('never answers the upgrade, with patience beyond the run', async () => {
    const target = await csms({ faults: { stallUpgrade: true } });
    const { outcome, summary } = await runScenario(small(target.url));
    expect(outcome.causes).toEqual([`only 0 of ${CHARGERS} chargers booted`]);
    const abandoned = CHARGERS;
    const connects = { attempted: CHARGERS, upgraded: 0, abandoned, unknown: 0, failed: {} };
    expect(summary.connects).toMatchObject(connects);
  });

  test('closes before the upgrade', async () => {
    const { url } = await plainServer((socket) => onRequest(socket, () => socket.end()));
    expectRefused(await runScenario(small(url)), 'closedBeforeUpgrade', '-> a TLS port');
  });

  test('resets before the upgrade', async () => {
    const { url } = await plainServer((s) => onRequest(s, () => s.resetAndDestroy()));
    expectRefused(await runScenario(small(url)), 'reset', 'ramp slower, look at its log');
  });

  test('is no web server at all', async () => {
    const { url } = await plainServer((socket) => socket.write('220 smtp.example ESMTP\r\n'));
    expectRefused(await runScenario(small(url)), 'notWebSocket', 'the answer is not HTTP');
  });

  test('never ends its headers', async () => {
    const { url } = await plainServer((socket) =>
      onRequest(socket, () => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(4000)}`)),
    );
    expectRefused(await runScenario(small(url)), 'notWebSocket', '-> check that --target is');
  });

  test('forces an extension', async () => {
    const extension = { 'Sec-WebSocket-Extensions': 'permessage-deflate' };
    const { url } = await plainServer((s) => onRequest(s, (h) => s.write(accept(h, extension))));
    expectRefused(await runScenario(small(url)), 'notWebSocket', 'that was not offered');
  });

  test('refuses only at first: every charger comes back', async () => {
    const target = await csms({ faults: { httpStatus: 503, upgrades: CHARGERS } });
    const { summary, outcome } = await runScenario(small(target.url, { duration: '1s' }));
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(summary.connects.failed).toEqual({ http503: CHARGERS });
    expect(summary.connects.attempted).toBe(2 * CHARGERS);
  });

  test.each([
    [1008, 'closedByTarget', 'closed by the target with a close frame'],
    [1006, 'endedByTarget', 'ended by the target without a close frame'],
  ])('says 101, then closes with %d', async (code, reason, advice) => {
    const target = await csms({ faults: { closeAfterUpgrade: code } });
    const { summary, outcome, text } = await runScenario(small(target.url));
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    const { upgraded, attempted } = summary.connects;
    expect(upgraded).toBeGreaterThan(CHARGERS);
    expect(attempted - upgraded).toBeLessThanOrEqual(CHARGERS);
    // What was on its way when the target cut the connection makes a reset of it.
    const { reset = 0, ...others } = summary.disconnects;
    expect(others).toEqual({ [reason]: upgraded - reset });
    expect(summary.calls.lost).toBe(summary.calls.sent);
    expect(text).toContain(advice);
  });
});

describe('a certificate', () => {
  const secure = (changes: Partial<Scenario['tls']>) => async () => {
    const target = await csms({ tls: TEST_TLS });
    return runScenario(small(target.url, { tls: changes }));
  };

  test('that does not verify', async () => {
    const run = await secure({})();
    expectRefused(run, 'tlsCertificate', '-> name its authority in tls.caFile, or accept any');
  });

  test('of an authority in tls.caFile verifies', async () => {
    const caFile = join(scratch(), 'ca.pem');
    writeFileSync(caFile, TEST_TLS.cert);
    const { outcome, summary } = await secure({ caFile })();
    expect(outcome.causes).toEqual([`${CHARGERS} of ${CHARGERS} chargers booted`]);
    expect(summary.phases.tls.count).toBe(CHARGERS);
  });

  test('is not looked at with tls.verify: false', async () => {
    const { outcome } = await secure({ verify: false })();
    expect(outcome.exitCode).toBe(ExitCode.ok);
  });

  test('of another host does not verify', async () => {
    const caFile = join(scratch(), 'ca.pem');
    writeFileSync(caFile, TEST_TLS.cert);
    const { port } = await csms({ tls: TEST_TLS, host: '127.0.0.2' });
    const run = await runScenario(small(`wss://127.0.0.2:${port}`, { tls: { caFile } }));
    expectRefused(run, 'tlsCertificate', '-> use a name that the certificate holds');
  });

  test.each([
    ['wss:// to a ws:// port', 'wss', undefined, /^tlsOther|^reset|^closedBeforeUpgrade/],
    ['ws:// to a wss:// port', 'ws', TEST_TLS, /^closedBeforeUpgrade|^reset|^notWebSocket/],
  ])('%s', async (_name, protocol, tls, reason) => {
    const { port } = await csms({ tls });
    const { summary, outcome } = await runScenario(small(`${protocol}://127.0.0.1:${port}`));
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    for (const name of Object.keys(summary.connects.failed)) expect(name).toMatch(reason);
  });
});

test('what a target writes is shown without its control characters', async () => {
  const { url } = await plainServer((socket) =>
    onRequest(socket, () => {
      socket.end(
        'HTTP/1.1 503 \u001b[31mred\u001b[2J\u0007\u009b1m\u202e\r\n' +
          'Retry-After: \u001b]0;x\u0007\r\n\r\n',
      );
    }),
  );
  const target = url.replace('ws://', 'ws://user:secret@');
  const { text, summary } = await runScenario(small(`${target}/{id}?token=secret`));
  expect(summary.connects.failed).toHaveProperty('http503');
  expect(text).toContain('HTTP/1.1 503 red');
  expect(JSON.stringify(summary)).not.toMatch(/secret|\\u001b|\\u0007/);
});
