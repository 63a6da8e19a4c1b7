import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import {
  chooseWorkers,
  descriptorsNeeded,
  machineLimits,
  memoryNeeded,
  mostChargers,
  parsePorts,
  targetProcesses,
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
  const few = memoryNeeded(10, { processes: 1, workers: 1 });
  expect(few).toBeGreaterThan(30e6);
  expect(memoryNeeded(1010, { processes: 1, workers: 1 }) - few).toBeCloseTo(7e6);
  expect(memoryNeeded(10, { processes: 1, workers: 2 })).toBeGreaterThan(few);
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

describe('processes of the embedded central system', () => {
  const light = { light: true };
  test.each([
    [{}, 10_000, 20_000, undefined],
    [light, 5, 20_000, 1],
    [light, 17_000, 20_000, 1],
    [light, 100_000, 20_000, 6],
    [light, 100_000, Number.POSITIVE_INFINITY, 1],
    [light, 100_000, null, 1],
    [light, 1_000_000, Number.POSITIVE_INFINITY, 9],
    [{ ...light, processes: 3 }, 5, 20_000, 3],
  ])('%j, %i chargers, %s descriptors: %s', (embedded, chargers, descriptors, processes) => {
    expect(targetProcesses(embedded, chargers, descriptors)).toBe(processes);
  });

  test.each([
    [{}, 'embedded: { light: true } takes several'],
    [{ ...light, processes: 2 }, 'embedded: { processes: 6 }'],
  ])('%j is not enough', (embedded, hint) => {
    expect(() => targetProcesses(embedded, 100_000, 20_000)).toThrow(
      expect.objectContaining({ name: 'UserError', hint, exitCode: ExitCode.preflight }),
    );
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
