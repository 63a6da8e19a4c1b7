import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/fleet/result.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { summaryText } from '../../src/report/text.ts';
import {
  allThresholds,
  plannedThresholds,
  thresholdsOf,
  thresholdsSection,
} from '../../src/report/thresholds.ts';
import { runHistogram } from '../../src/snapshot/layout.ts';
import type { Threshold, ThresholdResult } from '../../src/thresholds/types.ts';
import { threshold } from '../thresholds/fixture.ts';
import { filler, fixturePlan, fixtureResult, okResult } from './fixtures.ts';
import { expectGolden } from './golden.ts';

function judged(
  selector: string,
  expression: string,
  passed: boolean,
  changes: Partial<ThresholdResult> = {},
): ThresholdResult {
  const whole = { threshold: threshold(selector, expression), measured: 1, atS: null };
  return { ...whole, passed, aborted: false, ...changes };
}

const WINDOW = threshold('ocpp_call_duration', 'p(99)<500', { windowNs: 30e9 });

const MIXED: readonly ThresholdResult[] = [
  judged('ocpp_call_duration{action:BootNotification}', 'p(99)<500', true, { measured: 11.203 }),
  judged('ocpp_call_failed', 'rate<0.001', false, { measured: 0.0010004 }),
  { threshold: WINDOW, passed: false, measured: 612, atS: 72.03, aborted: false },
  judged('ocpp_calls', 'rate>100', true, { measured: 244.13 }),
  judged('ocpp_effect_duration{command:Reset}', 'max<5000', false, { measured: null }),
];

const textOf = (result: RunResult, look = PLAIN_LOOK) => {
  const summary = buildSummary(result);
  return summaryText(result, summary, outcomeOf(result, summary), { look });
};
const withThresholds = (...thresholds: readonly ThresholdResult[]): RunResult => ({
  ...okResult(),
  thresholds,
});

describe('the section', () => {
  test('golden: failed ones first, with what was measured', () => {
    expectGolden('summary-thresholds.txt', textOf(withThresholds(...MIXED)));
  });

  test('golden: a run that one of them ended, on a narrow terminal', () => {
    const ended = judged('ocpp_call_failed{action:StartTransaction}', 'rate<0.01', false, {
      ...{ measured: 0.25, atS: 41.02, aborted: true },
    });
    const result = { ...withThresholds(ended, ...MIXED), ending: 'failedThreshold' as const };
    expectGolden(
      'summary-aborted.txt',
      textOf({ ...result, steadyS: 21 }, { width: 72, color: false }),
    );
  });

  test.each([100, 80, 72])('fits %d columns', (width) => {
    for (const line of textOf(withThresholds(...MIXED), { width, color: false }).split('\n')) {
      expect(line.length, line).toBeLessThanOrEqual(width);
    }
  });

  test('is not there without thresholds of the scenario', () => {
    expect(textOf(okResult())).not.toContain('THRESHOLDS');
  });
});

describe('the figures', () => {
  const text = (each: ThresholdResult) => thresholdsOf(withThresholds(each))[0].text;

  test.each<[string, string, number | null, string]>([
    ['ocpp_call_duration', 'p(99)<500', 11.2034, 'p(99) = 11.2 ms'],
    ['ocpp_call_duration', 'p(99.9)<500', 500.4, 'p(99.9) = 500.4 ms'],
    ['ocpp_call_duration', 'count>1', 44_118, 'count = 44 118'],
    ['ocpp_calls', 'count>1', 44_118, 'count = 44 118 CALLs'],
    ['ocpp_calls', 'rate>1', 367.649, 'rate = 368 CALLs/s'],
    ['ocpp_call_failed', 'rate<0.001', 0, 'rate = 0'],
    ['ocpp_call_failed', 'rate<0.001', 0.0010004, 'rate = 0.0010004'],
    ['ocpp_chargers_connected', 'value>4990', 4991, 'value = 4 991 chargers'],
    ['ocpp_call_duration', 'p(99)<500', null, 'nothing was measured'],
  ])('%s %s measured %s: %s', (selector, expression, measured, expected) => {
    expect(text(judged(selector, expression, true, { measured }))).toBe(expected);
  });

  test('of a window say when it ended', () => {
    expect(text(MIXED[2])).toBe('p(99) = 612 ms in the 30s to 1m12s');
  });
});

