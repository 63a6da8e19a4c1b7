import { describe, expect, test } from 'vitest';
import { graceIsOver, leases, liveness } from '../../src/coordinator/liveness.ts';

describe('who is heard', () => {
  test('is silent after 2.5 s, and back when it is heard again; each is told once', () => {
    const live = liveness();
    live.heard('a', 0);
    expect(live.changes(2_500, 0)).toEqual([]);
    expect(live.changes(2_501, 0)).toEqual([{ agent: 'a', silent: true }]);
    expect(live.changes(2_600, 0)).toEqual([]);
    expect(live.isSilent('a')).toBe(true);
    live.heard('a', 4_000);
    expect(live.changes(4_001, 0)).toEqual([{ agent: 'a', silent: false }]);
    expect(live.isSilent('a')).toBe(false);
  });

  test('is not silent while the bus is away, nor right after', () => {
    const live = liveness();
    live.heard('a', 0);
    expect(live.changes(60_000, null)).toEqual([]);
    expect(live.changes(62_000, 60_000)).toEqual([]);
    expect(live.changes(62_501, 60_000)).toEqual([{ agent: 'a', silent: true }]);
  });
});

describe('a lease', () => {
  test('is over when it was not renewed for so long', () => {
    const lease = leases(30_000);
    expect(lease.isOver(0, 99_000, 0)).toBe(false);
    lease.renewed(0, 5_000);
    expect(lease.isOver(0, 35_000, 0)).toBe(false);
    expect(lease.isOver(0, 35_001, 0)).toBe(true);
  });

  test('may have been renewed while the bus was away', () => {
    const lease = leases(30_000);
    lease.renewed(0, 0);
    expect(lease.isOver(0, 40_000, null)).toBe(false);
    expect(lease.isOver(0, 40_000, 38_000)).toBe(false);
    expect(lease.isOver(0, 41_000, 38_000)).toBe(true);
  });
});

test('a second is waited for 2 s, and 3 s after the bus is back', () => {
  expect(graceIsOver(1_000, 3_000, 0)).toBe(false);
  expect(graceIsOver(1_000, 3_001, 0)).toBe(true);
  expect(graceIsOver(1_000, 9_000, null)).toBe(false);
  expect(graceIsOver(1_000, 9_000, 7_000)).toBe(false);
  expect(graceIsOver(1_000, 10_001, 7_000)).toBe(true);
});
