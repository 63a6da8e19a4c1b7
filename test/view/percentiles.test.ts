import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistogramDelta } from '../../src/snapshot/delta.ts';
import { emptyHdr, HDR_SLOTS, hdrValueUs } from '../../src/snapshot/hdr.ts';
import { percentilesOf } from '../../src/view/percentiles.ts';

const histogram = fc
  .uniqueArray(
    fc.record({ slot: fc.nat(HDR_SLOTS - 2), count: fc.integer({ min: 1, max: 5000 }) }),
    {
      selector: ({ slot }) => slot,
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((cells): HistogramDelta => {
    const sorted = cells.toSorted((a, b) => a.slot - b.slot);
    return {
      histogram: 0,
      slots: Uint32Array.from(sorted, ({ slot }) => slot),
      counts: Float64Array.from(sorted, ({ count }) => count),
    };
  });

test('says what hdr-histogram-js says of the same values', () => {
  fc.assert(
    fc.property(fc.array(histogram, { minLength: 1, maxLength: 3 }), (histograms) => {
      const hdr = emptyHdr();
      for (const { slots, counts } of histograms) {
        for (const [i, slot] of slots.entries()) {
          hdr.recordValueWithCount(hdrValueUs(slot + 1) - 1, counts[i]);
        }
      }
      const ms = (percentile: number) => hdr.getValueAtPercentile(percentile) / 1000;
      expect(percentilesOf(histograms)).toEqual({
        count: hdr.totalCount,
        ...{ p50: ms(50), p95: ms(95), p99: ms(99), p999: ms(99.9), max: ms(100) },
      });
    }),
  );
});

test('says nothing of nothing', () => {
  expect(percentilesOf([])).toBeNull();
});
