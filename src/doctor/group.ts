/** Limits of the control group that this process is in, of either version of cgroups. */
import { dirname, join } from 'node:path';
import type { ReadText } from './ports.ts';

/** null: no limit, or none that we can see. */
export interface GroupLimits {
  /** Processors' worth of time: 1.5 is 150 ms of it in each 100 ms. */
  readonly cpus: number | null;
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number } | null;
}

const ROOT = '/sys/fs/cgroup';

/** The tightest limit of the group and of those around it. */
export function readGroup(readText: ReadText): GroupLimits {
  const memberships = readText('/proc/self/cgroup') ?? '';
  const cpu = foldersOf(memberships, 'cpu');
  const memory = foldersOf(memberships, 'memory');
  return {
    cpus: lowest(
      cpu.map((folder) => cpusOf(folder, readText)),
      (cpus) => cpus,
    ),
    memory: lowest(
      memory.map((folder) => memoryOf(folder, readText)),
      ({ limitBytes, usedBytes }) => limitBytes - usedBytes,
    ),
  };
}

/**
 * The group's folder and its parents. Within a container the path may be the host's: the folders
 * that are not there say nothing, and the root is the container's own.
 */
function foldersOf(memberships: string, controller: string): string[] {
  const paths = Array.from(memberships.matchAll(/^\d+:([^:]*):(.*)$/gm), ([, names, path]) => {
    if (names === '') return [ROOT, path];
    return names.split(',').includes(controller) ? [join(ROOT, controller), path] : null;
  }).filter((each) => each !== null);
  return [[ROOT, '/'], ...paths].flatMap(([root, path]) => {
    const folders = [];
    for (let at = path; ; at = dirname(at)) {
      folders.push(join(root, at));
      if (dirname(at) === at) return folders;
    }
  });
}

function cpusOf(folder: string, readText: ReadText): number | null {
  const [quota, period] = readText(join(folder, 'cpu.max'))?.trim().split(' ') ?? [
    readText(join(folder, 'cpu.cfs_quota_us')),
    readText(join(folder, 'cpu.cfs_period_us')),
  ];
  const cpus = Number.parseInt(quota ?? '', 10) / Number.parseInt(period ?? '', 10);
  return cpus > 0 ? cpus : null;
}

/** Version 1 says "no limit" with the largest page-aligned number. */
const NO_LIMIT_BYTES = 2 ** 62;

function memoryOf(folder: string, readText: ReadText): GroupLimits['memory'] {
  const text = (...names: string[]) =>
    names.map((name) => readText(join(folder, name))).find((found) => found !== null);
  const limitBytes = Number.parseInt(text('memory.max', 'memory.limit_in_bytes') ?? '', 10);
  const usage = Number.parseInt(text('memory.current', 'memory.usage_in_bytes') ?? '', 10);
  if (!(limitBytes < NO_LIMIT_BYTES) || Number.isNaN(usage)) return null;
  // The file cache counts as used, but gives way.
  const cache = /^(?:total_)?inactive_file (\d+)$/m.exec(text('memory.stat') ?? '')?.[1];
  return { limitBytes, usedBytes: usage - Number(cache ?? 0) };
}

function lowest<T>(found: readonly (T | null)[], measure: (value: T) => number): T | null {
  const limits = found.filter((each) => each !== null);
  return limits.toSorted((a, b) => measure(a) - measure(b))[0] ?? null;
}
