/** What this machine is and allows, read once; the checks only look at it. */
import { availableParallelism } from 'node:os';
import { type MachineLimits, machineLimits } from '../fleet/limits.ts';
import { groupCpus, groupMemoryBytes, systemMemoryBytes } from '../health/cgroup.ts';
import { ownPrograms, type ReadText, type RunProgram, readFile } from './ports.ts';

/** null: this system does not say. */
export interface MachineFacts {
  /** Files that a process may have open; Infinity without a limit. */
  readonly descriptors: number | null;
  /** Ports for outgoing connections to one address and port, as the system chooses them. */
  readonly sourcePorts: number;
  /** From and to. */
  readonly reservedPorts: MachineLimits['reservedPorts'];
  /** Connections of any destination that wait for their end, and hold a port to theirs. */
  readonly timeWait: number | null;
  readonly availableBytes: number | null;
  readonly processors: number;
  /** What control groups allow; null: no limit, or none that we can see. */
  readonly groupCpus: number | null;
  readonly groupMemoryBytes: number | null;
  /** null: the kernel tracks no connections, or does not tell. */
  readonly conntrack: { readonly used: number; readonly most: number } | null;
  /** Of any listener on this machine. */
  readonly acceptQueue: number | null;
  readonly synQueue: number | null;
  readonly clockSource: string | null;
  readonly wallClock: WallClock | null;
  /** `24.21.0` */
  readonly node: string;
}

export interface WallClock {
  readonly synchronised: boolean;
  /** How far it is off, as its keeper thinks; null: not told. */
  readonly offsetMs: number | null;
}

export interface MachinePorts {
  readonly readText: ReadText;
  readonly limits: () => Pick<MachineLimits, 'descriptors' | 'sourcePorts' | 'reservedPorts'>;
  readonly processors: number;
  readonly node: string;
  /** null: no program is asked, which takes the time of a process each. */
  readonly runProgram: RunProgram | null;
}

export const machinePorts = (asksPrograms: boolean): MachinePorts => ({
  readText: readFile,
  limits: machineLimits,
  processors: availableParallelism(),
  node: process.versions.node,
  runProgram: asksPrograms ? ownPrograms : null,
});

export async function readMachine(ports: MachinePorts): Promise<MachineFacts> {
  const { readText, processors, node, runProgram } = ports;
  const number = (path: string) => wholeNumber(readText(path));
  return {
    ...ports.limits(),
    timeWait: fieldOf(readText('/proc/net/sockstat'), /^TCP:.* tw (\d+)/m),
    availableBytes: systemMemoryBytes(readText),
    processors,
    groupCpus: groupCpus(readText),
    groupMemoryBytes: groupMemoryBytes(readText),
    conntrack: conntrackOf(
      number('/proc/sys/net/netfilter/nf_conntrack_count'),
      number('/proc/sys/net/netfilter/nf_conntrack_max'),
    ),
    acceptQueue: number('/proc/sys/net/core/somaxconn'),
    synQueue: number('/proc/sys/net/ipv4/tcp_max_syn_backlog'),
    clockSource:
      readText('/sys/devices/system/clocksource/clocksource0/current_clocksource')?.trim() || null,
    wallClock: await readWallClock(readText, runProgram),
    node,
  };
}

const wholeNumber = (text: string | null): number | null => fieldOf(text, /^\s*(\d+)\s*$/);

function fieldOf(text: string | null, pattern: RegExp): number | null {
  const found = pattern.exec(text ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

const conntrackOf = (used: number | null, most: number | null) =>
  used === null || most === null ? null : { used, most };

/**
 * Node has no adjtimex(2). systemd-timesyncd leaves a mark, chrony and timedated answer for any
 * keeper of the time.
 */
async function readWallClock(
  readText: ReadText,
  runProgram: RunProgram | null,
): Promise<WallClock | null> {
  const chrony = (await runProgram?.('chronyc', ['-n', 'tracking'])) ?? null;
  if (chrony !== null) {
    const offsetS = /^System time +: ([\d.]+) seconds/m.exec(chrony)?.[1];
    const synchronised = /^Leap status +: (?!Not synchronised)/m.test(chrony);
    return { synchronised, offsetMs: offsetS === undefined ? null : Number(offsetS) * 1e3 };
  }
  const timedated = (await runProgram?.('timedatectl', ['show'])) ?? null;
  const told = /^NTPSynchronized=(yes|no)$/m.exec(timedated ?? '')?.[1];
  if (told !== undefined) return { synchronised: told === 'yes', offsetMs: null };
  if (readText('/run/systemd/timesync/synchronized') === null) return null;
  return { synchronised: true, offsetMs: null };
}
