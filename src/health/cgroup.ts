/** What the control groups of this process say, in version 1 and 2, and where they say it. */

type ReadText = (path: string) => string | null;

const ROOT = '/sys/fs/cgroup';

/** The folders of our group and of those around it, our own first. */
interface Folders {
  readonly version: 1 | 2;
  readonly folders: readonly string[];
}

/**
 * `/proc/self/cgroup`: lines `number:controllers:path`; version 2 has no controllers. In a
 * container the path may be that of the host, which is not there; the folders above it are.
 */
export function cgroupFolders(text: string, controller: 'cpu' | 'memory'): Folders[] {
  return text.split('\n').flatMap((line): Folders[] => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === '') return [{ version: 2, folders: upwards(ROOT, path) }];
    if (!controllers.split(',').includes(controller)) return [];
    return [{ version: 1, folders: upwards(`${ROOT}/${controllers}`, path) }];
  });
}

function upwards(root: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  const inner = parts.map((_, i) => [root, ...parts.slice(0, parts.length - i)].join('/'));
  return [...inner, root];
}

/**
 * Time for which our group was held back by a limit on its processor time, or one around it by its
 * own, summed, ms. null: no limit can be seen.
 */
export function throttledMs(readText: ReadText): number | null {
  const groups = cgroupFolders(readText('/proc/self/cgroup') ?? '', 'cpu');
  const known = groups.flatMap(({ folders }) =>
    folders.flatMap((folder) => parseThrottledMs(readText(`${folder}/cpu.stat`) ?? '') ?? []),
  );
  return known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0);
}

/** `cpu.stat`: `throttled_usec` in version 2, `throttled_time` (ns) in version 1. */
export function parseThrottledMs(text: string): number | null {
  const [, name, value] = /^throttled_(usec|time) (\d+)$/m.exec(text) ?? [];
  if (value === undefined) return null;
  return Number(value) / (name === 'usec' ? 1e3 : 1e6);
}

/** Processors' worth of time that the tightest group may use: 1.5; null: no limit can be seen. */
export function groupCpus(readText: ReadText): number | null {
  const groups = cgroupFolders(readText('/proc/self/cgroup') ?? '', 'cpu');
  return least(groups.flatMap(({ folders }) => folders.map((each) => cpusOf(readText, each))));
}

/** `150000 100000` (us of us) in version 2, two files in version 1; `max` and -1 are no limit. */
function cpusOf(readText: ReadText, folder: string): number | null {
  const [quota, period] = readText(`${folder}/cpu.max`)?.trim().split(' ') ?? [
    readText(`${folder}/cpu.cfs_quota_us`),
    readText(`${folder}/cpu.cfs_period_us`),
  ];
  const cpus = Number.parseInt(quota ?? '', 10) / Number.parseInt(period ?? '', 10);
  return cpus > 0 ? cpus : null;
}

/** What the system has left for us, or our group, whichever is less. */
export function availableMemoryBytes(readText: ReadText): number | null {
  return least([systemMemoryBytes(readText), groupMemoryBytes(readText)]);
}

export function systemMemoryBytes(readText: ReadText): number | null {
  const [, kilobytes] = /^MemAvailable: +(\d+) kB$/m.exec(readText('/proc/meminfo') ?? '') ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** What the tightest group has left; null: no limit can be seen. */
export function groupMemoryBytes(readText: ReadText): number | null {
  const groups = cgroupFolders(readText('/proc/self/cgroup') ?? '', 'memory');
  return least(
    groups.flatMap(({ version, folders }) =>
      folders.map((folder) => memoryLeft(readText, folder, version)),
    ),
  );
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(0, Math.min(...known));
}

const MEMORY_FILES = {
  1: { limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', idle: 'total_inactive_file' },
  2: { limit: 'memory.max', used: 'memory.current', idle: 'inactive_file' },
} as const;

/** Files that nobody uses are counted as used, though the kernel would give them up at once. */
function memoryLeft(readText: ReadText, folder: string, version: 1 | 2): number | null {
  const { limit, used, idle } = MEMORY_FILES[version];
  // `max` in version 2: no limit. In version 1 that is a number beyond any memory.
  const [limitBytes, usedBytes] = [limit, used].map((name) => {
    const text = readText(`${folder}/${name}`)?.trim() ?? '';
    return /^\d+$/.test(text) ? Number(text) : null;
  });
  if (limitBytes === null || usedBytes === null) return null;
  const stat = readText(`${folder}/memory.stat`) ?? '';
  const idleBytes = Number(new RegExp(`^${idle} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return limitBytes - usedBytes + idleBytes;
}
