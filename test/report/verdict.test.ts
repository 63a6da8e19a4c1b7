import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/fleet/result.ts';
import { DEFAULT_LIMITS } from '../../src/health/limits.ts';
import type { Finding, Verdict } from '../../src/health/verdict.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { summaryText } from '../../src/report/text.ts';
import { findingLines, trustText } from '../../src/report/verdict.ts';
import { fixturePlan, interruptedResult, okResult, troubledResult } from './fixtures.ts';
import { expectGolden } from './golden.ts';

const RATE = 'add a worker (--workers 3) or a machine, or lower the rate to about 21 000 calls/s';
const BUSY: Finding = {
  ...{ cause: 'utilisation', level: 'INVALID', fromS: 41, toS: 90, fix: RATE },
  text: 'worker 1 was busy 97 % for 49 s (limit 95 %)',
};
const LATE: Finding = {
  ...{ cause: 'lateness', level: 'INVALID', fromS: 41.2, toS: 41.9, fix: RATE },
  text: 'sends were late: p99 38 ms behind schedule (limit 25 ms)',
};
const STEAL: Finding = {
  ...{ cause: 'steal', level: 'DEGRADED', fromS: 60, toS: 72 },
  text: 'the host gave 14 % of the processor time to others (9 s long; limit 10 %)',
  fix: 'use a machine with processors of its own, or repeat the run at a quieter time',
};
const INVALID: Verdict = { trust: 'INVALID', findings: [BUSY, LATE, STEAL] };
const DEGRADED: Verdict = { trust: 'DEGRADED', findings: [STEAL] };

function reportOf(result: RunResult) {
  const summary = buildSummary(result);
  const outcome = outcomeOf(result, summary);
  return { summary, outcome, text: summaryText(result, summary, outcome, { look: PLAIN_LOOK }) };
}

describe('an INVALID run', () => {
  test('golden', () => {
    expectGolden('summary-invalid.txt', reportOf({ ...okResult(), verdict: INVALID }).text);
  });

  test('never exits 0 or 99, and says why, whatever else was wrong', () => {
    const { summary, outcome } = reportOf({ ...troubledResult(), verdict: INVALID });
    expect(outcome).toMatchObject({ verdict: 'INVALID', exitCode: 120 });
    expect(summary.outcome.causes.map(({ exitCode }) => exitCode)).toEqual([120, 99]);
    expect(summary.verdict).toEqual(INVALID);
  });

  test('that was interrupted exits 105', () => {
    const { text, outcome } = reportOf({ ...interruptedResult(), verdict: INVALID });
    expect(outcome.exitCode).toBe(105);
    expect(text).toContain('also: INVALID run');
  });
});

describe('a DEGRADED run', () => {
  test('golden', () => {
    expectGolden('summary-degraded.txt', reportOf({ ...okResult(), verdict: DEGRADED }).text);
  });

  test('fails only where it is strict', () => {
    const generator = { limits: DEFAULT_LIMITS, strict: true };
    const strict = { ...okResult(), verdict: DEGRADED, plan: fixturePlan({ generator }) };
    expect(reportOf({ ...okResult(), verdict: DEGRADED }).outcome.exitCode).toBe(0);
    expect(reportOf(strict).outcome.exitCode).toBe(120);
    expect(reportOf({ ...strict, verdict: okResult().verdict }).outcome.exitCode).toBe(0);
  });
});

describe('findings', () => {
  test('say when, and a fix that they share is told once', () => {
    expect(findingLines(INVALID, PLAIN_LOOK)).toEqual([
      '    worker 1 was busy 97 % for 49 s (limit 95 %), 0m41s to 1m30s',
      '    sends were late: p99 38 ms behind schedule (limit 25 ms), at 0m41s',
      `    ${STEAL.text}, 1m00s to 1m12s`,
      `    -> ${RATE}`,
      `    -> ${STEAL.fix}`,
    ]);
    expect(findingLines({ trust: 'VALID', findings: [] }, PLAIN_LOOK)).toEqual([]);
  });

  test('show nothing that could move the cursor, and no credentials', () => {
    const text = 'a worker was lost: \u001b[31mwss://u:secret@h';
    const verdict: Verdict = {
      trust: 'INVALID',
      findings: [{ ...BUSY, cause: 'lostWorker', text }],
    };
    const { summary, text: report } = reportOf({ ...okResult(), verdict });
    expect(report).toContain('a worker was lost: wss://h');
    expect(summary.verdict.findings[0].text).toBe('a worker was lost: wss://h');
  });
});

test('a short run says that its timing was not judged', () => {
  expect(trustText(okResult())).toBe('VALID');
  expect(trustText({ ...okResult(), steadyS: 4.9 })).toBe(
    'VALID (too short a run to judge its timing)',
  );
});
