/** Results of runs that never happened, as files. */
import fc from 'fast-check';
import { SOUND } from '../../src/health/verdict.ts';
import { layoutNames } from '../../src/result/layout-names.ts';
import type { ResultFooter, ResultHeader } from '../../src/result/types.ts';
import { resultWriter } from '../../src/result/writer.ts';
import type { Interval } from '../../src/series/interval.ts';
import { type Delta, deltaReader } from '../../src/snapshot/delta.ts';
import { HDR_SLOTS } from '../../src/snapshot/hdr.ts';
import {
  counterSlots,
  histogramCount,
  runHistogram,
  STAGE_STEADY,
  stageHistogram,
} from '../../src/snapshot/layout.ts';
import { filler } from '../report/fixtures.ts';

export function fixtureHeader(changes: Partial<ResultHeader> = {}): ResultHeader {
  return {
    schema: 'ocpp-load/result/1',
    tool: '0.1.0',
    node: 'v24.0.0',
    scenario: {
      name: 'nightly.ts',
      description: '10 chargers',
      fileSha256: 'f'.repeat(64),
      planSha256: 'a'.repeat(64),
    },
    seed: 7319,
    dialect: 'standard',
    target: { kind: 'external', url: 'wss://csms.example/ocpp/{id}' },
    workers: 1,
    chargerCount: 10,
    fleets: [{ name: 'car-park', model: 'TONLY AC48A', chargers: 10 }],
    stages: { rampS: 1, warmupS: 0, steadyS: 9, graceS: 30 },
    startedAt: '2026-01-02T03:04:05.678Z',
    machine: {
      ...{ cpu: 'a processor', cores: 2, memoryBytes: 8e9, kernel: 'Linux 6 x64' },
      hostSha256: '0123456789abcdef',
    },
    parts: 1,
    layout: layoutNames(),
    ...changes,
  };
}

export function fixtureFooter(
  changes: Partial<ResultFooter> = {},
): Omit<ResultFooter, 'intervals'> {
  return {
    ...{ ending: 'completed', exitCode: 0, causes: ['10 of 10 chargers booted'] },
    ...{ rampS: 1, warmupS: 0, steadyS: 9, drainS: 0.5, peakConnected: 10 },
    ...{ verdict: SOUND, thresholds: [], events: [{ atS: 1.5, text: 'first refused connect' }] },
    summary: { schema: 'ocpp-load/summary/1' },
    ...changes,
  };
}

/** The bytes of a file, with a footer unless that is null. */
export function resultBytes(
  intervals: Iterable<Interval>,
  header = fixtureHeader(),
  footer: ReturnType<typeof fixtureFooter> | null = fixtureFooter(),
  maxBytes?: number,
): Uint8Array {
  const chunks: Uint8Array[] = [];
  const writer = resultWriter(header, (bytes) => void chunks.push(bytes), maxBytes);
  for (const interval of intervals) writer.add(interval);
  if (footer !== null) writer.end(footer);
  return Buffer.concat(chunks);
}

const places = (limit: number) =>
  fc
    .uniqueArray(fc.nat(limit - 1), { maxLength: 8 })
    .map((all) => Uint32Array.from(all.sort((a, b) => a - b)));

const amounts = (length: number, min: number) =>
  fc
    .array(fc.integer({ min, max: 2 ** 40 }), { minLength: length, maxLength: length })
    .map((all) => Float64Array.from(all, (n) => (n === 0 ? 1 : n)));

/** Any delta of a run of so many fleets. */
export const anyDelta = (fleetCount: number): fc.Arbitrary<Delta> =>
  fc
    .tuple(places(counterSlots(fleetCount)), places(histogramCount(fleetCount)))
    .chain(([counterPlaces, numbers]) =>
      fc.record({
        fleetCount: fc.constant(fleetCount),
        counterPlaces: fc.constant(counterPlaces),
        counterChanges: amounts(counterPlaces.length, -(2 ** 40)),
        histograms: fc.tuple(...Array.from(numbers, anyHistogram)),
      }),
    );

