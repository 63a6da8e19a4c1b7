import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count, record } from '../../../src/engine/latency/recorder.ts';
import { emptyHdr, HDR_SLOTS, HIGHEST_US, hdrIndex } from '../../../src/snapshot/hdr.ts';
import {
  histogramCount,
  RunCounterOffset,
  runHistogram,
  type ShardMemory,
} from '../../../src/snapshot/layout.ts';
import { readSnapshot, runLatency } from '../../../src/snapshot/snapshot.ts';
import { emptyMemory } from '../../snapshot/memories.ts';

const BOOT = runHistogram('boot');
const clampedOf = (memory: ShardMemory) => memory.counters[RunCounterOffset.clamped];

/** Slots of `histogram` that are not 0. */
function filled(memory: ShardMemory, histogram: number): [slot: number, n: number][] {
  const slots = memory.slots.subarray(histogram * HDR_SLOTS, (histogram + 1) * HDR_SLOTS);
  return Array.from(slots.entries()).filter(([, n]) => n > 0);
}

test('counts by one, or by more', () => {
  const memory = emptyMemory();
  count(memory, RunCounterOffset.booted);
  count(memory, RunCounterOffset.booted, 5);
  expect(memory.counters[RunCounterOffset.booted]).toBe(6);
  expect(memory.counters.reduce((a, b) => a + b)).toBe(6);
});

test.each([
  [0, 0],
  [999, 0],
  [1000, 1],
  [1999, 1],
  [1_234_567, 1234],
  [HIGHEST_US * 1000, HIGHEST_US],
])('%d ns are counted as %d us', (latencyNs, us) => {
  const memory = emptyMemory();
  record(memory, BOOT, latencyNs);
  expect(filled(memory, BOOT)).toEqual([[hdrIndex(us), 1]]);
  expect(clampedOf(memory)).toBe(0);
});

test.each([
  [-1, 0],
  [-1e15, 0],
  [Number.NaN, 0],
  [Number.NEGATIVE_INFINITY, 0],
  [HIGHEST_US * 1000 + 1000, HIGHEST_US],
  [1e18, HIGHEST_US],
  [Number.POSITIVE_INFINITY, HIGHEST_US],
])('%d ns are out of range: counted as %d us and as clamped', (latencyNs, us) => {
  const memory = emptyMemory();
  record(memory, BOOT, latencyNs);
  expect(filled(memory, BOOT)).toEqual([[hdrIndex(us), 1]]);
  expect(clampedOf(memory)).toBe(1);
});

test('a histogram does not reach into its neighbours', () => {
  const memory = emptyMemory();
  for (let histogram = 0; histogram < histogramCount(1); histogram++) {
    record(memory, histogram, 0);
    record(memory, histogram, Number.POSITIVE_INFINITY);
  }
  for (let histogram = 0; histogram < histogramCount(1); histogram++) {
    expect(filled(memory, histogram).map(([, n]) => n)).toEqual([1, 1]);
  }
});

test('what was recorded says what hdr-histogram-js says of the same', () => {
  const latencies = fc
    .double({ min: 0, max: Math.log2(HIGHEST_US * 1000), noNaN: true })
    .map((exponent) => 2 ** exponent);
  const memory = emptyMemory();
  fc.assert(
    fc.property(fc.array(latencies, { minLength: 1, maxLength: 300 }), (latenciesNs) => {
      memory.slots.fill(0);
      const direct = emptyHdr();
      for (const latencyNs of latenciesNs) {
        record(memory, BOOT, latencyNs);
        direct.recordValue(Math.floor(latencyNs / 1000));
      }
      const ours = runLatency(readSnapshot([memory]), 'boot');
      expect(ours.totalCount).toBe(latenciesNs.length);
      for (const p of [0, 50, 90, 95, 99, 99.9, 100]) {
        expect(ours.getValueAtPercentile(p)).toBe(direct.getValueAtPercentile(p));
      }
    }),
    { numRuns: 25 },
  );
});
