/**
 * What the machine says of itself, from the files of the Linux kernel. Elsewhere, and in containers
 * that hide them, the files are missing: every figure can be null.
 */
import { readFileSync } from 'node:fs';
import { availableMemoryBytes, throttledMs } from './cgroup.ts';

/** The machine as a port: tests give files and a wall clock of their own. */
export interface Machine {
  /** The text of a file, or null when it cannot be read. */
  readText(path: string): string | null;
  /** Wall-clock milliseconds since 1970. */
  wallMs(): number;
}

/** Counters since the machine was started, and what is free now. */
export interface MachineReading {
  /** Time of all processors, in ticks: in which others had them, and in all. */
  readonly steal: { readonly stolenTicks: number; readonly allTicks: number } | null;
  /** Time for which our control group, or one around it, was held back. */
  readonly throttledMs: number | null;
  readonly listenDrops: number | null;
  readonly retransmits: number | null;
  readonly segmentsSent: number | null;
  readonly availableMemoryBytes: number | null;
}

export function thisMachine(): Machine {
  return {
    readText(path) {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return null;
      }
    },
    wallMs: () => Date.now(),
  };
}

/** Of this process; `otherwise` where that cannot be read: without a free file descriptor. */
export function residentBytes(otherwise: number): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return otherwise;
  }
}

export function readMachine({ readText }: Pick<Machine, 'readText'>): MachineReading {
  const read = <T>(path: string, parse: (text: string) => T | null): T | null => {
    const text = readText(path);
    return text === null ? null : parse(text);
  };
  const tcp = read('/proc/net/snmp', (text) => protocolCounters(text, 'Tcp'));
  const extended = read('/proc/net/netstat', (text) => protocolCounters(text, 'TcpExt'));
  return {
    steal: read('/proc/stat', parseSteal),
    throttledMs: throttledMs(readText),
    listenDrops: listenDropsOf(extended),
    retransmits: tcp?.get('RetransSegs') ?? null,
    segmentsSent: tcp?.get('OutSegs') ?? null,
    availableMemoryBytes: availableMemoryBytes(readText),
  };
}

/** The columns of the line `cpu`: user nice system idle iowait irq softirq steal, then guests. */
const STEAL_COLUMN = 7;

/** `/proc/stat`: ticks of all processors; guests are in `user` already. */
export function parseSteal(text: string): MachineReading['steal'] {
  const line = /^cpu +(.*)$/m.exec(text);
  const ticks = line?.[1].trim().split(/\s+/).map(Number) ?? [];
  const stolenTicks = ticks[STEAL_COLUMN];
  const allTicks = ticks.slice(0, STEAL_COLUMN + 1).reduce((sum, each) => sum + each, 0);
  return Number.isFinite(stolenTicks) && Number.isFinite(allTicks)
    ? { stolenTicks, allTicks }
    : null;
}

/**
 * `/proc/net/snmp` and `/proc/net/netstat` say each protocol in two lines: `Tcp: name name` and
 * `Tcp: 1 2`. null: the protocol is not there.
 */
export function protocolCounters(text: string, protocol: string): Map<string, number> | null {
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith(`${protocol}: `))
    .map((line) => line.trim().split(/\s+/).slice(1));
  const [names, values] = rows;
  if (names === undefined || values === undefined) return null;
  const pairs = names.map((name, i) => [name, Number(values[i])] as const);
  return new Map(pairs.filter(([, value]) => Number.isFinite(value)));
}

/** A full queue counts as overflow and as drop; older kernels knew only one of them. */
function listenDropsOf(counters: Map<string, number> | null): number | null {
  const known = ['ListenDrops', 'ListenOverflows'].flatMap((name) => counters?.get(name) ?? []);
  return known.length === 0 ? null : Math.max(...known);
}