const anyHistogram = (histogram: number) =>
  places(HDR_SLOTS)
    .filter((slots) => slots.length > 0)
    .chain((slots) => amounts(slots.length, 1).map((counts) => ({ histogram, slots, counts })));

const someFloats = fc.array(fc.integer({ min: 0, max: 100 }).map((n) => n / 100));
const someCount = fc.option(fc.nat());

const anyHealth: fc.Arbitrary<Interval['health']> = fc.option(
  fc.record({
    utilisation: someFloats,
    gcMaxMs: someFloats,
    gcTotalMs: someFloats,
    cpuMs: fc.nat(),
    rssBytes: fc.nat(),
    clockStepMs: fc.integer(),
    stealShare: fc.constant(null),
    throttledMs: someCount,
    listenDrops: someCount,
    retransmits: someCount,
    segmentsSent: someCount,
    availableMemoryBytes: someCount,
  }),
);

/** A second each, of a run that is in its steady stage from the 2nd on. */
export const anyIntervals = (fleetCount: number, minLength = 0): fc.Arbitrary<Interval[]> =>
  fc.array(fc.tuple(anyDelta(fleetCount), anyHealth), { minLength, maxLength: 130 }).map((all) =>
    all.map(([delta, health], index) => ({
      index,
      fromS: index === 0 ? 0 : index + 0.001,
      toS: index + 1.001,
      stage: index === 0 ? 'ramp' : 'steady',
      delta,
      health,
    })),
  );

/** A second of working-morning load at `seed`: what a run of 5 000 chargers adds, about. */
export function busyDelta(seed: number, callCount: number): Delta {
  const fill = filler(seed);
  for (const [action, share] of BUSY) {
    const n = Math.round(callCount * share);
    fill.calls(action, STAGE_STEADY, { sent: n, answered: n });
  }
  fill.record(stageHistogram(STAGE_STEADY, 'lateness'), callCount, 700);
  fill.record(runHistogram('loopDelay'), Math.round(callCount / 2), 900);
  fill.count('bytesSent', 137 * callCount + seed);
  fill.count('charging', (seed % 7) - 3);
  return deltaReader([fill.memory]).read(true);
}

const BUSY = [
  ['StatusNotification', 0.375],
  ['Heartbeat', 0.13],
  ['Authorize', 0.105],
  ['StartTransaction', 0.105],
  ['MeterValues', 0.125],
  ['StopTransaction', 0.08],
  ['DataTransfer', 0.08],
] as const;

/** Seconds of such a load. */
export const busySeconds = (count: number, callCount = 600): Interval[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ index, fromS: index + index / 1e6, toS: index + 1 + (index + 1) / 1e6, stage: 'steady' },
    delta: busyDelta(index, callCount),
    health: busyHealth(index),
  }));

/** The first of some intervals as every second of a longer run. */
export const repeated = ([first]: readonly Interval[], count: number): Interval[] =>
  Array.from({ length: count }, (_, index) => ({ ...first, index, fromS: index, toS: index + 1 }));

const busyHealth = (n: number): Interval['health'] => ({
  utilisation: [0.31 + (n % 17) / 100, 0.3 + (n % 13) / 100],
  gcMaxMs: [(n % 23) / 10, (n % 19) / 10],
  gcTotalMs: [(n % 29) / 5, (n % 31) / 5],
  cpuMs: 340 + ((n * 7919) % 1000) / 10,
  rssBytes: 95e6 + ((n * 104729) % 1e6),
  clockStepMs: ((n * 31) % 100) / 1000,
  stealShare: ((n * 17) % 50) / 1000,
  throttledMs: 0,
  listenDrops: 0,
  retransmits: n % 3,
  segmentsSent: 40_000 + ((n * 31) % 977),
  availableMemoryBytes: 6e9 + ((n * 1299709) % 1e8),
});
