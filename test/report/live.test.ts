import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Progress } from '../../src/fleet/result.ts';
import { HEALTH_CAUSES } from '../../src/health/verdict.ts';
import { liveLine, plainLine } from '../../src/report/live.ts';
import type { Stage } from '../../src/series/interval.ts';

const progress = (changes: Partial<Progress> = {}): Progress => ({
  stage: 'steady',
  elapsedS: 30,
  plannedS: 140,
  planned: 5000,
  connected: 5000,
  booted: 5000,
  charging: 311,
  connectsUpgraded: 5000,
  connectsFailed: 0,
  callsSent: 20_000,
  callsAnswered: 19_990,
  callsFailed: 2,
  serviceP99Ms: 4.1,
  generator: null,
  ...changes,
});

describe('liveLine', () => {
  test('while booting: a bar and the rate of connects', () => {
    const now = progress({ stage: 'ramp', elapsedS: 10, booted: 3412, connectsUpgraded: 3500 });
    const before = progress({ elapsedS: 9, connectsUpgraded: 3330, callsSent: 19_000 });
    expect(liveLine(now, before, 120)).toBe(
      `  booting   ${'█'.repeat(19)}${'░'.repeat(10)}  3 412 / 5 000   170.0 connects/s   ` +
        'calls 1 000/s   p99 4.1 ms   errors 2',
    );
  });

  test('afterwards: the clock and what the chargers do', () => {
    const before = progress({ elapsedS: 29, callsSent: 18_058 });
    expect(liveLine(progress(), before, 100)).toBe(
      '  0m30s / 2m20s  steady   calls 1 942/s   charging 311   p99 4.1 ms   errors 2   ' +
        'generator ok',
    );
    expect(liveLine(progress({ elapsedS: 141, stage: 'drain' }), before, 100)).toMatch(
      /^ {2}2m21s {2}drain /,
    );
  });

  test('shows failed connects where there are any', () => {
    expect(liveLine(progress({ connectsFailed: 7 }), null, 120)).toContain('failed connects 7');
  });

  test('has no p99 where nothing was answered', () => {
    const silent = progress({ callsAnswered: 0, serviceP99Ms: 0 });
    expect(liveLine(silent, null, 120)).toContain('p99 -   errors');
    expect(plainLine(silent, null)).toContain('p99 -, errors');
  });

  test('a warning comes before what a narrow terminal leaves out', () => {
    for (const cause of HEALTH_CAUSES) {
      const now = progress({ generator: cause });
      expect(liveLine(now, null, 60)).toMatch(/steady {3}generator (?!ok)[a-zA-Z ]+/);
    }
    const late = liveLine(progress({ generator: 'lateness' }), null, 72);
    expect(late).toContain('steady   generator late   calls');
    expect(plainLine(progress({ generator: 'lateness' }), null)).toMatch(/, generator late$/);
  });

  test('stays below the width of any terminal', () => {
    const stage = fc.constantFrom<Stage>('starting', 'ramp', 'warm-up', 'steady', 'drain', 'done');
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(stage, count, count, fc.integer({ min: 40, max: 200 }), (s, a, b, width) => {
        const now = progress({ stage: s, planned: a, booted: Math.min(a, b), callsSent: b });
        expect(liveLine(now, null, width).length).toBeLessThan(width);
      }),
    );
  });
});

describe('plainLine', () => {
  test('says everything in words', () => {
    const before = progress({ elapsedS: 20, callsSent: 10_000, connectsUpgraded: 4000 });
    expect(plainLine(progress({ connectsFailed: 3 }), before)).toBe(
      '0m30s steady: 5 000 of 5 000 booted, 100.0 connects/s, calls 1 000/s, charging 311, ' +
        'p99 4.1 ms, errors 2, failed connects 3, generator ok',
    );
  });
  test('has no rate from no time', () => {
    expect(plainLine(progress({ elapsedS: 0 }), null)).toContain('calls 0/s');
  });
});
