import { describe, expect, test } from 'vitest';
import { readResult } from '../../src/result/reader.ts';
import { MAX_BYTES } from '../../src/result/writer.ts';
import type { Interval } from '../../src/series/interval.ts';
import { differenceOf, sumOf } from '../../src/snapshot/delta.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { busySeconds, fixtureHeader, resultBytes } from './fixtures.ts';

const stages = (steadyS: number) => ({ rampS: 0, warmupS: 0, steadyS, graceS: 0 });
const total = (intervals: readonly Interval[]) =>
  differenceOf(
    sumOf(
      intervals.map(({ delta }) => delta),
      1,
    ),
    emptySnapshot(1),
  );

describe('the size of a file', () => {
  // A minute, ten times over: blocks are compressed for themselves.
  const minute = busySeconds(60);
  const seconds = Array.from({ length: 600 }, (_, index) => ({
    ...{ ...minute[index % 60], index, fromS: index, toS: index + 1 },
    stage: index < 301 ? ('ramp' as const) : ('steady' as const),
  }));
  const header = fixtureHeader({ stages: stages(600) });
  const read = (bytes: Uint8Array) => [...readResult(bytes, 'run.olr').intervals()];

  test('stays within 50 MB for 12 hours of 600 CALLs a second, whose latencies vary widely', () => {
    const parts = (12 * 3600) / 600;
    const bytes = resultBytes(seconds, header, undefined, MAX_BYTES / parts);
    expect(bytes.length * parts).toBeLessThan(MAX_BYTES);
    const intervals = read(bytes);
    // Seconds were joined for it, some at a time.
    expect(intervals.length).toBeGreaterThan(100);
    expect(intervals.length).toBeLessThan(500);
    expect(total(intervals)).toEqual(total(seconds));
    for (const [i, { fromS }] of intervals.entries()) {
      if (i > 0) expect(fromS).toBe(intervals[i - 1].toS);
    }
    expect(intervals.some(({ toS }) => toS === 301)).toBe(true);
  });

  test('a second at a time where there is room', () => {
    expect(read(resultBytes(seconds, header))).toHaveLength(600);
  });
});
