import { expect, test, vi } from 'vitest';
import {
  parseSteal,
  protocolCounters,
  readMachine,
  residentBytes,
  thisMachine,
} from '../../src/health/machine.ts';

/** As a kernel 6.1 writes them, shortened in the middle. */
const STAT = `cpu  155934 12 50230 84468 378 0 15764 1914 300 7
cpu0 77700 0 24880 42818 103 0 7789 970 0 0
cpu1 78233 0 25350 41649 275 0 7975 944 0 0
intr 10245011 0 0 0
ctxt 21406001
`;
const NETSTAT = `TcpExt: SyncookiesSent DelayedACKLost ListenOverflows ListenDrops TCPHPHits
TcpExt: 0 361 104 111 27085885
IpExt: InNoRoutes InTruncatedPkts
IpExt: 0 0
`;
const SNMP = `Ip: Forwarding DefaultTTL
Ip: 1 64
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens InSegs OutSegs RetransSegs InErrs
Tcp: 1 200 120000 -1 237094 34740292 34738065 1049 0
Udp: InDatagrams
Udp: 73
`;

const files = (texts: Readonly<Record<string, string>>) => ({
  readText: (path: string) => texts[path] ?? null,
});

test('what a Linux machine says', () => {
  const machine = files({
    '/proc/stat': STAT,
    '/proc/net/netstat': NETSTAT,
    '/proc/net/snmp': SNMP,
    '/proc/meminfo': 'MemTotal:       24684092 kB\nMemAvailable:   23792772 kB\n',
    '/proc/self/cgroup': '0::/a.slice\n',
    '/sys/fs/cgroup/a.slice/cpu.stat': 'usage_usec 5\nnr_throttled 2\nthrottled_usec 31500\n',
  });
  expect(readMachine(machine)).toEqual({
    // Guests are within `user`: they are not added a second time.
    steal: { stolenTicks: 1914, allTicks: 155934 + 12 + 50230 + 84468 + 378 + 15764 + 1914 },
    throttledMs: 31.5,
    listenDrops: 111,
    retransmits: 1049,
    segmentsSent: 34738065,
    availableMemoryBytes: 23792772 * 1024,
  });
});

test('a machine without these files says nothing', () => {
  expect(readMachine(files({}))).toEqual({
    ...{ steal: null, throttledMs: null, listenDrops: null, retransmits: null },
    ...{ segmentsSent: null, availableMemoryBytes: null },
  });
});

test.each([
  '',
  'cpu\n',
  'cpu  1 2 3\n', // before Linux 2.6.11
  'cpu  a b c d e f g h\n',
  'cpu0 1 2 3 4 5 6 7 8\n',
])('no steal in %j', (text) => expect(parseSteal(text)).toBe(null));

test.each(['', 'Tcp: OutSegs\n', 'TcpExt: OutSegs\nTcpExt: 1\n'])('no Tcp in %j', (text) => {
  expect(protocolCounters(text, 'Tcp')).toBe(null);
});

test('a counter without a number is left out', () => {
  const counters = protocolCounters('Tcp: A B C\nTcp: 1 x\n', 'Tcp');
  expect([...(counters ?? [])]).toEqual([['A', 1]]);
});

test('overflows alone are drops too', () => {
  const netstat = 'TcpExt: ListenOverflows\nTcpExt: 4\n';
  expect(readMachine(files({ '/proc/net/netstat': netstat })).listenDrops).toBe(4);
});

test('resident memory, or what was known of it', () => {
  expect(residentBytes(1)).toBeGreaterThan(1e6);
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
    throw new Error('EMFILE: too many open files');
  });
  expect(residentBytes(77)).toBe(77);
  rss.mockRestore();
});

test('this machine reads files, and has no text of one that is not there', () => {
  const { readText, wallMs } = thisMachine();
  expect(readText('/nowhere/at/all')).toBe(null);
  expect(readText(import.meta.filename)).toContain('cpu1 78233');
  expect(Math.abs(wallMs() - Date.now())).toBeLessThan(60_000);
});
