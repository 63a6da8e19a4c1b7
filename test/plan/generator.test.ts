import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/health/limits.ts';
import { compileGenerator } from '../../src/plan/generator.ts';

test('the defaults', () => {
  expect(compileGenerator()).toEqual({ limits: DEFAULT_LIMITS, strict: false });
});

test('what the scenario says goes over them, in the units of the plan', () => {
  const { limits, strict } = compileGenerator({
    strict: true,
    limits: {
      lateness: { degraded: '2ms' },
      clockStep: { invalid: '1m' },
      utilisation: { degraded: 0.5, invalid: 0.6 },
      memory: { invalid: 0 },
    },
    tolerated: { share: 0.1, time: '500ms' },
    shortest: '1s',
  });
  expect(strict).toBe(true);
  expect(limits).toEqual({
    causes: {
      ...DEFAULT_LIMITS.causes,
      lateness: { degraded: 2, invalid: 25 },
      clockStep: { degraded: 100, invalid: 60_000 },
      utilisation: { degraded: 0.5, invalid: 0.6 },
      memory: { degraded: 256e6, invalid: 0 },
    },
    ...{ toleratedShare: 0.1, toleratedS: 0.5, shortestS: 1 },
  });
});
