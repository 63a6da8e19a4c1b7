/** Real runs, seen by a real Prometheus and a real push gateway. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { RunResult } from '../../src/fleet/result.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { DEFAULT_BOUNDS_S } from '../../src/prometheus/bins.ts';
import { openOutputs } from '../../src/prometheus/outputs.ts';
import { resultHeader } from '../../src/report/result-file.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { summarise } from '../../src/snapshot/hdr.ts';
import { callCounts, callLatency, runCounter } from '../../src/snapshot/snapshot.ts';
import { fakeIo } from '../cli/io.ts';
import { freePort } from '../support/free-port.ts';
import { describeWith } from '../support/programs.ts';
import { type Prometheus, scrapeConfig, startPrometheus } from '../support/prometheus.ts';
import { afterFile } from './cleanup.ts';
import { plainServer } from './servers.ts';
import { scenarioFile, smallScenario } from './support.ts';

const SCENARIO = `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '1200ms', gracePeriod: '15s', seed: 1,
  fleets: [{
    name: 'small', chargers: 5, model: tonly48A(), connect: ramp({ over: '100ms' }),
    heartbeat: '100ms', life: life().boot(),
  }],
});
`;
const RUN_ID = 'tested';
const OF_RUN = `{run_id="${RUN_ID}"}`;
const PATIENCE_MS = 30_000;

/** Runs a small fleet under the eyes of every Prometheus, until each has seen its end. */
async function watchedRun(watchers: readonly boolean[]) {
  const port = await freePort();
  const config = scrapeConfig(`127.0.0.1:${port}`);
  const all = await Promise.all(
    watchers.map((nativeHistograms) => startPrometheus({ config, nativeHistograms })),
  );
  const stop = () => Promise.all(all.map((each) => each.stop()));
  try {
    const { result, text } = await runOn(port, () => seenBy(all, 'ocpp_load_stage{stage="done"}'));
    return { all, result, text, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function runOn(port: number, seen: () => Promise<void>) {
  const checked = validateScenario(smallScenario({ duration: '3s' }), 'test.ts');
  const plan = compilePlan(checked, { name: 'test.ts', file: null, seed: 1 });
  const never = new AbortController().signal;
  const settings = {
    ...{ listen: { host: '127.0.0.1', port }, boundsS: undefined },
    ...{ pushGateway: null, remoteWrite: null },
  };
  const outputs = await openOutputs(settings, () => {});
  try {
    const result = await runPlan(plan, {
      ...{ workers: 2, stop: never, kill: never },
      onStart: (info) => outputs.start(resultHeader(plan, info, '1', RUN_ID), plan),
      onProgress: outputs.progress,
      onEvent: outputs.event,
      onInterval: outputs.interval,
    });
    await outputs.end(result);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await seen();
    return { result, text };
  } finally {
    outputs.close();
  }
}

/** Waits until a series is 1. */
async function seenBy(watchers: readonly Prometheus[], promql: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  for (const watcher of watchers) {
    for (;;) {
      const [series] = await watcher.query(promql);
      if (series?.value === 1) break;
      if (performance.now() > endMs) throw new Error(`Prometheus never saw ${promql}`);
      await sleep(100);
    }
  }
}

async function numberOf(prometheus: Prometheus, promql: string): Promise<number> {
  const series = await prometheus.query(promql);
  expect(series, promql).toHaveLength(1);
  return series[0].value;
}

async function expectSameCounts(prometheus: Prometheus, { snapshot }: RunResult) {
  const calls = callCounts(snapshot, 'whole');
  const fate = (name: string) => `sum(ocpp_call_fates_total{run_id="${RUN_ID}",fate="${name}"})`;
  expect(calls.sent).toBeGreaterThan(50);
  for (const [promql, value] of [
    [`sum(ocpp_calls_total${OF_RUN})`, calls.sent],
    [fate('answered'), calls.answered],
    [fate('callError'), calls.callError],
    [fate('timedOut'), calls.timedOut],
    [fate('lost'), calls.lost],
    [`ocpp_calls_in_flight${OF_RUN}`, calls.inFlight],
    [`ocpp_connects_total${OF_RUN}`, runCounter(snapshot, 'connectsAttempted')],
    [`ocpp_bytes_sent_total${OF_RUN}`, runCounter(snapshot, 'bytesSent')],
    [`ocpp_bytes_received_total${OF_RUN}`, runCounter(snapshot, 'bytesReceived')],
    [`ocpp_chargers{run_id="${RUN_ID}",state="planned"}`, 10],
  ] as const) {
    expect(await numberOf(prometheus, promql), promql).toBe(value);
  }
}

describeWith(['prometheus', 'promtool'], 'a run that is scraped each second', () => {
  test('has the counts and percentiles of its report', async () => {
    const { all, result, text, stop } = await watchedRun([true, false]);
    try {
      const [native, classic] = all;
      await expectSameCounts(native, result);
      await expectSameCounts(classic, result);
      for (const kind of ['response', 'service'] as const) {
        const name = `ocpp_call_${kind === 'response' ? '' : 'service_'}duration_seconds`;
        const all = summarise(callLatency(result.snapshot, kind, 'whole'));
        for (const [quantile, ms] of [
          [0.5, all.p50],
          [0.99, all.p99],
        ]) {
          const ofSum = `histogram_quantile(${quantile}, sum(${name}${OF_RUN}))`;
          const nativeMs = (await numberOf(native, ofSum)) * 1000;
          expect(Math.abs(nativeMs / ms - 1), `${ofSum}: ${nativeMs} for ${ms}`).toBeLessThan(0.01);
          const buckets = `sum by (le) (${name}_bucket${OF_RUN})`;
          const ofBuckets = `histogram_quantile(${quantile}, ${buckets})`;
          const classicMs = (await numberOf(classic, ofBuckets)) * 1000;
          const bucket = DEFAULT_BOUNDS_S.findIndex((boundS) => ms <= boundS * 1000);
          expect(classicMs).toBeGreaterThan((DEFAULT_BOUNDS_S[bucket - 1] ?? 0) * 1000);
          expect(classicMs).toBeLessThanOrEqual(DEFAULT_BOUNDS_S[bucket] * 1000);
        }
        const mean = `sum(${name}_sum${OF_RUN}) / sum(${name}_count${OF_RUN})`;
        expect((await numberOf(classic, mean)) * 1000).toBeCloseTo(all.mean, 2);
      }
    } finally {
      await stop();
    }
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});

describeWith(['prometheus', 'prometheus-pushgateway'], 'a run that pushes and writes', () => {
  test('leaves its last figures there', async () => {
    const gateway = await startGateway();
    const prometheus = await startPrometheus({ remoteWriteReceiver: true });
    try {
      const scenario = scenarioFile(SCENARIO);
      const exported = `${scenario}.json`;
      const io = fakeIo();
      const exitCode = await main(
        [
          ...['run', scenario, '--quiet', '--summary-export', exported, '--run-id', RUN_ID],
          ...['--push-gateway', gateway.url, '--remote-write', `${prometheus.url}/api/v1/write`],
        ],
        io,
      );
      expect({ exitCode, err: io.err() }).toEqual({ exitCode: 0, err: '' });
      const summary = JSON.parse(readFileSync(exported, 'utf8'));
      const { sent } = summary.calls;
      expect(sent).toBeGreaterThan(10);
      expect(await numberOf(prometheus, `sum(ocpp_calls_total${OF_RUN})`)).toBe(sent);
      expect(await numberOf(prometheus, `ocpp_load_stage{stage="done"}`)).toBe(1);
      const pushed = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(pushed).toContain(
        'ocpp_load_stage{instance="",job="ocpp-load",run_id="tested",stage="done"} 1',
      );
      const counts = [...pushed.matchAll(/^ocpp_calls_total\{.*\} (.*)$/gm)];
      expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(sent);
    } finally {
      gateway.stop();
      await prometheus.stop();
    }
  });
});

async function startGateway() {
  const url = `http://127.0.0.1:${await freePort()}`;
  // Debian's keeps what it has in a file of the machine, which another gateway may have written.
  const flags = [`--web.listen-address=${new URL(url).host}`, '--persistence.file='];
  const program = spawn('prometheus-pushgateway', flags);
  afterFile(() => program.kill('SIGKILL'));
  await once(program, 'spawn');
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await fetch(`${url}/-/ready`).catch(() => null))?.ok) {
    if (performance.now() > endMs) throw new Error('the push gateway did not start');
    await sleep(50);
  }
  return { url, stop: () => void program.kill('SIGKILL') };
}

test('a busy port is an error before the run', async () => {
  const { port } = await plainServer((socket) => socket.destroy());
  const io = fakeIo();
  const scenario = scenarioFile(SCENARIO);
  expect(await main(['run', scenario, '--metrics', `127.0.0.1:${port}`], io)).toBe(104);
  expect(io.err()).toContain('somebody listens there already');
  expect(io.out()).toBe('');
});

test('nobody there to push or write to: told after the report, without the password', async () => {
  const io = fakeIo();
  const url = `http://me:secret@127.0.0.1:${await freePort()}`;
  const scenario = scenarioFile(SCENARIO);
  const flags = ['--metrics', '127.0.0.1:0', '--push-gateway', url, '--remote-write', url];
  expect(await main(['run', scenario, '--quiet', ...flags], io)).toBe(104);
  expect(io.out()).toContain('VALID');
  expect(io.err()).toMatch(/--remote-write http:\/\/127\.0\.0\.1:\d+: 1 of 1 writes were/);
  expect(io.err()).toMatch(/--push-gateway http:\/\/127\.0\.0\.1:\d+: nothing listens there/);
  expect(io.err()).not.toContain('secret');
});
