import { expect, test } from 'vitest';
import { readGroup } from '../../src/doctor/group.ts';

const read = (files: Readonly<Record<string, string>>) => readGroup((path) => files[path] ?? null);

test('none', () => expect(read({})).toEqual({ cpus: null, memory: null }));

test('version 2, in a container: the root is its own', () => {
  const files = {
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/cpu.max': '150000 100000\n',
    '/sys/fs/cgroup/memory.max': '2000000000\n',
    '/sys/fs/cgroup/memory.current': '1500000000\n',
    '/sys/fs/cgroup/memory.stat': 'anon 1\ninactive_file 300000000\n',
  };
  expect(read(files)).toEqual({
    cpus: 1.5,
    memory: { limitBytes: 2e9, usedBytes: 1.2e9 },
  });
  expect(read({ ...files, '/sys/fs/cgroup/cpu.max': 'max 100000\n' }).cpus).toBe(null);
  expect(read({ ...files, '/sys/fs/cgroup/memory.max': 'max\n' }).memory).toBe(null);
});

test('version 2, in a slice: the tightest of the group and those around it', () => {
  const files = {
    '/proc/self/cgroup': '0::/user.slice/run.scope\n',
    '/sys/fs/cgroup/user.slice/cpu.max': '200000 100000\n',
    '/sys/fs/cgroup/user.slice/run.scope/cpu.max': '400000 100000\n',
  };
  expect(read(files).cpus).toBe(2);
});

test('version 1: a folder a controller, and a number for no limit', () => {
  const files = {
    '/proc/self/cgroup': '4:memory:/box\n2:cpu,cpuacct:/box\n0::/\n',
    '/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '50000\n',
    '/sys/fs/cgroup/cpu/box/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': '1000000000\n',
    '/sys/fs/cgroup/memory/box/memory.usage_in_bytes': '400000000\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '5\n',
  };
  expect(read(files)).toEqual({ cpus: 0.5, memory: { limitBytes: 1e9, usedBytes: 4e8 } });
  expect(read({ ...files, '/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '-1\n' }).cpus).toBe(null);
});
