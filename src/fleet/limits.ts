/** What the machine allows, asked before the first socket opens. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ExitCode, UserError } from '../base/errors.ts';
import { MAX_CONNECTIONS } from '../csms/light/door.ts';
import { canSharePort } from '../csms/place.ts';
import type { EmbeddedOptions } from '../scenario/types.ts';

export interface MachineLimits {
  /** Open files of this process; Infinity: no limit, null: not told. */
  readonly descriptors: number | null;
  /** Ports for outgoing connections to one address and port. */
  readonly sourcePorts: number;
  /** Ports that nobody shall take, from and to. */
  readonly reservedPorts: readonly (readonly [number, number])[];
  readonly processors: number;
}

/** `workers` threads in all, one shard each, as evenly as possible over `processes`. */
export interface Spread {
  readonly processes: number;
  readonly workers: number;
}

/** Descriptors that a process needs beside its chargers' sockets: files, pipes, event loops. */
const OWN_DESCRIPTORS = 60;
const DEFAULT_SOURCE_PORTS = 28_232;

export function machineLimits(): MachineLimits {
  return {
    descriptors: descriptorLimit(),
    sourcePorts: sourcePorts(),
    reservedPorts: reservedPorts(),
    processors: availableParallelism(),
  };
}

/** Node raises the soft limit to the hard one when it starts, so the hard one counts. */
function descriptorLimit(): number | null {
  const report = process.report.getReport() as {
    userLimits?: { open_files?: { hard: number | 'unlimited' } };
  };
  const hard = report.userLimits?.open_files?.hard;
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : (hard ?? null);
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

/** `8080,9148-9200`; an empty line is most usual. */
function reservedPorts(): [number, number][] {
  try {
    const text = readFileSync('/proc/sys/net/ipv4/ip_local_reserved_ports', 'utf8');
    return parsePorts(text);
  } catch {
    return [];
  }
}

export const parsePorts = (text: string): [number, number][] =>
  [...text.matchAll(/(\d+)(?:-(\d+))?/g)].map(([, from, to = from]) => [Number(from), Number(to)]);

/** Descriptors that `chargers` chargers need in a process of their own. */
export function descriptorsNeeded(chargers: number): number {
  return chargers + OWN_DESCRIPTORS;
}

/** The most chargers that so many descriptors are enough for. */
export function mostChargers(descriptors: number): number {
  return Math.max(0, descriptors - OWN_DESCRIPTORS);
}

/** A charger with everything it has, as measured; and what the process has without any. */
const CHARGER_BYTES = 7_000;
const BASE_BYTES = 60e6;
const WORKER_BYTES = 15e6;

/** Of a process that runs a share of the chargers, with its first worker and without chargers. */
const HOST_BYTES = 60e6;

/** Bytes that a run is likely to need in all its processes. */
export function memoryNeeded(chargers: number, { processes, workers }: Spread): number {
  const hosts = processes > 1 ? processes : 0;
  return BASE_BYTES + hosts * HOST_BYTES + workers * WORKER_BYTES + chargers * CHARGER_BYTES;
}

/**
 * Workers that serve a fleet: a worker pays off from about 2 000 chargers on, and the embedded
 * central system and the main thread want a core too.
 */
export function chooseWorkers(chargers: number, processors: number): number {
  return Math.max(1, Math.min(processors, Math.ceil(chargers / 2500)));
}

/** Connections fall to processes at random, and one that is closing still has its descriptor. */
const FILLED = 0.9;

/**
 * Processes of the embedded central system, undefined where it has but one; `descriptors` is the
 * limit of a process. Throws `UserError` when the chargers do not fit.
 */
export function targetProcesses(
  { light = false, processes }: EmbeddedOptions,
  chargers: number,
  descriptors: number | null,
): number | undefined {
  const each = Math.min(MAX_CONNECTIONS, mostChargers(descriptors ?? Number.POSITIVE_INFINITY));
  const enough = Math.ceil(chargers / (each * FILLED));
  const wanted = light ? (processes ?? (canSharePort() ? enough : 1)) : 1;
  if (wanted * each < chargers) {
    throw new UserError(
      `a process of the embedded central system has room for ${each} of ${chargers} chargers`,
      light ? `embedded: { processes: ${enough} }` : 'embedded: { light: true } takes several',
      ExitCode.preflight,
    );
  }
  return light ? wanted : undefined;
}
