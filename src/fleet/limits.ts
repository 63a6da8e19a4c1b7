/** What the machine allows, asked before the first socket opens. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ExitCode, UserError } from '../base/errors.ts';

export interface MachineLimits {
  /** Open files of this process; Infinity when there is no limit. */
  readonly descriptors: number;
  /** Ports for outgoing connections to one address and port. */
  readonly sourcePorts: number;
  readonly processors: number;
}

/** Descriptors that a process needs beside its chargers' sockets: files, pipes, event loops. */
const OWN_DESCRIPTORS = 60;
const DEFAULT_SOURCE_PORTS = 28_232;

export function machineLimits(): MachineLimits {
  return {
    descriptors: descriptorLimit(),
    sourcePorts: sourcePorts(),
    processors: availableParallelism(),
  };
}

/** Node raises the soft limit to the hard one when it starts, so the hard one counts. */
function descriptorLimit(): number {
  const report = process.report.getReport() as {
    userLimits?: { open_files?: { hard: number | 'unlimited' } };
  };
  const hard = report.userLimits?.open_files?.hard;
  return typeof hard === 'number' ? hard : Number.POSITIVE_INFINITY;
}

function sourcePorts(): number {
  try {
    const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
    const [low, high] = text.trim().split(/\s+/).map(Number);
    return high - low + 1;
  } catch {
    return DEFAULT_SOURCE_PORTS;
  }
}

/** Descriptors that a run of `chargers` chargers needs in this process. */
export function descriptorsNeeded(chargers: number): number {
  return chargers + OWN_DESCRIPTORS;
}

/**
 * Refuses what cannot work.
 * @throws UserError, exit code 122, with what to change.
 */
export function checkLimits(chargers: number, limits: MachineLimits): void {
  const needed = descriptorsNeeded(chargers);
  if (needed > limits.descriptors) {
    const most = Math.max(0, limits.descriptors - OWN_DESCRIPTORS);
    throw new UserError(
      `${chargers} chargers need ${needed} file descriptors, ` +
        `the limit of a process is ${limits.descriptors}`,
      `raise it (ulimit -n ${needed}), or run at most ${most} chargers (--chargers)`,
      ExitCode.preflight,
    );
  }
  if (chargers > limits.sourcePorts) {
    throw new UserError(
      `${chargers} chargers need as many source ports to one address and port, ` +
        `the system has ${limits.sourcePorts}`,
      'widen net.ipv4.ip_local_port_range, or run fewer chargers (--chargers)',
      ExitCode.preflight,
    );
  }
}

/**
 * Workers that serve a fleet: a worker pays off from about 2 000 chargers on, and the embedded
 * central system and the main thread want a core too.
 */
export function chooseWorkers(chargers: number, processors: number): number {
  return Math.max(1, Math.min(processors, Math.ceil(chargers / 2500)));
}
