import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/health/verdict.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { sharesJudge, sharesText } from '../../src/report/shares.ts';
import { mergeHeaders, mergeIntervals } from '../../src/result/merge.ts';
import { RunCounterOffset } from '../../src/snapshot/layout.ts';
import { type ShareChanges, share, shareFile, shareSeconds } from '../result/shares.ts';
import { threshold } from '../thresholds/fixture.ts';

/** Three shares, the second as it is said. */
function judged(second: ShareChanges = {}, common: ShareChanges['header'] = {}) {
  const files = [{}, second, {}].map((changes: ShareChanges, index) =>
    shareFile(index, { ...changes, header: { ...common, ...changes.header } }),
  );
  const judge = sharesJudge(mergeHeaders(files.map(({ header }) => header)), files);
  if (judge === null) return null;
  for (const interval of mergeIntervals(files)) judge.add(interval);
  const { footer, outcome } = judge.end();
  return { footer, outcome, text: sharesText(footer, outcome, PLAIN_LOOK) };
}

const finding: Finding = {
  ...{ cause: 'gc', level: 'INVALID', fromS: 1, toS: 2 },
  ...{ text: 'worker 1 paused', fix: 'use more machines' },
};

describe('shares judged together', () => {
  test('pass what each alone could not', () => {
    const run = judged();
    expect(run?.footer).toMatchObject({
      ...{ exitCode: 0, ending: 'completed', peakConnected: 30 },
      causes: ['30 of 30 chargers booted'],
      thresholds: [{ passed: true, measured: 120, aborted: false }],
    });
    // It would have ended the run; that is what was written.
    expect(run?.footer.thresholds[0].threshold.abortOnFail).toBe(true);
    expect(run?.text).toMatch(
      /^\n {2}VALID run, all thresholds passed, 30 of 30 chargers booted\n/,
    );
    expect(run?.text).toContain('✓ ocpp_call_duration   count>=100   count = 120');
  });

  test('fail a threshold together', () => {
    const few = [threshold('ocpp_call_duration', 'count>=121')];
    const shares = [0, 1, 2].map((index) => share(index, { thresholds: few }));
    const files = shares.map((each, index) => shareFile(index, { header: { share: each } }));
    const judge = sharesJudge(mergeHeaders(files.map(({ header }) => header)), files);
    for (const interval of mergeIntervals(files)) judge?.add(interval);
    expect(judge?.end().outcome).toMatchObject({
      ...{ verdict: 'FAILED', exitCode: 99 },
      causes: ['ocpp_call_duration count>=121: count = 120'],
    });
  });

  test('a charger that did not boot is one too few, unless it may fail', () => {
    const seconds = shareSeconds(9);
    expect(judged({ seconds })?.outcome).toMatchObject({
      ...{ exitCode: 99, causes: ['only 29 of 30 chargers booted'] },
    });
    const files = [0, 1, 2].map((index) =>
      shareFile(index, { seconds, header: { share: share(index, { allowedBootFailures: 3 }) } }),
    );
    const judge = sharesJudge(mergeHeaders(files.map(({ header }) => header)), files);
    for (const interval of mergeIntervals(files)) judge?.add(interval);
    expect(judge?.end().outcome).toMatchObject({
      exitCode: 0,
      causes: ['27 of 30 chargers booted'],
    });
  });

  test('the generator of one makes the run INVALID, and is named', () => {
    const verdict = { trust: 'INVALID', findings: [finding] } as const;
    const run = judged({ footer: { verdict, exitCode: 120, causes: ['INVALID run: ...'] } });
    expect(run?.outcome).toMatchObject({
      ...{ exitCode: 120, verdict: 'INVALID' },
      causes: [expect.stringMatching(/^INVALID run: the numbers/)],
    });
    expect(run?.text).toContain('share 2 of 3: worker 1 paused, 0m01s to 0m02s');
    expect(run?.text).toContain('exit 120');
  });

  test('DEGRADED fails where the scenario is strict', () => {
    const verdict = { trust: 'DEGRADED', findings: [{ ...finding, level: 'DEGRADED' }] } as const;
    expect(judged({ footer: { verdict } })?.outcome.exitCode).toBe(0);
    const files = [0, 1, 2].map((index) =>
      shareFile(index, {
        header: { share: share(index, { strict: true }) },
        ...(index === 0 && { footer: { verdict } }),
      }),
    );
    const judge = sharesJudge(mergeHeaders(files.map(({ header }) => header)), files);
    expect(judge?.end().outcome.exitCode).toBe(120);
  });

  test('what went wrong with one is told with its name, the worst first', () => {
    const causes = [
      { exitCode: 107, text: 'the scenario threw: a' },
      { exitCode: 120, text: 'INVALID run: ...' },
    ];
    const run = judged({
      footer: {
        ...{ ending: 'scriptError', exitCode: 107, causes: causes.map(({ text }) => text) },
        summary: { outcome: { exitCode: 107, causes } },
        events: [{ atS: 1.5, text: 'first refused connect' }],
      },
      seconds: shareSeconds(0),
    });
    // Of a run cut short, boots say nothing.
    expect(run?.outcome.causes).toEqual(['share 2 of 3: the scenario threw: a']);
    expect(run?.footer).toMatchObject({ ending: 'scriptError', exitCode: 107 });
    expect(run?.footer.events.map(({ text }) => text)).toEqual([
      'share 1 of 3: first refused connect',
      'share 2 of 3: first refused connect',
      'share 3 of 3: first refused connect',
    ]);
  });

  test('sums that do not agree are a fault of ours', () => {
    const [first, ...rest] = shareSeconds();
    const { counterPlaces, counterChanges } = first.delta;
    const at = counterPlaces.indexOf(RunCounterOffset.booted);
    const changed = counterChanges.with(at, 11);
    const delta = { ...first.delta, counterChanges: changed };
    const run = judged({ seconds: [{ ...first, delta }, ...rest] });
    expect(run?.outcome.exitCode).toBe(109);
    expect(run?.outcome.causes[0]).toContain('the sums do not agree, a fault of ocpp-load');
  });

  test('of which one was killed are not judged', () => {
    expect(judged({ footer: null })).toBe(null);
  });
});
