/**
 * What Node says of this process. Names and meanings are those of the client library's default
 * metrics, which cost several times what all of a run's do: it watches much more, all the time.
 */
import { readFileSync } from 'node:fs';
import {
  getHeapSpaceStatistics,
  getHeapStatistics,
  type HeapInfo,
  type HeapSpaceInfo,
} from 'node:v8';
import type { LagSamples, LoopLag } from './loop-lag.ts';
import type { LiveNumbers, SeriesLabels } from './readings.ts';

/** What is looked at once a scrape. */
interface Facts {
  readonly cpu: NodeJS.CpuUsage;
  readonly heap: HeapInfo;
  readonly lag: LoopLag | null;
  readonly spaces: readonly HeapSpaceInfo[];
  /** Of `/proc/self/status`; empty where there is none. */
  readonly status: string;
}

interface NodeFamily extends Pick<LiveNumbers, 'name' | 'type' | 'help'> {
  /** Of each series; without them it is one. */
  readonly labels?: readonly SeriesLabels[];
  readonly read: (facts: Facts) => number | null | readonly number[];
}

const memoryOf = (field: 'VmRSS' | 'VmSize' | 'VmData') => {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm');
  return ({ status }: Facts) => {
    const [, kB] = line.exec(status) ?? [];
    return kB === undefined ? null : Number(kB) * 1024;
  };
};

const lagFamily = (key: keyof LoopLag, help: string): NodeFamily => ({
  name: `nodejs_eventloop_lag_${key === 'last' ? '' : `${key}_`}seconds`,
  type: 'gauge',
  help,
  read: ({ lag }) => lag?.[key] ?? null,
});

const SPACES = getHeapSpaceStatistics().map(({ space_name }) => ({
  space: space_name.replace(/_space$/, ''),
}));
const spaceFamily = (
  kind: 'total' | 'used' | 'available',
  field: 'space_size' | 'space_used_size' | 'space_available_size',
): NodeFamily => ({
  name: `nodejs_heap_space_size_${kind}_bytes`,
  type: 'gauge',
  help: `Process heap space size ${kind} from Node.js in bytes.`,
  labels: SPACES,
  read: ({ spaces }) => spaces.map((space) => space[field]),
});

const [major, minor, patch] = process.version.slice(1).split('.');
const STARTED_AT_S = Math.round(Date.now() / 1000 - process.uptime());
const MOST_DESCRIPTORS = Number(/^Max open files +(\d+)/m.exec(textOf('/proc/self/limits'))?.[1]);

const FAMILIES: readonly NodeFamily[] = [
  {
    ...{ name: 'process_cpu_user_seconds_total', type: 'counter' },
    help: 'Total user CPU time spent in seconds.',
    read: ({ cpu }) => cpu.user / 1e6,
  },
  {
    ...{ name: 'process_cpu_system_seconds_total', type: 'counter' },
    help: 'Total system CPU time spent in seconds.',
    read: ({ cpu }) => cpu.system / 1e6,
  },
  {
    ...{ name: 'process_cpu_seconds_total', type: 'counter' },
    help: 'Total user and system CPU time spent in seconds.',
    read: ({ cpu }) => (cpu.user + cpu.system) / 1e6,
  },
  {
    ...{ name: 'process_start_time_seconds', type: 'gauge' },
    help: 'Start time of the process since unix epoch in seconds.',
    read: () => STARTED_AT_S,
  },
  {
    ...{ name: 'process_resident_memory_bytes', type: 'gauge' },
    help: 'Resident memory size in bytes.',
    read: memoryOf('VmRSS'),
  },
  {
    ...{ name: 'process_virtual_memory_bytes', type: 'gauge' },
    help: 'Virtual memory size in bytes.',
    read: memoryOf('VmSize'),
  },
  {
    ...{ name: 'process_heap_bytes', type: 'gauge' },
    help: 'Process heap size in bytes.',
    read: memoryOf('VmData'),
  },
  {
    ...{ name: 'process_max_fds', type: 'gauge' },
    help: 'Maximum number of open file descriptors.',
    read: () => MOST_DESCRIPTORS,
  },
  lagFamily('last', 'Lag of event loop in seconds.'),
  lagFamily('min', 'The minimum recorded event loop delay.'),
  lagFamily('max', 'The maximum recorded event loop delay.'),
  lagFamily('mean', 'The mean of the recorded event loop delays.'),
  lagFamily('stddev', 'The standard deviation of the recorded event loop delays.'),
  lagFamily('p50', 'The 50th percentile of the recorded event loop delays.'),
  lagFamily('p90', 'The 90th percentile of the recorded event loop delays.'),
  lagFamily('p99', 'The 99th percentile of the recorded event loop delays.'),
  {
    ...{ name: 'nodejs_heap_size_total_bytes', type: 'gauge' },
    help: 'Process heap size from Node.js in bytes.',
    read: ({ heap }) => heap.total_heap_size,
  },
  {
    ...{ name: 'nodejs_heap_size_used_bytes', type: 'gauge' },
    help: 'Process heap size used from Node.js in bytes.',
    read: ({ heap }) => heap.used_heap_size,
  },
  {
    ...{ name: 'nodejs_external_memory_bytes', type: 'gauge' },
    help: 'Node.js external memory size in bytes.',
    read: ({ heap }) => heap.external_memory,
  },
  spaceFamily('total', 'space_size'),
  spaceFamily('used', 'space_used_size'),
  spaceFamily('available', 'space_available_size'),
  {
    ...{ name: 'nodejs_version_info', type: 'gauge' },
    help: 'Node.js version info.',
    labels: [{ version: process.version, major, minor, patch }],
    read: () => 1,
  },
];

export const NODE_FAMILIES: readonly Pick<LiveNumbers, 'name' | 'type' | 'help'>[] = FAMILIES;

export interface NodeMetrics {
  readonly families: readonly LiveNumbers[];
  /** Has them read what is now. */
  update(): void;
}

export function nodeMetrics(runId: string, lag: LagSamples): NodeMetrics {
  const families = FAMILIES.map(({ name, type, help, labels = [{}] }) => ({
    ...{ name, type, help, values: new Float64Array(labels.length) },
    labels: labels.map((each) => ({ ...each, run_id: runId })),
  }));
  return {
    families,
    update() {
      const facts: Facts = {
        cpu: process.cpuUsage(),
        heap: getHeapStatistics(),
        lag: lag.read(),
        spaces: getHeapSpaceStatistics(),
        status: textOf('/proc/self/status'),
      };
      for (const [i, { values }] of families.entries()) {
        const read = FAMILIES[i].read(facts);
        if (typeof read === 'object' && read !== null) values.set(read);
        else values[0] = read ?? Number.NaN;
      }
    },
  };
}

/** Empty where the system has no such file, or no free descriptor. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
