import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  acceptFor,
  parseEndpoint,
  readRetryAfter,
  readUpgradeAnswer,
  type UpgradeAnswer,
  upgradeRequest,
} from '../../../src/engine/socket/handshake.ts';
import { CONNECT_FAILURES } from '../../../src/snapshot/layout.ts';

const file = new URL('../../reference/tonly-charger.log', import.meta.url);
const log = readFileSync(file, 'utf8').split(/\r?\n/);
const KEY = 'UWR0SXNETGFNRjM0dVJMNg==';
const NOW_MS = Date.UTC(2026, 10, 9, 10);

describe('an endpoint', () => {
  const plain = {
    secure: false,
    hostname: 'host',
    port: 80,
    hostHeader: 'host',
    credentials: null,
  };
  const SIX = {
    ...{ secure: true, hostname: 'fe80::2', port: 8443, hostHeader: '[fe80::2]:8443' },
    ...{ path: '/o/{id}', credentials: null },
  };
  test.each([
    ['ws://host', { ...plain, path: '/{id}' }],
    ['ws://host/', { ...plain, path: '/{id}' }],
    ['ws://host/{id}', { ...plain, path: '/{id}' }],
    ['ws://host/ocpp', { ...plain, path: '/ocpp/{id}' }],
    ['ws://host/ocpp/', { ...plain, path: '/ocpp/{id}' }],
    ['ws://host/a/{id}/b', { ...plain, path: '/a/{id}/b' }],
    ['ws://host/a?x=1&y=2', { ...plain, path: '/a/{id}?x=1&y=2' }],
    ['ws://host/a?cp={id}&v=2', { ...plain, path: '/a?cp={id}&v=2' }],
    ['ws://host/{id}?cp={id}', { ...plain, path: '/{id}?cp={id}' }],
    ['ws://host/cp-{id}.x', { ...plain, path: '/cp-{id}.x' }],
    ['ws://HOST:80/{id}', { ...plain, path: '/{id}' }],
    ['ws://host:9004/{id}', { ...plain, port: 9004, hostHeader: 'host:9004', path: '/{id}' }],
    ['wss://host/{id}', { ...plain, secure: true, port: 443, path: '/{id}' }],
    ['wss://host:80/{id}', { ...plain, secure: true, hostHeader: 'host:80', path: '/{id}' }],
    ['ws://[::1]/{id}', { ...plain, hostname: '::1', hostHeader: '[::1]', path: '/{id}' }],
    ['wss://[fe80::2]:8443/o/{id}', SIX],
    ['ws://me:s%40cret@host/{id}', { ...plain, credentials: 'me:s@cret', path: '/{id}' }],
    ['ws://me@host/{id}', { ...plain, credentials: 'me:', path: '/{id}' }],
    ['ws://{id}:all@host/{id}', { ...plain, credentials: '{id}:all', path: '/{id}' }],
    ['ws://me:100%@host/{id}', { ...plain, credentials: 'me:100%', path: '/{id}' }],
  ])('%s', (url, endpoint) => expect(parseEndpoint(url)).toEqual(endpoint));
});

describe('the request', () => {
  test('is that of the log', () => {
    const start = log.findIndex((line) => line.includes('Send Handshake:'));
    const logged = log
      .slice(start, log.indexOf('', start))
      .map((line) => line.replace('Send Handshake:', '').replace(/^Host:(?! )/, 'Host: '));
    const endpoint = parseEndpoint('ws://192.0.2.10:9004/{id}');
    const identity = '2103252121090001';
    const request = upgradeRequest(endpoint, identity, '12345678', 'http://{id}', KEY);
    expect(request.split('\r\n')).toEqual([...logged, '', '']);
  });

  const requestOf = (url: string, identity = 'CP1', password = '', origin: string | null = null) =>
    upgradeRequest(parseEndpoint(url), identity, password, origin, KEY);
  const headerOf = (request: string, name: string) =>
    request
      .split('\r\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const secretOf = (request: string) => {
    const header = headerOf(request, 'Authorization')?.replace('Basic ', '');
    return header && Buffer.from(header, 'base64').toString();
  };

  test('without password and origin has no header for them', () => {
    const request = requestOf('ws://host/{id}');
    expect(request).not.toMatch(/Authorization|Origin/);
    expect(request.endsWith('\r\n\r\n')).toBe(true);
  });

  test('puts the identity in every place of the URL, escaped', () => {
    const [line] = requestOf('ws://host/a/{id}/b?cp={id}', 'A&B=1 é/$&').split('\r\n');
    const escaped = 'A%26B%3D1%20%C3%A9%2F%24%26';
    expect(line).toBe(`GET /a/${escaped}/b?cp=${escaped} HTTP/1.1`);
  });

  test('credentials of the URL come before passwords, in UTF-8', () => {
    expect(secretOf(requestOf('ws://host/', 'CP1', 'pä$&ss:1'))).toBe('CP1:pä$&ss:1');
    expect(secretOf(requestOf('ws://me:secret@host/', 'CP1', 'own'))).toBe('me:secret');
    expect(secretOf(requestOf('ws://{id}:all@host/', '$&', 'own'))).toBe('$&:all');
  });

  test('an identity with $& is not a replacement pattern', () => {
    const request = requestOf('ws://host/', 'a$&b', '', 'http://{id}');
    expect(headerOf(request, 'Origin')).toBe('http://a$&b');
  });

  test('is one request, whatever the identity and the password are', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]{1,25}$/), fc.string(), (identity, password) => {
        const lines = requestOf('wss://h:8443/o/{id}', identity, password, 'http://x').split(
          '\r\n',
        );
        expect(lines.slice(-2)).toEqual(['', '']);
        expect(lines).toHaveLength(password === '' ? 10 : 11);
        const path = /^GET \/o\/([^ /?#]+) HTTP\/1\.1$/.exec(lines[0])?.[1] ?? '';
        expect(decodeURIComponent(path)).toBe(identity);
      }),
    );
  });
});

