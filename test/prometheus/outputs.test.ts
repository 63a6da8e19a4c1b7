import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/fleet/result.ts';
import { type Outputs, openOutputs } from '../../src/prometheus/outputs.ts';
import type { OutputSettings } from '../../src/prometheus/settings.ts';
import type { ResultHeader } from '../../src/result/types.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { intervalOf, planOf } from './readings.ts';

const NONE = { listen: null, boundsS: undefined, pushGateway: null, remoteWrite: null };
const RESULT = {
  ...{ rampS: 0, warmupS: 0, steadyS: 1, drainS: 0, thresholds: [] },
  ...{ plan: planOf(), snapshot: emptySnapshot(2) },
  verdict: { trust: 'VALID', findings: [] },
} as unknown as RunResult;
const HEADER = {
  ...{ target: { kind: 'external', url: 'ws://h/{id}' }, tool: '1', workers: 1 },
  runId: 'a',
} as unknown as ResultHeader;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function open(settings: Partial<OutputSettings>) {
  const said: string[] = [];
  const outputs: Outputs = await openOutputs({ ...NONE, ...settings }, (text) => said.push(text));
  closing.push(outputs.close);
  return { outputs, said };
}

/** Takes connections, reads, and never says a word. */
async function silentServer() {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket.on('error', () => {}).resume());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port };
}

describe('--metrics', () => {
  test('says where it listens, and whether others can read it', async () => {
    const here = await open({ listen: { host: '127.0.0.1', port: 0 } });
    expect(here.said).toEqual([
      expect.stringMatching(/^metrics for Prometheus: http:\/\/127\.0\.0\.1:\d+\/metrics$/),
    ]);
    const all = await open({ listen: { host: '0.0.0.0', port: 0 } });
    expect(all.said[0]).toMatch(/\/metrics \(reachable from other machines\)$/);
  });

  test('a busy port is an error', async () => {
    const { port } = await silentServer();
    await expect(open({ listen: { host: '127.0.0.1', port } })).rejects.toThrow(
      `--metrics: cannot listen on 127.0.0.1:${port}: somebody listens there already`,
    );
  });
});

test('a gateway whose URL has the path that is added is told so', async () => {
  const { outputs } = await open({ pushGateway: 'http://127.0.0.1:6000/metrics' });
  outputs.start(HEADER, planOf());
  await outputs.end(RESULT);
  expect(outputs.errors()[0].hint).toMatch(/^\/metrics is added to the URL: leave it out/);
});

describe('receivers that take everything and never answer', () => {
  test('hold up no interval, and the end for some seconds', async () => {
    const { port } = await silentServer();
    const url = `http://me:secret@127.0.0.1:${port}`;
    const { outputs, said } = await open({ pushGateway: url, remoteWrite: `${url}/write` });
    outputs.start(HEADER, planOf());
    const interval = intervalOf(emptySnapshot(2));
    for (let s = 0; s < 100; s += 5) outputs.interval({ ...interval, fromS: s, toS: s + 5 });
    expect(said).toEqual([]);
    await outputs.end(RESULT);
    expect(said).toEqual([
      `--remote-write http://127.0.0.1:${port}/write: 21 of 21 writes were not delivered ` +
        '(it did not answer in time)',
    ]);
    expect(outputs.errors().map(({ message }) => message)).toEqual([
      `--push-gateway http://127.0.0.1:${port}: it did not answer in time`,
    ]);
  });
});
