/** Everything that the dashboard and the rules ask, asked of a real Prometheus about a real run. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { type LiveRun, liveRun, type Watched, watch } from '../dashboards/live.ts';
import { panelData } from '../dashboards/preview/data.ts';
import { fillIn } from '../dashboards/promql.ts';
import { readDashboard, readRules, variableQuery } from '../dashboards/reading.ts';
import { describeWith } from '../support/programs.ts';

const RUN_ID = 'busy';
const KINDS = ['native', 'classic', 'written'] as const;
type Kind = (typeof KINDS)[number];
/** Known when the run is over: it is written then, but nobody scrapes any more. */
const KNOWN_LAST = 'OcppLoadThresholdFailed';
const alertsOf = (kind: Kind) =>
  readRules('alerts').filter(({ alert }) => kind === 'written' || alert !== KNOWN_LAST);
/** As Grafana sets them, with the run compared with itself: it is written every 5 s. */
const variablesOf = (kind: Kind) => ({
  ...{ run: RUN_ID, compare: RUN_ID, shift: '1', action: '.*', fleet: '.*', quantile: '0.99' },
  __range: '60s',
  __rate_interval: kind === 'written' ? '20s' : '4s',
});
const { panels, templating, annotations } = readDashboard();
const targets = panels.flatMap((panel) =>
  (panel.targets ?? []).map((target) => ({ ...panel, targets: [target] })),
);

describeWith(['prometheus', 'promtool'], 'the dashboard over a real run', () => {
  let watched: Watched;
  let run: LiveRun;
  let exposition = '';

  beforeAll(async () => {
    watched = await watch();
    const running = liveRun(watched, RUN_ID);
    exposition = await lateText(`http://${watched.address}/metrics`, running);
    run = await running;
  }, 120_000);
  afterAll(() => watched?.stop());

  test('the run ended as it should: a threshold does not hold', () => {
    // On a machine that is busy with other tests it may be INVALID as well, which comes first.
    expect([ExitCode.thresholds, ExitCode.invalid], run.stderr).toContain(run.exitCode);
  });

  test('promtool has nothing against the metrics', async () => {
    expect(exposition).toContain('ocpp_calls_total');
    expect(await promtoolSays(exposition)).toBe('');
  });

  describe.each(KINDS)('%s', (kind) => {
    const variables = variablesOf(kind);

    test.each(targets.map((panel) => [panel.title, panel.targets[0].refId, panel] as const))(
      'panel "%s" %s',
      async (_, __, panel) => {
        const { lines, cells } = await panelData(watched[kind], panel, variables, run.range);
        const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
        const numbers = [...values, ...cells.map(({ count }) => count)].filter(Number.isFinite);
        expect(numbers.length, fillIn(panel.targets[0].expr, variables)).toBeGreaterThan(0);
      },
    );

    test('variables offer the run, its actions and fleets, and a shift', async () => {
      const found = new Map<string, string[]>();
      for (const variable of templating.list) {
        const promql = variableQuery(variable);
        if (promql === null) continue;
        const series = await watched[kind].query(fillIn(promql, variables), lastS(run));
        found.set(
          variable.name,
          series.map(({ metric, value }) => `${JSON.stringify(metric)} ${value}`),
        );
        expect(series.length, variable.name).toBeGreaterThan(0);
      }
      expect(found.get('run')?.[0]).toContain(`"run_id":"${RUN_ID}"`);
      expect(found.get('shift')).toEqual(['{} 1']);
      expect(found.get('fleet')?.join()).toContain('pacemakers');
    });

    test.each(annotations.list.map(({ name, expr }) => [name, expr]))(
      'marks %s',
      async (_, expr) => {
        const marks = await watched[kind].queryRange(fillIn(expr, variables), run.range);
        expect(marks.flatMap(({ values }) => values).length).toBeGreaterThan(0);
      },
    );

    test.each(readRules('recording').map(({ record }) => [record as string]))(
      'rule %s has recorded',
      async (record) => {
        const series = await watched[kind].queryRange(record, run.range);
        const numbers = series.flatMap(({ values }) => values.filter(({ value }) => value >= 0));
        expect(numbers.length).toBeGreaterThan(0);
      },
    );

    test.each(alertsOf(kind).map(({ alert, expr }) => [alert as string, expr]))(
      'alert %s can tell',
      async (_, expr) => {
        const told = expr.replace(/ (==|[<>]) /g, ' $1 bool ');
        const series = await watched[kind].queryRange(told, run.range);
        const numbers = series.flatMap(({ values }) => values.map(({ value }) => value));
        expect(numbers.filter((value) => value === 0 || value === 1).length).toBeGreaterThan(0);
      },
    );

    test('Prometheus itself has no error with any rule', async () => {
      const { groups } = (await watched[kind].api('/api/v1/rules')) as {
        groups: { rules: { name: string; health: string; lastError?: string }[] }[];
      };
      const rules = groups.flatMap(({ rules }) => rules);
      expect(rules.length).toBe(readRules('recording').length + readRules('alerts').length);
      for (const { name, health, lastError } of rules) expect(health, name + lastError).toBe('ok');
    });
  });

  test('native histograms and buckets are really two ways', async () => {
    const count = 'count(ocpp_call_duration_seconds_bucket)';
    expect(await watched.native.query(count, lastS(run))).toEqual([]);
    expect((await watched.classic.query(count, lastS(run))).length).toBe(1);
  });
});

/** A moment at which the run was still scraped. */
const lastS = ({ range }: LiveRun) => range.endS - 6;

/** What is served when the run has been going for a while. */
async function lateText(url: string, running: Promise<LiveRun>): Promise<string> {
  let ended = false;
  const done = () => (ended = true);
  running.then(done, done);
  // A drain may be over before the next look at it.
  let last = '';
  for (;;) {
    const response = await fetch(url).catch(() => null);
    const text = (await response?.text().catch(() => null)) ?? '';
    last = text === '' ? last : text;
    if (/^ocpp_load_stage\{.*stage="drain".*\} 1$/m.test(text) || ended) return last;
    await sleep(500);
  }
}

/** Its complaints; none where there is none. */
const promtoolSays = (text: string): Promise<string> =>
  new Promise((resolve) => {
    const program = execFile('promtool', ['check', 'metrics'], (error, stdout, stderr) =>
      resolve(`${stdout}${stderr}${error?.message ?? ''}`),
    );
    program.stdin?.end(text);
  });