describe('where nothing was measured says why', () => {
  const text = (each: Threshold, steadyS: number) =>
    thresholdsOf({
      ...okResult(),
      ...{ ending: 'interrupted', steadyS },
      thresholds: [{ threshold: each, passed: false, measured: null, atS: null, aborted: false }],
    })[0].text;

  test('a window longer than what there was', () => {
    const every = threshold('ocpp_call_duration', 'p(99)<500', { windowNs: 3e9 });
    expect(text(every, 2)).toBe('no whole window of 3s was measured');
    expect(text(every, 3)).toBe('nothing was measured');
  });

  test('no steady stage', () => {
    const plain = threshold('ocpp_call_duration', 'p(99)<500');
    expect(text(plain, 0)).toBe('the run ended before its steady stage');
    expect(text(plain, 1)).toBe('nothing was measured');
    expect(text(threshold('ocpp_boot_duration', 'p(99)<500'), 0)).toBe('nothing was measured');
  });
});

test('the window is part of the condition, wherever it is told', () => {
  expect(textOf(withThresholds(MIXED[2]))).toContain('p(99)<500 in every 30s   p(99) = 612 ms');
  const summary = buildSummary(withThresholds(MIXED[2]));
  expect(outcomeOf(withThresholds(MIXED[2]), summary).causes[0]).toContain(
    'ocpp_call_duration p(99)<500 in every 30s: p(99) = 612 ms',
  );
});

describe('the built-in threshold', () => {
  const builtIn = (booted: number, allowedBootFailures: number) => {
    const fill = filler();
    fill.count('booted', booted);
    fill.record(runHistogram('bootedAfter'), booted, 1000);
    const plan = fixturePlan({ allowedBootFailures });
    return thresholdsOf(fixtureResult([fill], { plan })).map(({ expression, passed }) => [
      expression,
      passed,
    ]);
  };

  test('is the last, and that all planned chargers boot', () => {
    expect(builtIn(5000, 0)).toEqual([['rate>=1', true]]);
    expect(builtIn(4999, 0)).toEqual([['rate>=1', false]]);
    expect(builtIn(4990, 10)).toEqual([['rate>=0.998', true]]);
    expect(builtIn(4989, 10)).toEqual([['rate>=0.998', false]]);
    expect(builtIn(0, 5000)).toEqual([]);
  });

  test('is not that of a share, nor are the others', () => {
    expect(plannedThresholds(fixturePlan(), { index: 0, of: 2 })).toEqual([]);
  });

  test('is planned where it will be judged', () => {
    for (const allowedBootFailures of [0, 10, 5000]) {
      const plan = fixturePlan({ allowedBootFailures, thresholds: [] });
      const judged = allThresholds(fixtureResult([], { plan })).map(({ threshold }) => threshold);
      expect(plannedThresholds(plan).map(({ selector }) => selector)).toEqual(
        judged.map(({ selector }) => selector),
      );
    }
  });
});

describe('the outcome', () => {
  const outcome = (result: RunResult) => outcomeOf(result, buildSummary(result));

  test('one that fails is named with its figure, exit 99', () => {
    expect(outcome(withThresholds(MIXED[0], MIXED[1]))).toMatchObject({
      ...{ exitCode: 99, verdict: 'FAILED' },
      causes: ['ocpp_call_failed rate<0.001: rate = 0.0010004'],
    });
  });

  test('several are counted as the table shows them, and come before missing boots', () => {
    const result = { ...withThresholds(...MIXED), plan: fixturePlan({ chargerCount: 5001 }) };
    const lines = thresholdsSection(buildSummary(result).thresholds, { width: 100, color: false });
    const marked = (mark: string) => lines.filter((line) => line.includes(mark)).length;
    expect([marked('✗'), marked('✗') + marked('✓')]).toEqual([4, 6]);
    expect(outcome(result).causes).toEqual([
      '4 of 6 thresholds failed',
      'only 5 000 of 5 001 chargers booted',
    ]);
  });

  test('all that hold pass', () => {
    expect(outcome(withThresholds(MIXED[0])).exitCode).toBe(0);
  });

  test('a run cut short is not blamed for what it had no time to measure', () => {
    const unmeasured = judged('ocpp_call_duration', 'p(99)<500', false, { measured: null });
    const complete = withThresholds(unmeasured);
    expect(outcome(complete).causes[0]).toContain('nothing was measured');
    expect(outcome({ ...complete, ending: 'interrupted' }).causes).toHaveLength(1);
  });

  test.each([
    ['failedThreshold', 99, 'ocpp_call_failed rate<0.001'],
    ['aborted', 108, 'the scenario aborted it: enough'],
    ['interrupted', 105, 'cut short after'],
  ] as const)('%s: exit %d', (ending, exitCode, words) => {
    const error = ending === 'aborted' ? new Error('enough') : null;
    const found = outcome({ ...withThresholds(MIXED[1]), ending, error });
    expect(found.exitCode).toBe(exitCode);
    expect(found.causes[0]).toContain(words);
    expect(found.causes.join()).toContain('ocpp_call_failed');
  });
});
