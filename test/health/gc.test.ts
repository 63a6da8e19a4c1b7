import { expect, test, vi } from 'vitest';
import { GC_BYTES, observeGc, readGc } from '../../src/health/gc.ts';

test('pauses are added up; the longest is that since the last look', async () => {
  const memory = new SharedArrayBuffer(GC_BYTES);
  expect(readGc(memory)).toEqual({ totalUs: 0, longestUs: 0 });
  observeGc(memory);
  const garbage: unknown[] = [];
  const makeGarbage = () => garbage.push(Array.from({ length: 200_000 }, (_, i) => ({ i })));
  let first = readGc(memory);
  await vi.waitFor(() => {
    makeGarbage();
    first = readGc(memory);
    expect(first.totalUs).toBeGreaterThan(0);
  });
  expect(first.longestUs).toBeLessThanOrEqual(first.totalUs);
  // Nothing is told within one turn of the loop.
  expect(readGc(memory)).toEqual({ totalUs: first.totalUs, longestUs: 0 });
});
