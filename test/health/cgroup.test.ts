import { describe, expect, test } from 'vitest';
import {
  availableMemoryBytes,
  cgroupFolders,
  groupCpus,
  groupMemoryBytes,
  parseThrottledMs,
  throttledMs,
} from '../../src/health/cgroup.ts';

const files = (texts: Readonly<Record<string, string>>) => (path: string) => texts[path] ?? null;

/** A host with version 1, as systemd mounts it. */
const V1 = `12:cpu,cpuacct:/docker/3f2a
9:memory:/docker/3f2a
1:name=systemd:/docker/3f2a
0::/
`;

describe('the folders of our group', () => {
  test('version 2: it and those around it, down to the root', () => {
    expect(cgroupFolders('0::/user.slice/app.scope\n', 'cpu')).toEqual([
      {
        version: 2,
        folders: [
          '/sys/fs/cgroup/user.slice/app.scope',
          '/sys/fs/cgroup/user.slice',
          '/sys/fs/cgroup',
        ],
      },
    ]);
  });

  test('version 1: under the name of its controllers', () => {
    const [cpu, unified] = cgroupFolders(V1, 'cpu');
    expect(cpu).toMatchObject({ version: 1 });
    expect(cpu.folders[0]).toBe('/sys/fs/cgroup/cpu,cpuacct/docker/3f2a');
    expect(cpu.folders.at(-1)).toBe('/sys/fs/cgroup/cpu,cpuacct');
    expect(unified).toEqual({ version: 2, folders: ['/sys/fs/cgroup'] });
    expect(cgroupFolders(V1, 'memory')[0].folders[0]).toBe('/sys/fs/cgroup/memory/docker/3f2a');
  });

  test('a path that leaves its root, and lines that are none', () => {
    expect(cgroupFolders('0::/../..\nnonsense\n', 'cpu')).toEqual([
      { version: 2, folders: ['/sys/fs/cgroup'] },
    ]);
    expect(cgroupFolders('', 'cpu')).toEqual([]);
  });
});

describe('throttling', () => {
  test.each([
    ['usage_usec 5\nnr_periods 9\nnr_throttled 3\nthrottled_usec 1234567\n', 1234.567],
    ['nr_periods 9\nnr_throttled 3\nthrottled_time 1234567000\n', 1234.567],
    ['usage_usec 5\n', null],
    ['', null],
  ])('%j', (text, expected) => expect(parseThrottledMs(text)).toBe(expected));

  test('of our group and of those around it, each by its own limit', () => {
    const readText = files({
      '/proc/self/cgroup': '0::/pod/box\n',
      '/sys/fs/cgroup/pod/box/cpu.stat': 'throttled_usec 2000\n',
      '/sys/fs/cgroup/pod/cpu.stat': 'throttled_usec 3000\n',
      '/sys/fs/cgroup/cpu.stat': 'usage_usec 1\n',
    });
    expect(throttledMs(readText)).toBe(5);
  });

  test('in a container whose path is that of the host', () => {
    const readText = files({
      '/proc/self/cgroup': V1,
      '/sys/fs/cgroup/cpu,cpuacct/cpu.stat': 'throttled_time 7000000\n',
    });
    expect(throttledMs(readText)).toBe(7);
    expect(throttledMs(files({}))).toBe(null);
  });
});

describe('memory', () => {
  const MEMINFO = { '/proc/meminfo': 'MemFree:  5 kB\nMemAvailable:  1000 kB\n' };

  test('of the system, where no group has less', () => {
    expect(availableMemoryBytes(files(MEMINFO))).toBe(1_024_000);
    const unlimited = files({
      ...MEMINFO,
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': 'max\n',
      '/sys/fs/cgroup/memory.current': '500\n',
    });
    expect(availableMemoryBytes(unlimited)).toBe(1_024_000);
  });

  test.each([
    ['0::/box\n', 'box/memory.max', 'box/memory.current', 'box/memory.stat', 'inactive_file 30'],
    [
      '4:memory:/box\n',
      ...['memory/box/memory.limit_in_bytes', 'memory/box/memory.usage_in_bytes'],
      ...['memory/box/memory.stat', 'total_inactive_file 30'],
    ],
  ])('of a group: %j', (cgroup, limit, used, stat, idle) => {
    const readText = files({
      ...MEMINFO,
      '/proc/self/cgroup': cgroup,
      [`/sys/fs/cgroup/${limit}`]: '1000\n',
      [`/sys/fs/cgroup/${used}`]: '900\n',
      [`/sys/fs/cgroup/${stat}`]: `anon 5\n${idle}\n`,
    });
    // Idle files would be given up for us.
    expect(availableMemoryBytes(readText)).toBe(130);
  });

  test('is unknown where nobody says it', () => expect(availableMemoryBytes(files({}))).toBe(null));
});

describe('processors that control groups allow', () => {
  const inBox = (texts: Readonly<Record<string, string>>) =>
    files({ '/proc/self/cgroup': '0::/slice/box\n', ...texts });

  test.each([
    ['150000 100000\n', 1.5],
    ['max 100000\n', null],
  ])('version 2: %j', (text, expected) => {
    expect(groupCpus(inBox({ '/sys/fs/cgroup/slice/box/cpu.max': text }))).toBe(expected);
  });

  test('the tightest of the group and those around it', () => {
    const readText = inBox({
      '/sys/fs/cgroup/slice/cpu.max': '200000 100000\n',
      '/sys/fs/cgroup/slice/box/cpu.max': '400000 100000\n',
    });
    expect(groupCpus(readText)).toBe(2);
  });

  test.each([
    ['50000\n', 0.5],
    ['-1\n', null],
  ])('version 1: %j', (quota, expected) => {
    const folder = '/sys/fs/cgroup/cpu,cpuacct/docker/3f2a';
    const readText = files({
      '/proc/self/cgroup': V1,
      [`${folder}/cpu.cfs_quota_us`]: quota,
      [`${folder}/cpu.cfs_period_us`]: '100000\n',
    });
    expect(groupCpus(readText)).toBe(expected);
  });
});

test('version 1 says "no limit" of memory with a number beyond any', () => {
  const folder = '/sys/fs/cgroup/memory/docker/3f2a';
  const readText = files({
    '/proc/self/cgroup': V1,
    [`${folder}/memory.limit_in_bytes`]: '1000000000\n',
    [`${folder}/memory.usage_in_bytes`]: '400000000\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '5\n',
  });
  expect(groupMemoryBytes(readText)).toBe(6e8);
  expect(groupMemoryBytes(files({}))).toBe(null);
});
