import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/fleet/result.ts';
import { HEALTH_CAUSES } from '../../src/health/verdict.ts';
import { type Check, checksOf } from '../../src/report/checks.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { runHistogram } from '../../src/snapshot/layout.ts';
import { filler, fixtureResult, interruptedResult, okResult } from './fixtures.ts';
import { finding, judgedResult, thresholdResult } from './judged.ts';

function checks(result: RunResult): Check[] {
  const summary = buildSummary(result);
  return checksOf(result, summary, outcomeOf(result, summary));
}

const named = (all: readonly Check[], name: string) => all.find((check) => check.name === name)!;

describe('checksOf', () => {
  test('of a good run all pass, and all causes are there', () => {
    const all = checks(okResult());
    expect(all.map(({ name }) => name)).toEqual([
      'the run is complete',
      'all planned chargers booted',
      ...HEALTH_CAUSES,
    ]);
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['passed']));
    expect(named(all, 'all planned chargers booted').lines).toEqual([
      '5 000 of 5 000 chargers booted',
    ]);
  });

  test('a run that was cut short is broken; its boots say nothing', () => {
    const all = checks({ ...interruptedResult(), snapshot: fixtureResult([filler()]).snapshot });
    expect(named(all, 'the run is complete')).toMatchObject({
      state: 'broken',
      lines: [expect.stringContaining('cut short after')],
    });
    expect(named(all, 'all planned chargers booted').state).toBe('noted');
  });

  test('an exception of the scenario comes with its place, without credentials', () => {
    const error = new Error('at wss://u:secret@h/x');
    error.stack = 'called at nightly.ts:7:3';
    const all = checks(fixtureResult([], { ending: 'scriptError', error }));
    expect(named(all, 'the run is complete')).toMatchObject({
      lines: ['the scenario threw: at wss://h/x', 'called at nightly.ts:7:3'],
    });
  });

  test('missing chargers fail the built-in check', () => {
    const fill = filler();
    fill.count('booted', 4999);
    fill.record(runHistogram('bootedAfter'), 4999, 1000);
    expect(named(checks(fixtureResult([fill])), 'all planned chargers booted')).toMatchObject({
      state: 'failed',
      lines: ['only 4 999 of 5 000 chargers booted'],
    });
    const gaveUp = checks(fixtureResult([], { ending: 'gaveUp' }));
    expect(named(gaveUp, 'all planned chargers booted').lines).toEqual([
      'no charger could connect',
    ]);
  });

  test('thresholds fail with what was measured', () => {
    const all = checks(judgedResult());
    const name = 'ocpp_call_duration{action:BootNotification} p(99)<500 in every 30s';
    expect(named(all, name)).toMatchObject({
      ...{ group: 'thresholds', state: 'failed' },
      lines: ['p(99) = 612 ms in the 30s to 1m15s'],
    });
    expect(named(all, 'ocpp_call_failed rate<0.001')).toMatchObject({ state: 'passed' });
  });

  test('thresholds have names of their own', () => {
    const plain = thresholdResult();
    const thresholds = [plain, thresholdResult({}, { windowNs: 3e9 }), plain];
    const name = 'ocpp_call_duration{action:BootNotification} p(99)<500';
    const all = checks({ ...okResult(), thresholds });
    expect(all.filter(({ group }) => group === 'thresholds').map((each) => each.name)).toEqual([
      ...[name, `${name} in every 3s`, `${name} (2)`],
    ]);
  });

  test('a cause fails when one of its findings made the run invalid', () => {
    const all = checks(judgedResult());
    expect(named(all, 'utilisation')).toMatchObject({
      state: 'failed',
      lines: [
        expect.stringMatching(/^INVALID 0m41s to 1m30s: worker 1 was busy 97 % .* -> add a worker/),
        expect.stringMatching(/^DEGRADED /),
      ],
    });
    expect(named(all, 'gc').state).toBe('noted');
    expect(named(all, 'steal').state).toBe('passed');
  });

  test('what degrades a run fails it with --strict', () => {
    const findings = [finding({ level: 'DEGRADED' })];
    const { plan } = okResult();
    const checked = (strict: boolean) => {
      const generator = { ...plan.generator, strict };
      const verdict = { trust: 'DEGRADED', findings } as const;
      return checks({ ...okResult(), plan: { ...plan, generator }, verdict });
    };
    expect(named(checked(false), 'utilisation').state).toBe('noted');
    expect(named(checked(true), 'utilisation').state).toBe('failed');
  });
});
