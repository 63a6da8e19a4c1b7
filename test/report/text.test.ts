import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/fleet/result.ts';
import { type Look, PLAIN_LOOK } from '../../src/report/look.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { summaryText } from '../../src/report/text.ts';
import { STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler, fixtureResult, interruptedResult, okResult, troubledResult } from './fixtures.ts';
import { expectGolden } from './golden.ts';

function textOf(result: RunResult, look: Look = PLAIN_LOOK, exported?: string): string {
  const summary = buildSummary(result);
  return summaryText(result, summary, outcomeOf(result, summary), { look, exported });
}

describe('summaryText', () => {
  test('golden: an ok run', () => expectGolden('summary-ok.txt', textOf(okResult())));
  test('golden: failures', () => expectGolden('summary-failures.txt', textOf(troubledResult())));
  test('golden: interrupted', () => {
    expectGolden('summary-interrupted.txt', textOf(interruptedResult()));
  });
  test('golden: a narrow terminal', () => {
    const look = { width: 72, color: false };
    expectGolden('summary-narrow.txt', textOf(troubledResult(), look));
  });

  test.each([100, 80, 72])('fits %d columns', (width) => {
    for (const result of [okResult(), troubledResult(), interruptedResult()]) {
      for (const line of textOf(result, { width, color: false }).split('\n')) {
        expect(line.length, line).toBeLessThanOrEqual(width);
      }
    }
  });

  test('colours change nothing but colours', () => {
    const colored = textOf(troubledResult(), { width: 100, color: true });
    expect(colored).toContain('\u001b[31mFAILED\u001b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(textOf(troubledResult()));
  });

  test('shows nothing of a target that could move the cursor, and no credentials', () => {
    const text = textOf(troubledResult());
    expect(text).not.toMatch(/[^\n\P{Cc}]/u);
    expect(text).not.toContain('secret');
  });

  test('shows sums that do not agree', () => {
    const fill = filler();
    fill.calls('Heartbeat', STAGE_STEADY, { sent: 10, answered: 8 });
    const text = textOf(fixtureResult([fill]));
    expect(text).toContain('SUMS DO NOT AGREE');
    expect(text).toContain('2 CALLs without a fate');
    expect(text).toContain('exit 109');
  });

  test('says where a scenario threw', () => {
    const error = new Error('boom');
    error.stack = 'Error: boom\n    at flow (nightly.ts:12:34)';
    const text = textOf(fixtureResult([], { ending: 'scriptError', error }));
    expect(text).toContain('the scenario threw: boom');
    expect(text).toContain('    at flow (nightly.ts:12:34)');
  });

  test('names the exported file, or how to get one', () => {
    expect(textOf(okResult(), PLAIN_LOOK, 'run.json')).toContain('these figures are in run.json');
    expect(textOf(okResult())).toContain('--summary-export run.json');
  });

  test.each([
    [{ rampS: 2.5, warmupS: 0.2, steadyS: 10 }, 'run.olr --from 3s --to 7s` looks'],
    [{ rampS: 60, warmupS: 30, steadyS: 600 }, 'run.olr --from 1m30s --to 6m30s` looks'],
    [{ rampS: 2.5, warmupS: 0, steadyS: 0.8 }, 'run.olr` looks'],
  ])('names a cut of the recorded run that exists: %j', (times, words) => {
    const result = { ...okResult(), ...times };
    const summary = buildSummary(result);
    const options = { look: PLAIN_LOOK, out: 'run.olr' };
    const text = summaryText(result, summary, outcomeOf(result, summary), options);
    expect(text.replace(/\s+/g, ' ')).toContain(`ocpp-load report ${words}`);
  });

  test('keeps a long list of events short', () => {
    const events = Array.from({ length: 30 }, (_, i) => ({ atS: i, text: `event ${i}` }));
    const text = textOf({ ...okResult(), events });
    expect(text).toContain('11.0s  event 11\n    ... and 18 more');
  });

  test('does not let a tiny run pass for a measurement of costs', () => {
    const words = 'too small a run to judge costs by';
    expect(textOf(fixtureResult([])).replace(/\s+/g, ' ')).toContain(words);
    expect(textOf(okResult())).not.toContain('too small');
  });

  test('a run without a single call still reads well', () => {
    expect(textOf(fixtureResult([], { peakConnected: 0 }))).toContain('CALLS\n    none was sent');
  });
});
