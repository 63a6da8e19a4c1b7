import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { send, withoutCredentials } from '../../src/prometheus/send.ts';

let server: http.Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function serverThat(answer: RequestListener): Promise<string> {
  server = http.createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const parcel = (url: string, withinMs = 20_000) => ({
  ...({ method: 'PUT', url, headers: { 'Content-Type': 'text/plain' } } as const),
  ...{ body: Buffer.from('hello'), signal: AbortSignal.timeout(withinMs) },
});

describe('send', () => {
  test('sends it, with credentials of the URL as a header', async () => {
    let seen: IncomingMessage | null = null;
    let body = '';
    const host = await serverThat(async (request, response) => {
      seen = request;
      for await (const chunk of request) body += chunk;
      response.writeHead(202).end('fine');
    });
    expect(await send(parcel(`http://me:p%40ss@${host}/a?b=c`))).toBeNull();
    expect(seen).toMatchObject({ method: 'PUT', url: '/a?b=c' });
    const { authorization } = (seen as unknown as IncomingMessage).headers;
    expect(authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(body).toBe('hello');
  });

  test.each([
    [400, false],
    [302, false],
    [429, true],
    [503, true],
  ])('%i is told, with what was said', async (status, passing) => {
    const host = await serverThat((_, response) => {
      response.writeHead(status, { Location: '/there' }).end('no\u001b[31m http://u:secret@h/');
    });
    expect(await send(parcel(`http://${host}`))).toEqual({
      ...{ problem: `it answered ${status}: no http://h/`, passing },
    });
  });

  test('an endless answer is not read', async () => {
    const host = await serverThat((_, response) => {
      response.writeHead(500);
      const more = () => response.write('x'.repeat(10_000));
      response.on('drain', more);
      more();
    });
    const failure = await send(parcel(`http://${host}`));
    expect(failure?.problem.length).toBeLessThan(230);
  });

  test('who does not answer is given up', async () => {
    const host = await serverThat(() => {});
    const failure = await send(parcel(`http://${host}`, 50));
    expect(failure).toEqual({ problem: 'it did not answer in time', passing: true });
  });

  test('who stops in the middle of an answer is given up', async () => {
    const host = await serverThat((_, response) => {
      response.writeHead(500).flushHeaders();
    });
    const failure = await send(parcel(`http://${host}`, 200));
    expect(failure).toEqual({ problem: 'it did not answer in time', passing: true });
  });

  test('nobody there', async () => {
    const host = await serverThat(() => {});
    server?.close();
    const failure = await send(parcel(`http://me:secret@${host}`));
    expect(failure).toEqual({ problem: 'nothing listens there', passing: true });
  });

  test('a port that fetch refuses, and no TLS where it should be', async () => {
    expect(await send(parcel('http://127.0.0.1:6000'))).toMatchObject({
      problem: 'Node sends nothing to a port that is kept for another protocol',
    });
    const host = await serverThat((_, response) => response.end());
    expect(await send(parcel(`https://${host}`))).toMatchObject({
      problem: 'it speaks no TLS; try http://',
    });
  });
});

test('withoutCredentials', () => {
  expect(withoutCredentials('https://h:1/x')).toEqual({ bare: 'https://h:1/x', authorization: '' });
  expect(withoutCredentials('http://a%zz@h/')).toMatchObject({ bare: 'http://h/' });
});
