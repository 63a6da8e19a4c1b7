import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBlock, encodeBlock } from '../../src/result/block.ts';
import { DamagedBytes } from '../../src/result/bytes.ts';
import { HDR_SLOTS } from '../../src/snapshot/hdr.ts';
import { counterSlots, histogramCount } from '../../src/snapshot/layout.ts';
import { anyIntervals } from './fixtures.ts';

const limits = {
  ...{ fleetCount: 2, counters: counterSlots(2), histograms: histogramCount(2) },
  slots: HDR_SLOTS,
};

test('a block gives back its intervals', () => {
  fc.assert(
    fc.property(anyIntervals(2), (intervals) => {
      expect(decodeBlock(encodeBlock(intervals), limits)).toEqual(intervals);
    }),
    { numRuns: 30 },
  );
});

describe('what no writer made', () => {
  const [intervals] = fc.sample(anyIntervals(2, 5), { seed: 1, numRuns: 1 });
  const parts = encodeBlock(intervals);

  test.each<[string, () => Uint8Array[]]>([
    ['a column that is missing', () => parts.slice(1)],
    ['a column that is longer', () => parts.with(3, Buffer.concat([parts[3], Buffer.of(0)]))],
    ['a column that is shorter', () => parts.with(5, parts[5].subarray(0, -1))],
    [
      'an unknown stage',
      () =>
        parts.with(
          0,
          Uint8Array.from(parts[0], (b, i) => (i === 1 ? 9 : b)),
        ),
    ],
    ['health that is no JSON', () => parts.with(8, Buffer.from('[{'))],
    ['health that is no list', () => parts.with(8, Buffer.from('{}'))],
  ])('%s is damage', (_name, make) => {
    expect(() => decodeBlock(make(), limits)).toThrow(DamagedBytes);
  });

  test.each([
    ['counters', { counters: 1 }],
    ['histograms', { histograms: 1 }],
    ['slots', { slots: 1 }],
  ])('%s beyond the last are damage', (_name, fewer) => {
    expect(() => decodeBlock(parts, { ...limits, ...fewer })).toThrow(DamagedBytes);
  });

  test('any bytes are damage or intervals, never a crash', () => {
    fc.assert(
      fc.property(fc.nat(7), fc.uint8Array({ maxLength: 20 }), (column, bytes) => {
        try {
          decodeBlock(parts.with(column, bytes), limits);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedBytes);
        }
      }),
      { numRuns: 300 },
    );
  });
});
