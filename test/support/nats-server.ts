/** A real NATS server for tests, which can be stopped and started again, and a line to cut. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterFile } from '../e2e/cleanup.ts';
import { freePort } from './free-port.ts';

export interface NatsServer {
  /** `nats://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  /** For files that its configuration names. */
  readonly folder: string;
  /** Without a goodbye with SIGKILL; with one by default. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** On the same port, with what it has stored. */
  start(): Promise<void>;
}

export interface NatsServerOptions {
  /** More of its configuration file: accounts, permissions, TLS. */
  readonly config?: string;
  /** Default true. */
  readonly jetstream?: boolean;
}

const READY_WITHIN_MS = 20_000;
/** Where Debian has it is not on every PATH. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/** For `describeWith(['nats-server'], ...)`; on a free port of 127.0.0.1, gone after the file. */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-nats-'));
  const port = await freePort();
  const file = join(folder, 'server.conf');
  const store = `jetstream { store_dir: "${folder}", max_file_store: 3GB, max_memory_store: 64MB }`;
  writeFileSync(
    file,
    [
      `listen: "127.0.0.1:${port}"`,
      options.jetstream === false ? '' : store,
      options.config ?? '',
    ].join('\n'),
  );
  let program: ChildProcess | null = null;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (program === null || program.exitCode !== null || program.signalCode !== null) return;
    program.kill(signal);
    await once(program, 'exit');
  };
  const start = async () => {
    program = spawn('nats-server', ['-c', file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    await ready(program);
  };
  afterFile(async () => {
    await stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return { url: `nats://127.0.0.1:${port}`, port, folder, stop, start };
}

async function ready(program: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`nats-server ${why}: ${said.slice(-2000)}`));
    const limit = setTimeout(() => fail('is not ready'), READY_WITHIN_MS);
    program.on('error', reject);
    program.on('exit', () => fail('ended'));
    program.stderr!.on('data', (text) => {
      said += text;
      if (!said.includes('Server is ready')) return;
      clearTimeout(limit);
      resolve();
    });
  });
  program.removeAllListeners('exit');
}

/** Between one client and the server. */
export interface Line {
  readonly url: string;
  /** Ends what is connected, and lets nobody in. */
  cut(): void;
  /** Carries nothing any more and says nothing, as a cable that is pulled. */
  freeze(): void;
  /** For new connections: one that was frozen stays so. */
  heal(): void;
}

export async function lineTo(port: number): Promise<Line> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'up' | 'cut' | 'frozen' = 'up';
  const server = net.createServer((client) => {
    client.on('error', () => {});
    if (state === 'cut') return void client.destroy();
    // Whoever comes while it is frozen hears nothing either.
    if (state === 'frozen') return void client.pause();
    const upstream = net.connect(port, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed()]) {
      from.pipe(to);
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
  });
  const destroyAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  afterFile(() => {
    state = 'cut';
    destroyAll();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      state = 'cut';
      destroyAll();
    },
    freeze: () => {
      state = 'frozen';
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).pause();
        upstream.unpipe(client).pause();
      }
    },
    heal: () => {
      state = 'up';
    },
  };
}
