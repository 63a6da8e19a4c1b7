import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/fleet/result.ts';
import { checksOf } from '../../src/report/checks.ts';
import { notes } from '../../src/report/notes.ts';
import { type Outcome, outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { runHistogram, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler, fixturePlan, fixtureResult, okResult } from './fixtures.ts';

const outcome = (result: RunResult): Outcome => outcomeOf(result, buildSummary(result));

function booted(n: number, changes: Partial<RunResult> = {}): RunResult {
  const fill = filler();
  fill.count('booted', n);
  fill.record(runHistogram('bootedAfter'), n, 1000);
  return fixtureResult([fill], changes);
}

describe('outcomeOf', () => {
  test('a complete run passes', () => {
    expect(outcome(okResult())).toEqual({
      verdict: 'PASSED',
      exitCode: 0,
      causes: ['5 000 of 5 000 chargers booted'],
      exits: [],
    });
  });

  test('one missing boot fails', () => {
    expect(outcome(booted(4999))).toEqual({
      verdict: 'FAILED',
      exitCode: 99,
      causes: ['only 4 999 of 5 000 chargers booted'],
      exits: [{ exitCode: 99, text: 'only 4 999 of 5 000 chargers booted' }],
    });
  });

  test('how many of a share booted is for all shares together to judge', () => {
    const fleet = { name: 'a', firstCharger: 0, chargerCount: 5000, arrivals: null };
    const plan = fixturePlan({ fleets: [fleet] as never });
    const part = booted(1600, { plan, share: { index: 0, of: 3 } });
    const { thresholds, chargers } = buildSummary(part);
    expect([thresholds, chargers.planned]).toEqual([[], 1667]);
    expect(outcome(part)).toMatchObject({
      ...{ verdict: 'PASSED', exitCode: 0, causes: ['1 600 of 1 667 chargers booted'] },
    });
    expect(outcome({ ...part, ending: 'interrupted' }).exitCode).toBe(105);
    expect(outcome(booted(1600, { share: { index: 0, of: 1 } })).exitCode).toBe(99);
    const words = /^this is share 1 of 3: thresholds and boots are judged by `ocpp-load merge`/;
    expect(notes(part, buildSummary(part))[0]).toMatch(words);
    const check = checksOf(part, buildSummary(part), outcome(part)).find(
      ({ name }) => name === 'all planned chargers booted',
    );
    expect(check).toMatchObject({ state: 'noted', lines: ['1 600 of 1 667 chargers booted'] });
  });

  test.each([
    [4990, 0],
    [4989, 99],
  ])('%d boots with 10 allowed failures: exit %d', (n, exitCode) => {
    const plan = fixturePlan({ allowedBootFailures: 10 });
    expect(outcome(booted(n, { plan })).exitCode).toBe(exitCode);
  });

  test.each([
    ['interrupted', 105, 'INTERRUPTED'],
    ['gaveUp', 99, 'FAILED'],
    ['scriptError', 107, 'FAILED'],
    ['shardError', 109, 'FAILED'],
  ] as const)('%s: exit %d', (ending, exitCode, verdict) => {
    const error = ending.endsWith('Error') ? new Error('wss://u:p@h \u0007bell') : null;
    const { causes, exits, ...rest } = outcome(booted(0, { ending, error }));
    expect(rest).toEqual({ exitCode, verdict });
    expect(exits).toEqual([{ exitCode, text: causes[0] }]);
    expect(causes).toHaveLength(1);
    if (error) expect(causes[0]).toContain('wss://h bell');
  });

  test('sums that do not agree are worse than anything else, and all causes are told', () => {
    const fill = filler();
    fill.calls('Heartbeat', STAGE_STEADY, { sent: 2, answered: 1 });
    const { exitCode, verdict, causes } = outcome(fixtureResult([fill], { ending: 'interrupted' }));
    expect({ exitCode, verdict }).toEqual({ exitCode: 109, verdict: 'FAILED' });
    expect(causes[0]).toContain('1 CALLs without a fate');
    expect(causes[1]).toContain('cut short after');
  });
});
