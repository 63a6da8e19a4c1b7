/** A real Prometheus for tests: a configuration in, answers to PromQL out. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface PrometheusOptions {
  /** `prometheus.yml`; default: nothing is scraped. */
  readonly config?: string;
  /** Other files beside it, by name: rules. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default true. */
  readonly nativeHistograms?: boolean;
  /** Takes what `--remote-write` sends, at `url/api/v1/write`. */
  readonly remoteWriteReceiver?: boolean;
}

export interface Prometheus {
  readonly url: string;
  /** An instant query, now or at a time in seconds since 1970. */
  query(promql: string, atS?: number): Promise<Series[]>;
  queryRange(promql: string, range: Range): Promise<RangeSeries[]>;
  /** Any other path of its HTTP API, such as `/api/v1/rules`: the `data` of the answer. */
  api(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** NaN for a native histogram: ask for a quantile of it. */
  readonly value: number;
}
export interface RangeSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly { readonly atS: number; readonly value: number }[];
}
export interface Range {
  readonly startS: number;
  readonly endS: number;
  readonly stepS: number;
}

const READY_WITHIN_MS = 30_000;
const NOTHING = 'global:\n  scrape_interval: 1s\n';

/** In a folder of its own, on a free port of 127.0.0.1. Call `stop`, whatever happens. */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  const { nativeHistograms = true, remoteWriteReceiver = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-prometheus-'));
  writeFileSync(join(folder, 'prometheus.yml'), options.config ?? NOTHING);
  for (const [name, text] of Object.entries(options.files ?? {})) {
    writeFileSync(join(folder, name), text);
  }
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = spawn('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
    ...(nativeHistograms ? ['--enable-feature=native-histograms'] : []),
    ...(remoteWriteReceiver ? ['--web.enable-remote-write-receiver'] : []),
  ]);
  const said: string[] = [];
  program.stderr.on('data', (text) => said.push(String(text)));
  const stop = async () => {
    await ended(program);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(url, program);
  } catch (error) {
    await stop();
    throw new Error(`prometheus did not start: ${said.slice(-5).join('')}`, { cause: error });
  }
  const api = (path: string) => dataOf(url, path);
  return {
    ...{ url, api, stop },
    async query(promql, atS) {
      const time = atS === undefined ? '' : `&time=${atS}`;
      return vectorOf(await api(`/api/v1/query?query=${encodeURIComponent(promql)}${time}`));
    },
    async queryRange(promql, { startS, endS, stepS }) {
      const range = `&start=${startS}&end=${endS}&step=${stepS}`;
      return matrixOf(await api(`/api/v1/query_range?query=${encodeURIComponent(promql)}${range}`));
    },
  };
}

/** A configuration that scrapes `host:port` each second. */
export const scrapeConfig = (target: string): string =>
  `global:
  scrape_interval: 1s
  evaluation_interval: 1s
scrape_configs:
  - job_name: ocpp-load
    static_configs:
      - targets: ['${target}']
`;

async function ready(url: string, program: ChildProcess): Promise<void> {
  let failed: Error | null = null;
  program.once('error', (error) => (failed = error));
  const endMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < endMs) {
    if (failed) throw failed;
    if (program.exitCode !== null) throw new Error(`it ended with ${program.exitCode}`);
    const response = await fetch(`${url}/-/ready`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await sleep(50);
  }
  throw new Error('it was not ready in time');
}

async function ended(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.pid === undefined) return;
  const gone = once(program, 'exit');
  program.kill('SIGKILL');
  await gone;
}

async function dataOf(url: string, path: string): Promise<unknown> {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(READY_WITHIN_MS) });
  const { status, data, error } = (await response.json()) as Readonly<Record<string, unknown>>;
  if (status !== 'success') throw new Error(`${path}: ${String(error)}`);
  return data;
}

type Pair = readonly [number, string];

/** A scalar is a series without labels. */
function vectorOf(data: unknown): Series[] {
  const { resultType, result } = data as { resultType: string; result: unknown };
  if (resultType === 'scalar') return [{ metric: {}, value: numberOf((result as Pair)[1]) }];
  const series = result as { metric: Record<string, string>; value?: Pair }[];
  return series.map(({ metric, value }) => ({ metric, value: numberOf(value?.[1]) }));
}

function matrixOf(data: unknown): RangeSeries[] {
  const { result } = data as { result: { metric: Record<string, string>; values?: Pair[] }[] };
  return result.map(({ metric, values = [] }) => ({
    metric,
    values: values.map(([atS, value]) => ({ atS, value: numberOf(value) })),
  }));
}

/** As Prometheus writes numbers: `+Inf`, `-Inf`, `NaN` too. */
const numberOf = (text: string | undefined) => Number(text?.replace('Inf', 'Infinity'));
