import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpService } from '../../src/http/server.ts';
import { serveMetrics } from '../../src/prometheus/endpoint.ts';
import type { Exporter } from '../../src/prometheus/exporter.ts';
import { exporterOf, fullSnapshot, intervalOf, planOf } from './readings.ts';

let service: HttpService | null = null;
afterEach(() => service?.close());

async function serve(exporter: Exporter | null): Promise<string> {
  service = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => exporter);
  return service.url;
}

function exporter(): Exporter {
  const exporter = exporterOf(planOf());
  exporter.interval(intervalOf(fullSnapshot(2)));
  return exporter;
}

const PROTOBUF =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

describe('the endpoint', () => {
  test('has each format for who asks for it', async () => {
    const url = `${await serve(exporter())}/metrics`;
    const get = (accept: string) => fetch(url, { headers: { Accept: accept } });
    const text = await get('*/*');
    expect(text.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await text.text()).toContain('\nocpp_connects_total{run_id="a-run"}');
    const open = await get('application/openmetrics-text');
    expect(open.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1/);
    expect(await open.text()).toMatch(/\nnodejs_version_info\{.*\n# EOF\n$/);
    const protobuf = await get(PROTOBUF);
    expect(protobuf.headers.get('content-type')).toMatch(/^application\/vnd\.google\.protobuf;/);
    expect((await protobuf.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  });

  test('says where the metrics are, and that there are no others', async () => {
    const url = await serve(exporter());
    const get = async (path: string, method = 'GET') => {
      const response = await fetch(url + path, { method });
      return { status: response.status, text: await response.text() };
    };
    expect(await get('/')).toMatchObject({
      status: 200,
      text: expect.stringContaining('/metrics'),
    });
    expect(await get('/x')).toMatchObject({ status: 404 });
    expect(await get('/metrics?x=y')).toMatchObject({ status: 200 });
    expect(await get('/metrics', 'HEAD')).toEqual({ status: 200, text: '' });
    expect(await get('/metrics', 'POST')).toMatchObject({ status: 405 });
  });

  test('has nothing before the run', async () => {
    const response = await fetch(`${await serve(null)}/metrics`);
    expect(response.status).toBe(503);
  });
});

describe('a bad scraper', () => {
  const REQUEST = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n';

  async function connect(): Promise<net.Socket> {
    const url = new URL(await serve(exporter()));
    const socket = net.connect(Number(url.port), url.hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  test('that sends byte by byte gets its answer', async () => {
    const socket = await connect();
    for (const byte of REQUEST) {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    const [data] = await once(socket, 'data');
    expect(String(data)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    socket.destroy();
  });

  test('that never reads keeps nobody else waiting, and close does not wait for it', async () => {
    const socket = await connect();
    socket.pause();
    for (let i = 0; i < 200; i++) socket.write(REQUEST);
    await sleep(20);
    const response = await fetch(`${service?.url}/metrics`);
    expect(response.status).toBe(200);
    await response.text();
    const closed = once(socket, 'close');
    service?.close();
    socket.resume();
    await closed;
  });
});
