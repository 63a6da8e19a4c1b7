import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { type MachinePorts, machinePorts, readMachine } from '../../src/doctor/facts.ts';

const FILES: Readonly<Record<string, string>> = {
  '/proc/net/sockstat':
    'sockets: used 12\nTCP: inuse 3 orphan 0 tw 41 alloc 5 mem 1\nUDP: inuse 0\n',
  '/proc/meminfo': 'MemTotal:       24684092 kB\nMemAvailable:   1000 kB\n',
  '/proc/sys/net/netfilter/nf_conntrack_count': '7\n',
  '/proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
  '/proc/sys/net/core/somaxconn': '4096\n',
  '/proc/sys/net/ipv4/tcp_max_syn_backlog': '2048\n',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'tsc\n',
};
const ports = (changes: Partial<MachinePorts> = {}): MachinePorts => ({
  readText: (path) => FILES[path] ?? null,
  limits: () => ({ descriptors: 20_000, sourcePorts: 28_232, reservedPorts: [] }),
  processors: 2,
  node: '24.21.0',
  runProgram: null,
  ...changes,
});

test('a Linux machine', async () => {
  expect(await readMachine(ports())).toEqual({
    ...{
      descriptors: 20_000,
      sourcePorts: 28_232,
      reservedPorts: [],
      timeWait: 41,
      availableBytes: 1_024_000,
    },
    ...{ processors: 2, groupCpus: null, groupMemoryBytes: null },
    conntrack: { used: 7, most: 262_144 },
    ...{ acceptQueue: 4096, synQueue: 2048, clockSource: 'tsc', wallClock: null },
    node: '24.21.0',
  });
});

test('a machine without these files says nothing', async () => {
  expect(await readMachine(ports({ readText: () => null }))).toMatchObject({
    ...{ timeWait: null, availableBytes: null, conntrack: null, acceptQueue: null },
    ...{ synQueue: null, clockSource: null, wallClock: null },
  });
});

test('files with other contents neither', async () => {
  const facts = await readMachine(ports({ readText: () => 'nonsense 12 x' }));
  expect(facts).toMatchObject({ timeWait: null, conntrack: null, acceptQueue: null });
});

test('this machine', async () => {
  const facts = await readMachine(machinePorts(false));
  expect(facts).toMatchObject({
    processors: availableParallelism(),
    node: process.versions.node,
  });
  expect(facts.descriptors).toBeGreaterThanOrEqual(256);
});

describe('the wall clock', () => {
  const CHRONY = `Reference ID    : A9FEA97B
System time     : 0.000312 seconds fast of NTP time
Leap status     : Normal
`;
  const programs = (texts: Readonly<Record<string, string>>) =>
    ports({ runProgram: async (name) => texts[name] ?? null });

  test.each([
    ['chrony', { chronyc: CHRONY }, { synchronised: true, offsetMs: 0.312 }],
    [
      'chrony that has no source',
      { chronyc: CHRONY.replace('Normal', 'Not synchronised') },
      { synchronised: false, offsetMs: 0.312 },
    ],
    [
      'timedated',
      { timedatectl: 'NTP=yes\nNTPSynchronized=yes\n' },
      { synchronised: true, offsetMs: null },
    ],
    [
      'timedated without NTP',
      { timedatectl: 'NTPSynchronized=no\n' },
      { synchronised: false, offsetMs: null },
    ],
    ['nobody', {}, null],
  ])('%s', async (_name, texts, wallClock) => {
    expect((await readMachine(programs(texts))).wallClock).toEqual(wallClock);
  });

  test('the mark of timesyncd is enough', async () => {
    const readText = (path: string) => (path === '/run/systemd/timesync/synchronized' ? '' : null);
    expect((await readMachine(ports({ readText }))).wallClock).toEqual({
      ...{ synchronised: true, offsetMs: null },
    });
  });
});