test('the accept value of the RFC', () => {
  // RFC 6455, 1.3.
  expect(acceptFor('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

const GOOD: Readonly<Record<string, string>> = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Accept': acceptFor(KEY),
  'Sec-WebSocket-Protocol': 'ocpp1.6',
};

function answer(status: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [status, ...lines, '', ''].join('\r\n');
}
const upgrade = (changes: Readonly<Record<string, string>>) =>
  answer('HTTP/1.1 101 Switching Protocols', { ...GOOD, ...changes });
const without = (name: string) => {
  const { [name]: _, ...rest } = GOOD;
  return answer('HTTP/1.1 101 Switching Protocols', rest);
};
const read = (text: string): UpgradeAnswer =>
  readUpgradeAnswer(Buffer.from(text, 'latin1'), KEY, NOW_MS);

describe('an upgrade', () => {
  const upgraded = (text: string) =>
    expect(read(text)).toEqual({ kind: 'upgraded', headerBytes: text.length });

  test('as in the log', () => {
    const start = log.findIndex((line) => line.includes('HTTP/1.1 101'));
    const end = log.findIndex((line, i) => i > start && line.startsWith('//'));
    const lines = log.slice(start, end).map((line) => line.replace('receive data: ', ''));
    upgraded([...lines, '', ''].join('\r\n'));
  });

  test.each([
    ['plain', upgrade({})],
    ['in any case', upgrade({ Upgrade: 'WebSocket', Connection: 'upgrade' })],
    ['with more connection options', upgrade({ Connection: 'keep-alive , Upgrade' })],
    ['with other headers', upgrade({ Server: 'a: b', Date: 'x', 'X-Empty': '' })],
    ['without a reason', answer('HTTP/1.1 101', GOOD)],
  ])('%s', (_, text) => upgraded(text));

  test('frames begin where the headers end', () => {
    const text = upgrade({});
    expect(read(`${text}\x81\x00`)).toEqual({ kind: 'upgraded', headerBytes: text.length });
  });

  test('is incomplete at every byte before the last', () => {
    const text = upgrade({});
    for (let end = 0; end < text.length; end++) {
      expect(read(text.slice(0, end))).toEqual({ kind: 'incomplete' });
    }
  });
});

describe('a refusal', () => {
  const failed = (text: string, reason: string, detail?: string) =>
    expect(read(text)).toMatchObject({ kind: 'failed', reason, ...(detail ? { detail } : {}) });

  test.each([
    ['a wrong accept', upgrade({ 'Sec-WebSocket-Accept': acceptFor('other') }), 'notWebSocket'],
    ['no accept', without('Sec-WebSocket-Accept'), 'notWebSocket'],
    ['an extension', upgrade({ 'sec-websocket-extensions': 'x' }), 'notWebSocket'],
    ['no Upgrade', without('Upgrade'), 'notWebSocket'],
    ['another Upgrade', upgrade({ Upgrade: 'h2c' }), 'notWebSocket'],
    ['no Connection', without('Connection'), 'notWebSocket'],
    ['another Connection', upgrade({ Connection: 'close' }), 'notWebSocket'],
    ['no sub-protocol', without('Sec-WebSocket-Protocol'), 'subprotocol'],
    ['another one', upgrade({ 'Sec-WebSocket-Protocol': 'ocpp2.0.1' }), 'subprotocol'],
    ['several', upgrade({ 'Sec-WebSocket-Protocol': 'ocpp1.6, ocpp2.0.1' }), 'subprotocol'],
  ])('%s', (_, text, reason) => failed(text, reason));

  test('names the sub-protocol that came', () => {
    failed(upgrade({ 'Sec-WebSocket-Protocol': 'ocpp2.0.1' }), 'subprotocol', 'ocpp2.0.1');
    failed(without('Sec-WebSocket-Protocol'), 'subprotocol', 'none');
  });

  test.each([
    ...[400, 401, 403, 404, 429, 500, 502, 503].map((status) => [status, `http${status}`]),
    ...[402, 405, 410, 499].map((status) => [status, 'http4xx']),
    ...[501, 504, 599].map((status) => [status, 'http5xx']),
    ...[301, 302, 307, 308].map((status) => [status, 'redirect']),
    ...[100, 200, 204, 600].map((status) => [status, 'notWebSocket']),
  ])('HTTP %i is %s', (status, reason) => {
    failed(answer(`HTTP/1.1 ${status} Why`, {}), String(reason), `HTTP/1.1 ${status} Why`);
    // Old proxies answer in HTTP/1.0.
    failed(answer(`HTTP/1.0 ${status} Why`, {}), String(reason));
    expect(CONNECT_FAILURES).toContain(reason);
  });

  test('with Retry-After says when', () => {
    const text = answer('HTTP/1.1 503 Busy', { 'retry-after': '120' });
    failed(text, 'http503', 'HTTP/1.1 503 Busy, Retry-After: 120');
  });

  test('is not heard before its headers end', () => {
    const text = answer('HTTP/1.1 401 Unauthorized', { 'WWW-Authenticate': 'Basic' });
    for (let end = 0; end < text.length; end++)
      expect(read(text.slice(0, end)).kind).toBe('incomplete');
    failed(`${text}<html>go away</html>`, 'http401');
  });
});

describe('what is not HTTP', () => {
  test.each([
    '220 smtp.example ESMTP\r\n',
    'h',
    'HTTX',
    '\x16\x03\x01',
    '\x81\x00',
    'HTTP 1.1 101',
  ])('%j', (text) => {
    const detail = 'the answer is not HTTP';
    expect(read(text)).toMatchObject({ kind: 'failed', reason: 'notWebSocket', detail });
  });

  test.each(['HTTP/2 101', 'HTTP/1.1 1O1 x', 'HTTP/1.1', 'HTTP/1.1  101 x', 'HTTP/1.1 1010 x'])(
    '%s',
    (line) =>
      expect(read(answer(line, GOOD))).toMatchObject({ reason: 'notWebSocket', detail: line }),
  );

  test('headers without an end', () => {
    const head = `HTTP/1.1 101 x\r\nX: ${'y'.repeat(16_384 - 19)}`;
    expect(head).toHaveLength(16_384);
    expect(read(head).kind).toBe('incomplete');
    const detail = 'more than 16384 bytes of headers';
    expect(read(`${head}y`)).toMatchObject({ kind: 'failed', reason: 'notWebSocket', detail });
  });

  test('any bytes are judged without a throw, and split anywhere judged the same', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((all) => Buffer.from(all)),
      fc.string().map((text) => Buffer.from(answer(`HTTP/1.1 101 ${text}`, { ...GOOD, X: text }))),
    );
    fc.assert(
      fc.property(bytes, (all) => {
        const judged = readUpgradeAnswer(all, KEY, NOW_MS);
        for (let end = 0; end < all.length; end++) {
          const early = readUpgradeAnswer(all.subarray(0, end), KEY, NOW_MS);
          // A verdict that came early is not taken back.
          if (early.kind === 'failed') expect(judged).toEqual(early);
        }
      }),
    );
  });
});

describe('Retry-After', () => {
  const DATE = 'Mon, 09 Nov 2026 09:00:00 GMT';
  test.each([
    ['0', undefined, 0],
    ['120', DATE, 120],
    ['86401', undefined, 86_400],
    ['99999999999999999999', undefined, 86_400],
    ['Mon, 09 Nov 2026 09:01:30 GMT', DATE, 90],
    ['Mon, 09 Nov 2026 08:59:59 GMT', DATE, 0],
    ['Tue, 09 Nov 2027 09:00:00 GMT', DATE, 86_400],
    // Without a readable Date our own clock counts: it is 10:00.
    ['Mon, 09 Nov 2026 10:00:07 GMT', undefined, 7],
    ['Mon, 09 Nov 2026 10:00:07 GMT', 'today', 7],
    ['Monday, 09-Nov-26 10:00:08 GMT', undefined, 8],
    [undefined, DATE, Number.NaN],
    ['', DATE, Number.NaN],
    ['-5', DATE, Number.NaN],
    ['1.5', DATE, Number.NaN],
    ['5 s', DATE, Number.NaN],
    ['soon', DATE, Number.NaN],
    ['2026-11-09T09:01:00Z', DATE, Number.NaN],
    ['Mon, 99 Nov 2026 09:01:30 GMT', DATE, Number.NaN],
  ])('%s, Date %s', (text, date, seconds) =>
    expect(readRetryAfter(text, date, NOW_MS)).toBe(seconds),
  );

  test('is NaN or from 0 to a day, whatever the target writes', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (text, date) => {
        const seconds = readRetryAfter(text, date, NOW_MS);
        if (!Number.isNaN(seconds)) {
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(seconds).toBeLessThanOrEqual(86_400);
        }
      }),
    );
  });

  test('comes with the answer of whatever status', () => {
    const of = (status: number) => answer(`HTTP/1.1 ${status} x`, { 'retry-after': '3' });
    for (const status of [429, 503, 301])
      expect(read(of(status))).toMatchObject({ retryAfterS: 3 });
    expect(read(answer('HTTP/1.1 503 x', {}))).toMatchObject({ retryAfterS: Number.NaN });
    expect(read('no HTTP')).toMatchObject({ retryAfterS: Number.NaN });
  });
});
