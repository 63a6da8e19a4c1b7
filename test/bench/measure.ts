/** Measures the process that it runs in. */
import { readFileSync } from 'node:fs';
import { GCProfiler, getHeapStatistics } from 'node:v8';
import type { Measured, Workload } from './workload.ts';

/** How a client plays a workload; `calls` counts answers. */
export interface Client {
  connectAll(): Promise<void>;
  /** Begins to send; not called for `idle` and `storm`. */
  start(): void;
  calls(): number;
  /** Called when the window begins: what `latenessP99Ms` is about. */
  beginWindow?(): void;
  /** Called before the window ends: what is still owed for it. */
  endWindow?(): void;
  latenessP99Ms(): number | null;
}

/** Plays the workload given as the first argument and prints what was measured. */
export async function measureThisProcess(make: (workload: Workload) => Client): Promise<never> {
  const workload: Workload = JSON.parse(process.argv[2]);
  const measured = await measure(workload, make(workload));
  process.stdout.write(`${JSON.stringify(measured)}\n`);
  process.exit();
}

async function measure(workload: Workload, client: Client): Promise<Measured> {
  const rssBefore = await settledRssBytes(workload);
  const connectAtMs = performance.now();
  await client.connectAll();
  const readyMs = performance.now() - connectAtMs;
  const rssBytes = (await settledRssBytes(workload)) - rssBefore;
  if (workload.kind === 'closed' || workload.kind === 'paced') client.start();
  await sleep(workload.warmupS);

  client.beginWindow?.();
  const stopAllocation = startAllocation();
  const mainBefore = mainThreadUs();
  const cpuBefore = process.cpuUsage();
  const callsBefore = client.calls();
  await sleep(workload.windowS);
  while (client.calls() - callsBefore < workload.windowCalls) await sleep(0.05);
  const calls = client.calls() - callsBefore;
  client.endWindow?.();
  const { user, system } = process.cpuUsage(cpuBefore);
  const mainAfter = mainThreadUs();
  return {
    calls,
    cpuUs: user + system,
    mainUs: mainBefore === null || mainAfter === null ? null : mainAfter - mainBefore,
    rssBytes,
    allocatedBytes: stopAllocation(),
    latenessP99Ms: client.latenessP99Ms(),
    readyMs,
  };
}

/** After two collections and a rest; only `idle` takes that time. */
async function settledRssBytes(workload: Workload): Promise<number> {
  if (workload.kind === 'idle') {
    for (let i = 0; i < 2; i++) {
      globalThis.gc?.();
      await sleep(0.2);
    }
  }
  return process.memoryUsage.rss();
}

/** Counts heap allocation until the returned function is called: what each collection found new. */
export function startAllocation(): () => number {
  const profiler = new GCProfiler();
  profiler.start();
  const startBytes = getHeapStatistics().used_heap_size;
  return () => {
    const endBytes = getHeapStatistics().used_heap_size;
    let allocatedBytes = 0;
    let afterBytes = startBytes;
    for (const { beforeGC, afterGC } of profiler.stop()?.statistics ?? []) {
      allocatedBytes += beforeGC.heapStatistics.usedHeapSize - afterBytes;
      afterBytes = afterGC.heapStatistics.usedHeapSize;
    }
    return allocatedBytes + endBytes - afterBytes;
  };
}

export const sleep = (s: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, s * 1000));

/** Runs `connectOne(i)` for all i, at most `limit` at once. */
export async function connectInTurn(
  count: number,
  limit: number,
  connectOne: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await connectOne(next++);
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
}

/** Handshakes under way at once, as ours by default. */
export const HANDSHAKES = 256;

export function upgradeRequest(port: number, i: number): string {
  const identity = `21032521${String(i + 1).padStart(8, '0')}`;
  const credentials = Buffer.from(`${identity}:12345678`).toString('base64');
  return (
    `GET /${identity} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
    `Authorization: Basic ${credentials}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    'Sec-WebSocket-Key: UWR0SXNETGFNRjM0dVJMNg==\r\n' +
    'Sec-WebSocket-Protocol: ocpp1.6\r\nSec-WebSocket-Version: 13\r\n\r\n'
  );
}

/** Time on a processor so far: the first number of the thread's `schedstat`, in nanoseconds. */
function mainThreadUs(): number | null {
  try {
    const [onCpuNs] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
    return Number(onCpuNs) / 1000;
  } catch {
    return null;
  }
}
