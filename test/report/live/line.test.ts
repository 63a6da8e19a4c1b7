import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEALTH_CAUSES } from '../../../src/health/verdict.ts';
import { liveLine, plainLine } from '../../../src/report/live/line.ts';
import type { Stage } from '../../../src/series/interval.ts';
import { progress } from './fixtures.ts';

describe('liveLine', () => {
  test('has what fits, the important first', () => {
    const now = progress({ stage: 'ramp', elapsedS: 10, booted: 3412 });
    expect(liveLine(now, 39)).toBe('  0m10s ramp   3 412 / 5 000 booted');
    expect(liveLine(progress(), 39)).toBe('  0m30s steady   errors 2   p99 4.1 ms');
    expect(liveLine(progress(), 60)).toBe('  0m30s steady   errors 2   p99 4.1 ms   charging 311');
  });

  test('shows failed connects where there are any', () => {
    expect(liveLine(progress({ connectsFailed: 7 }), 60)).toContain('failed connects 7');
  });

  test('has no p99 where nothing was answered', () => {
    const silent = progress({ callsAnswered: 0, serviceP99Ms: 0 });
    expect(liveLine(silent, 39)).toContain('p99 -');
    expect(plainLine(silent, null)).toContain('p99 -, errors');
  });

  test('a warning comes before what a narrow terminal leaves out', () => {
    for (const cause of HEALTH_CAUSES) {
      const now = progress({ generator: cause });
      expect(liveLine(now, 60)).toMatch(/steady {3}generator (?!ok)[a-zA-Z ]+/);
    }
    const late = progress({ generator: 'lateness' });
    expect(liveLine(late, 39)).toBe('  0m30s steady   generator late');
    expect(plainLine(late, null)).toMatch(/, generator late$/);
  });

  test('stays below the width of any terminal', () => {
    const stage = fc.constantFrom<Stage>('starting', 'ramp', 'warm-up', 'steady', 'drain', 'done');
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(stage, count, count, fc.integer({ min: 1, max: 200 }), (s, a, b, columns) => {
        const now = progress({ stage: s, planned: a, booted: Math.min(a, b), callsFailed: b });
        expect(liveLine(now, columns).length).toBeLessThan(columns);
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
