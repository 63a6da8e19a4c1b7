import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';
import {
  checkLimits,
  chooseWorkers,
  descriptorsNeeded,
  type MachineLimits,
  machineLimits,
} from '../../src/fleet/limits.ts';

const roomy: MachineLimits = {
  descriptors: Number.POSITIVE_INFINITY,
  sourcePorts: 28_232,
  processors: 4,
};

function mistakeOf(chargers: number, limits: Partial<MachineLimits>): UserError {
  try {
    checkLimits(chargers, { ...roomy, ...limits });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('this machine', () => {
  test('has limits', () => {
    const { descriptors, sourcePorts, processors } = machineLimits();
    expect(descriptors).toBeGreaterThanOrEqual(256);
    expect(sourcePorts).toBeGreaterThan(1000);
    expect(sourcePorts).toBeLessThan(65_536);
    expect(processors).toBe(availableParallelism());
  });

  test('may run five chargers', () => expect(() => checkLimits(5, machineLimits())).not.toThrow());
});

describe('file descriptors', () => {
  test('just enough are enough', () => {
    const descriptors = descriptorsNeeded(5000);
    expect(descriptors).toBeGreaterThan(5000);
    expect(() => checkLimits(5000, { ...roomy, descriptors })).not.toThrow();
  });

  test('one too few: what is needed, what there is, and both ways out', () => {
    const descriptors = descriptorsNeeded(5000) - 1;
    const { message, hint, exitCode } = mistakeOf(5000, { descriptors });
    expect(exitCode).toBe(ExitCode.preflight);
    expect(message).toBe(
      '5000 chargers need 5060 file descriptors, the limit of a process is 5059',
    );
    expect(hint).toBe('raise it (ulimit -n 5060), or run at most 4999 chargers (--chargers)');
  });

  test('what the hint says works', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 1e6 }), fc.nat(1e6), (descriptors, more) => {
        const sourcePorts = 1e9;
        const { hint } = mistakeOf(descriptors + more, { descriptors, sourcePorts });
        const [raised, fewer] = Array.from(hint.matchAll(/\d+/g), Number);
        const limits = { ...roomy, sourcePorts };
        expect(() =>
          checkLimits(descriptors + more, { ...limits, descriptors: raised }),
        ).not.toThrow();
        expect(() => checkLimits(fewer, { ...limits, descriptors })).not.toThrow();
      }),
    );
  });
});

describe('source ports', () => {
  test('as many as chargers are enough, one fewer is not', () => {
    expect(() => checkLimits(28_232, roomy)).not.toThrow();
    const { message, hint, exitCode } = mistakeOf(28_233, {});
    expect(exitCode).toBe(ExitCode.preflight);
    expect(message).toBe(
      '28233 chargers need as many source ports to one address and port, the system has 28232',
    );
    expect(hint).toContain('net.ipv4.ip_local_port_range');
    expect(hint).toContain('--chargers');
  });
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
