import { expect, test } from 'vitest';
import {
  isPart,
  plannedChargers,
  plannedCounts,
  shareName,
  shareText,
} from '../../src/report/share.ts';
import { fixturePlan } from './fixtures.ts';

const fleet = (name: string, firstCharger: number, chargerCount: number) => ({
  ...{ name, firstCharger, chargerCount, arrivals: null },
});
const plan = fixturePlan({
  chargerCount: 5000,
  fleets: [fleet('a', 0, 4000), fleet('b', 4000, 1000)] as never,
});

test('a share in words, and its chargers', () => {
  const first = { index: 0, of: 3 };
  expect(shareName(first)).toBe('share 1 of 3');
  expect(shareText(plan, first)).toBe('1 of 3: 1 667 of 5 000 chargers');
  expect(plannedCounts(plan, first)).toEqual([1334, 333]);
  expect(plannedChargers(plan)).toBe(5000);
  expect(plannedCounts(plan)).toEqual([4000, 1000]);
});

test('one of one is no part', () => {
  expect([undefined, { index: 0, of: 1 }, { index: 0, of: 2 }].map(isPart)).toEqual([
    ...[false, false, true],
  ]);
});
