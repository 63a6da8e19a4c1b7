/** Makes a sample of an interval from two readings, one at each end of it. */
import type { Clock } from '../base/clock.ts';
import type { GcReading } from './gc.ts';
import { type Machine, type MachineReading, readMachine, residentBytes } from './machine.ts';
import type { HealthSample } from './sample.ts';

/** How long a worker's event loop has been busy and idle since it began, ms, and its garbage. */
export interface WorkerReading extends GcReading {
  readonly activeMs: number;
  readonly idleMs: number;
}

export interface Reading {
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly cpuUs: number;
  readonly rssBytes: number;
  readonly workers: readonly WorkerReading[];
  readonly machine: MachineReading;
}

export interface SamplerOptions {
  readonly clock: Pick<Clock, 'nowNs'>;
  readonly machine: Machine;
  readonly workers: () => readonly WorkerReading[];
  /** CPU time and memory of the generator's other processes, so far and now. */
  readonly others?: () => { readonly cpuUs: number; readonly rssBytes: number };
}

/** Each call gives the sample of the time since the call before, the first since its making. */
export function healthSampler(options: SamplerOptions): () => HealthSample {
  let earlier = read(options, 0);
  return () => {
    const later = read(options, earlier.rssBytes);
    const sample = sampleOf(earlier, later);
    earlier = later;
    return sample;
  };
}

function read(options: SamplerOptions, rssBytes: number): Reading {
  const { clock, machine, workers } = options;
  const others = options.others?.() ?? { cpuUs: 0, rssBytes: 0 };
  const { user, system } = process.cpuUsage();
  return {
    // One after the other: whatever comes between them looks like a step of the wall clock.
    monotonicMs: clock.nowNs() / 1e6,
    wallMs: machine.wallMs(),
    cpuUs: user + system + others.cpuUs,
    rssBytes: residentBytes(rssBytes - others.rssBytes) + others.rssBytes,
    workers: workers(),
    machine: readMachine(machine),
  };
}

export function sampleOf(earlier: Reading, later: Reading): HealthSample {
  const before = earlier.machine;
  const { machine } = later;
  const grown = (name: 'throttledMs' | 'listenDrops' | 'retransmits' | 'segmentsSent') => {
    const [from, to] = [before[name], machine[name]];
    return from === null || to === null ? null : Math.max(0, to - from);
  };
  return {
    utilisation: later.workers.map((worker, w) => busyShare(worker, earlier.workers[w])),
    gcMaxMs: later.workers.map(({ longestUs }) => longestUs / 1000),
    gcTotalMs: later.workers.map(
      ({ totalUs }, w) => ((totalUs - (earlier.workers[w]?.totalUs ?? 0)) >>> 0) / 1000,
    ),
    cpuMs: (later.cpuUs - earlier.cpuUs) / 1000,
    rssBytes: later.rssBytes,
    clockStepMs: later.wallMs - earlier.wallMs - (later.monotonicMs - earlier.monotonicMs),
    stealShare: stealShare(before.steal, machine.steal),
    throttledMs: grown('throttledMs'),
    listenDrops: grown('listenDrops'),
    retransmits: grown('retransmits'),
    segmentsSent: grown('segmentsSent'),
    availableMemoryBytes: machine.availableMemoryBytes,
  };
}

/** 0 of a thread that has ended, or has not begun. */
function busyShare(later: WorkerReading, earlier: WorkerReading | undefined): number {
  const activeMs = later.activeMs - (earlier?.activeMs ?? 0);
  const allMs = activeMs + later.idleMs - (earlier?.idleMs ?? 0);
  return activeMs > 0 && allMs > 0 ? Math.min(1, activeMs / allMs) : 0;
}

function stealShare(
  earlier: MachineReading['steal'],
  later: MachineReading['steal'],
): number | null {
  if (earlier === null || later === null) return null;
  const allTicks = later.allTicks - earlier.allTicks;
  return allTicks > 0 ? Math.max(0, later.stolenTicks - earlier.stolenTicks) / allTicks : 0;
}
