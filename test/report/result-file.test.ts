import { expect, test } from 'vitest';
import { outcomeOf } from '../../src/report/outcome.ts';
import { resultFooter, resultHeader } from '../../src/report/result-file.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { fixturePlan, okResult, troubledResult } from './fixtures.ts';

const info = {
  startedAt: new Date(0),
  ...{
    targetUrl: 'wss://user:secret@csms.example/ocpp/{id}?token=secret',
    workers: 2,
    processes: 1,
  },
  ...{ descriptorsNeeded: 1, descriptorLimit: 2, memoryEstimateBytes: 3 },
};

test('a header holds what is planned, and no secret', () => {
  const plan = fixturePlan({ scenarioFile: '/not/there.ts' });
  const header = resultHeader(plan, info, '0.1.0');
  expect(header).toMatchObject({
    ...{ tool: '0.1.0', seed: 7319, workers: 2, startedAt: '1970-01-01T00:00:00.000Z' },
    target: { url: 'wss://csms.example/ocpp/{id}?token=***' },
    stages: { rampS: 20, warmupS: 0, steadyS: 120, graceS: 30 },
    scenario: { name: '5000-chargers.ts', fileSha256: null },
  });
  expect(JSON.stringify(header)).not.toContain('secret');
});

test('that of a share has its own chargers, and what all are judged by', () => {
  const fleet = { name: 'a', firstCharger: 0, chargerCount: 5000, arrivals: null };
  const plan = fixturePlan({ fleets: [fleet] as never, allowedBootFailures: 7 });
  const [whole, part, only] = [undefined, { index: 1, of: 3 }, { index: 0, of: 1 }].map((share) =>
    resultHeader(plan, { ...info, ...(share && { share }) }, '0.1.0'),
  );
  expect(part).toMatchObject({ chargerCount: 1667, fleets: [{ chargers: 1667 }] });
  const { thresholds } = plan;
  expect(part.share).toEqual({
    index: 1,
    of: 3,
    thresholds,
    allowedBootFailures: 7,
    strict: false,
  });
  expect(part.scenario.planSha256).toBe(whole.scenario.planSha256);
  expect(whole).toMatchObject({ chargerCount: 5000, fleets: [{ chargers: 5000 }] });
  expect([whole, only].map((header) => 'share' in header)).toEqual([false, false]);
});

test.each([okResult(), troubledResult()])('a footer holds what came of it', (result) => {
  const summary = buildSummary(result);
  const outcome = outcomeOf(result, summary);
  const footer = resultFooter(result, summary, outcome);
  expect(footer).toMatchObject({ exitCode: outcome.exitCode, steadyS: 120, summary });
  expect(footer.events).toEqual(summary.events);
  expect(JSON.stringify(footer)).not.toContain('secret');
});
