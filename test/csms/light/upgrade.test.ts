import { describe, expect, test } from 'vitest';
import { readUpgrade } from '../../../src/csms/light/upgrade.ts';

/** The example of RFC 6455, 1.3, with changes: null leaves a header out. */
function request(changes: Readonly<Record<string, string | null>> = {}, path = '/ocpp/cp%201') {
  const headers: Record<string, string | null> = {
    Host: 'server.example.com',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'ocpp1.6',
    'Sec-WebSocket-Version': '13',
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

const read = (text: string) => readUpgrade(Buffer.from(text, 'latin1'));

test('the example of the standard', () => {
  const text = request();
  expect(read(`${text}more`)).toEqual({
    kind: 'accepted',
    headBytes: text.length,
    identity: 'cp 1',
    answer: expect.stringContaining('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n'),
  });
  for (const end of [0, 1, 20, text.length - 1]) {
    expect(read(text.slice(0, end))).toEqual({ kind: 'incomplete' });
  }
});

test('names of headers in any case, several sub-protocols in any way', () => {
  const offers = { 'Sec-WebSocket-Protocol': null, 'sec-websocket-protocol': 'ocpp2.0.1, ocpp1.6' };
  expect(read(request(offers)).kind).toBe('accepted');
  const two = { 'Sec-WebSocket-Protocol': 'ocpp2.0.1', 'sec-websocket-protocol': 'ocpp1.6' };
  expect(read(request(two)).kind).toBe('accepted');
});

describe('is refused', () => {
  test.each<[string, string, number]>([
    ['no GET', request().replace('GET', 'POST'), 400],
    ['HTTP/1.0', request().replace('HTTP/1.1', 'HTTP/1.0'), 400],
    ['no HTTP at all', '\x16\x03\x01\r\n\r\n', 400],
    ['no upgrade', request({ Upgrade: null }), 426],
    ['another upgrade', request({ Upgrade: 'h2c' }), 426],
    ['no key', request({ 'Sec-WebSocket-Key': null }), 426],
    ['a short key', request({ 'Sec-WebSocket-Key': 'abc' }), 426],
    ['another version', request({ 'Sec-WebSocket-Version': '8' }), 426],
    ['no identity', request({}, '/'), 404],
    ['a broken identity', request({}, '/%'), 404],
    ['no sub-protocol', request({ 'Sec-WebSocket-Protocol': null }), 400],
    ['another sub-protocol', request({ 'Sec-WebSocket-Protocol': 'ocpp2.0.1' }), 400],
    ['a long head', request({ Cookie: 'c'.repeat(16_384) }), 431],
    ['an endless head', 'G'.repeat(16_385), 431],
  ])('%s', (_, text, status) => {
    expect(read(text)).toMatchObject({ kind: 'refused', refusal: { status } });
  });
});
