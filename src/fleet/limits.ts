/** What the machine allows, asked before the first socket opens. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export interface MachineLimits {
  /** Open files of this process; Infinity: no limit, null: not told. */
  readonly descriptors: number | null;
  /** Ports for outgoing connections to one address and port. */
  readonly sourcePorts: number;
  /** Ports that nobody shall take, from and to. */
  readonly reservedPorts: readonly (readonly [number, number])[];
  readonly processors: number;
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

/** Descriptors that a run of `chargers` chargers needs in this process. */
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

/** Bytes that a run is likely to need in this process. */
export function memoryNeeded(chargers: number, workers: number): number {
  return BASE_BYTES + workers * WORKER_BYTES + chargers * CHARGER_BYTES;
}

/**
 * Workers that serve a fleet: a worker pays off from about 2 000 chargers on, and the embedded
 * central system and the main thread want a core too.
 */
export function chooseWorkers(chargers: number, processors: number): number {
  return Math.max(1, Math.min(processors, Math.ceil(chargers / 2500)));
}
