import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chooseWorkers,
  descriptorsNeeded,
  machineLimits,
  memoryNeeded,
  mostChargers,
  parsePorts,
} from '../../src/fleet/limits.ts';

describe('this machine', () => {
  test('has limits', () => {
    const { descriptors, sourcePorts, processors } = machineLimits();
    expect(descriptors).toBeGreaterThanOrEqual(256);
    expect(sourcePorts).toBeGreaterThan(1000);
    expect(sourcePorts).toBeLessThan(65_536);
    expect(processors).toBe(availableParallelism());
  });
});

describe('file descriptors', () => {
  test('as many chargers as are said to be the most have enough, one more does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 1e6 }), (descriptors) => {
        const most = mostChargers(descriptors);
        expect(descriptorsNeeded(most)).toBeLessThanOrEqual(descriptors);
        expect(descriptorsNeeded(most + 1)).toBeGreaterThan(descriptors);
      }),
    );
  });

  test('too few for the process itself are enough for no charger', () => {
    expect(mostChargers(20)).toBe(0);
  });
});

test('memory grows with chargers and workers', () => {
  const few = memoryNeeded(10, 1);
  expect(few).toBeGreaterThan(30e6);
  expect(memoryNeeded(1010, 1) - few).toBeCloseTo(7e6);
  expect(memoryNeeded(10, 2)).toBeGreaterThan(few);
});

describe('workers', () => {
  test.each([
    [1, 8, 1],
    [2500, 8, 1],
    [2501, 8, 2],
    [5000, 2, 2],
    [100_000, 4, 4],
    [100_000, 1, 1],
    [0, 4, 1],
  ])('%i chargers on %i processors: %i', (chargers, processors, workers) => {
    expect(chooseWorkers(chargers, processors)).toBe(workers);
  });
});

test('reserved ports, as the system writes them', () => {
  expect(parsePorts('8080,9148-9200,10000\n')).toEqual([
    [8080, 8080],
    [9148, 9200],
    [10_000, 10_000],
  ]);
  expect(parsePorts('\n')).toEqual([]);
});
