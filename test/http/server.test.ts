import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Handler,
  type HttpService,
  isOurName,
  plain,
  serveHttp,
} from '../../src/http/server.ts';

let service: HttpService | null = null;
afterEach(() => service?.close());

const LOOPBACK = { host: '127.0.0.1', port: 0 };
async function serve(handle: Handler): Promise<HttpService> {
  service = await serveHttp(LOOPBACK, '--metrics', handle);
  return service;
}

function get(url: string, headers: http.OutgoingHttpHeaders = {}) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    http
      .get(url, { headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
      .on('error', reject);
  });
}

describe('serveHttp', () => {
  test('answers on the port it took', async () => {
    const { url, address } = await serve((_, response) => plain(response, 200, 'hello'));
    expect(url).toBe(`http://127.0.0.1:${address.port}`);
    expect(await get(url)).toEqual({ status: 200, text: 'hello' });
  });

  test('a port that is taken is an error with what to do', async () => {
    const { address } = await serve(() => {});
    await expect(serveHttp(address, '--ui', () => {})).rejects.toMatchObject({
      name: 'UserError',
      message: `--ui: cannot listen on 127.0.0.1:${address.port}: somebody listens there already`,
      hint: expect.stringContaining('another port'),
    });
  });

  test('an IPv6 address that took its port for a part of it is told of brackets', async () => {
    const wanted = { host: '::1:9464', port: 9464 };
    await expect(serveHttp(wanted, '--ui', () => {})).rejects.toMatchObject({
      hint: expect.stringContaining('stands in brackets: [::1]:9464'),
    });
  });

  test('a name that is not ours is refused: a page of a stranger may not read us', async () => {
    const { url } = await serve((_, response) => plain(response, 200, 'secret'));
    const { status, text } = await get(url, { host: 'evil.example:80' });
    expect([status, text]).toEqual([421, expect.not.stringContaining('secret')]);
  });

  test('a handler that throws is a 500, and the next request is answered', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/bad') throw new Error('broken');
      plain(response, 200, 'fine');
    });
    expect((await get(`${url}/bad`)).status).toBe(500);
    expect((await get(url)).text).toBe('fine');
  });

  test('close cuts off who reads nothing', async () => {
    const { address } = await serve((_, response) => {
      response.write('x'.repeat(1 << 22));
    });
    const socket = net.connect(address.port, '127.0.0.1').on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.pause();
    await once(socket, 'connect');
    service?.close();
    socket.resume();
    await closed;
  });
});

describe('isOurName', () => {
  const is = (header: string | undefined, host = '127.0.0.1') => isOurName(header, { host });
  test('addresses, localhost and the bound name', () => {
    for (const header of ['127.0.0.1:80', '10.1.2.3', '[::1]:80', 'LOCALHOST:1', 'localhost']) {
      expect(is(header), header).toBe(true);
    }
    expect(is('load.example:80', 'load.example')).toBe(true);
  });

  test('nothing else', () => {
    for (const header of [undefined, '', 'evil.example', 'localhost.evil.example', '[evil]:80']) {
      expect(is(header), String(header)).toBe(false);
    }
  });
});
