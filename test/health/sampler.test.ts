import { expect, test } from 'vitest';
import type { MachineReading } from '../../src/health/machine.ts';
import {
  healthSampler,
  type Reading,
  sampleOf,
  type WorkerReading,
} from '../../src/health/sampler.ts';

const SILENT: MachineReading = {
  ...{ steal: null, throttledMs: null, listenDrops: null, retransmits: null },
  ...{ segmentsSent: null, availableMemoryBytes: null },
};
const worker = (changes: Partial<WorkerReading> = {}): WorkerReading => ({
  ...{ activeMs: 0, idleMs: 0, totalUs: 0, longestUs: 0 },
  ...changes,
});
const reading = (changes: Partial<Reading> = {}): Reading => ({
  ...{ monotonicMs: 5_000, wallMs: 1.7e12, cpuUs: 0, rssBytes: 1, workers: [], machine: SILENT },
  ...changes,
});

test('a sample is the difference of two readings', () => {
  const earlier = reading({
    cpuUs: 1_000,
    workers: [worker({ activeMs: 100, idleMs: 900, totalUs: 5_000, longestUs: 5_000 })],
    machine: {
      ...{ steal: { stolenTicks: 10, allTicks: 1_000 }, throttledMs: 50, listenDrops: 3 },
      ...{ retransmits: 7, segmentsSent: 100, availableMemoryBytes: 9e9 },
    },
  });
  const later = reading({
    ...{ monotonicMs: 6_000, wallMs: 1.7e12 + 1_250, cpuUs: 251_000, rssBytes: 77 },
    workers: [worker({ activeMs: 850, idleMs: 1_150, totalUs: 45_000, longestUs: 30_000 })],
    machine: {
      ...{ steal: { stolenTicks: 60, allTicks: 1_200 }, throttledMs: 80, listenDrops: 4 },
      ...{ retransmits: 9, segmentsSent: 600, availableMemoryBytes: 8e9 },
    },
  });
  expect(sampleOf(earlier, later)).toEqual({
    ...{ utilisation: [0.75], gcMaxMs: [30], gcTotalMs: [40], cpuMs: 250, rssBytes: 77 },
    ...{ clockStepMs: 250, stealShare: 0.25, throttledMs: 30, listenDrops: 1, retransmits: 2 },
    ...{ segmentsSent: 500, availableMemoryBytes: 8e9 },
  });
});

test('what is not known stays so, also when only one reading has it', () => {
  const steal = { stolenTicks: 1, allTicks: 2 };
  const later = reading({ machine: { ...SILENT, steal, retransmits: 5 } });
  expect(sampleOf(reading(), later)).toMatchObject({
    ...{ stealShare: null, throttledMs: null, listenDrops: null, retransmits: null },
  });
});

test('a thread that has ended is idle, not less than that', () => {
  const earlier = reading({ workers: [worker({ activeMs: 500, idleMs: 500 })] });
  const later = reading({ workers: [worker()] });
  expect(sampleOf(earlier, later).utilisation).toEqual([0]);
});

test('pauses go on when their sum wraps around', () => {
  const earlier = reading({ workers: [worker({ totalUs: 2 ** 32 - 1_000 })] });
  const later = reading({ workers: [worker({ totalUs: 1_000 })] });
  expect(sampleOf(earlier, later).gcTotalMs).toEqual([2]);
});

test('each sample begins where the one before ended', () => {
  let nowMs = 0;
  let activeMs = 0;
  const sample = healthSampler({
    clock: { nowNs: () => nowMs * 1e6 },
    machine: { readText: () => null, wallMs: () => nowMs },
    workers: () => [worker({ activeMs, idleMs: nowMs - activeMs })],
  });
  const pass = (ms: number, busyMs: number) => {
    nowMs += ms;
    activeMs += busyMs;
    return sample().utilisation[0];
  };
  expect(pass(1_000, 250)).toBeCloseTo(0.25);
  expect(pass(500, 400)).toBeCloseTo(0.8);
  const { clockStepMs, rssBytes, cpuMs } = sample();
  expect(clockStepMs).toBeCloseTo(0);
  expect(rssBytes).toBeGreaterThan(1e6);
  expect(cpuMs).toBeGreaterThanOrEqual(0);
});
