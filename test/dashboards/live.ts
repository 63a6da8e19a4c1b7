/** Real runs of the real program, which real Prometheuses scrape each second or are written to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import type { Range } from '../support/prometheus.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { fileText } from './reading.ts';

const CLI = fileURLToPath(new URL('../e2e/cli.ts', import.meta.url));
const SCENARIO = fileURLToPath(new URL('busy.ts', import.meta.url));
const LIMIT_MS = 150_000;
/** The last scrape, and the rules that look at it. */
const SETTLED_MS = 2_500;

export interface Watched {
  /** Where runs are to serve their metrics. */
  readonly address: string;
  /** Knows native histograms. */
  readonly native: Prometheus;
  /** Knows buckets only. */
  readonly classic: Prometheus;
  /** Scrapes nothing: runs write to it, with what is known when they are over. */
  readonly written: Prometheus;
  stop(): Promise<void>;
}

/** All with the configuration and the rules that people get, but for the address. */
export async function watch(): Promise<Watched> {
  const address = `127.0.0.1:${await freePort()}`;
  const config = fileText('prometheus.yml')
    .replace('127.0.0.1:9464', address)
    .replaceAll('rules/', '');
  const files = {
    'recording.yml': fileText('rules/recording.yml').replace('interval: 5s', 'interval: 1s'),
    'alerts.yml': fileText('rules/alerts.yml'),
  };
  const [native, classic, written] = await Promise.all([
    startPrometheus({ config, files }),
    startPrometheus({ config, files, nativeHistograms: false }),
    startPrometheus({
      config: config.replace(/scrape_configs:.*/s, ''),
      ...{ files, remoteWriteReceiver: true },
    }),
  ]);
  const stop = async () => {
    await Promise.all([native, classic, written].map((each) => each.stop()));
  };
  return { address, native, classic, written, stop };
}

export interface LiveRun {
  readonly exitCode: number | null;
  readonly stderr: string;
  /** From before its start until after its end. */
  readonly range: Range;
}

/** Runs busy.ts with `env`, until it has ended and was scraped. */
export async function liveRun(
  { address, written }: Watched,
  runId: string,
  env: Readonly<Record<string, string>> = {},
): Promise<LiveRun> {
  const startS = Math.floor(Date.now() / 1000);
  const metrics = ['--metrics', address, '--remote-write', `${written.url}/api/v1/write`];
  const args = ['run', SCENARIO, ...metrics, '--run-id', runId, '--seed', '5'];
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LIMIT_MS,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const [exitCode] = await once(child, 'close');
  await sleep(SETTLED_MS);
  const endS = Math.ceil(Date.now() / 1000);
  return { exitCode, stderr, range: { startS, endS, stepS: 1 } };
}
