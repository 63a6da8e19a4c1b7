import { expect, test } from 'vitest';
import { capacityOf } from '../../src/agent/capacity.ts';

const FACTS = { descriptors: 20_000, processors: 2, availableBytes: 64e9, groupMemoryBytes: null };
const AUTO = { workers: 'auto', processes: 'auto' } as const;

test('one process takes what its descriptors allow, several as often', () => {
  expect(capacityOf(FACTS, { ...AUTO, processes: 1 })).toBe(19_940);
  expect(capacityOf(FACTS, { ...AUTO, processes: 3 })).toBe(3 * 19_940);
});

test('memory is the limit where there is little of it, of the machine or of the group', () => {
  const little = capacityOf({ ...FACTS, availableBytes: 200e6 }, AUTO);
  expect(little).toBeGreaterThan(5_000);
  expect(little).toBeLessThan(15_000);
  expect(capacityOf({ ...FACTS, groupMemoryBytes: 200e6 }, AUTO)).toBe(little);
});

test('never less than one charger, and never more than a plan may have', () => {
  expect(capacityOf({ ...FACTS, availableBytes: 1e6 }, AUTO)).toBe(1);
  const boundless = { descriptors: null, availableBytes: null, groupMemoryBytes: null };
  expect(capacityOf({ ...boundless, processors: 64 }, AUTO)).toBe(1_000_000);
});
