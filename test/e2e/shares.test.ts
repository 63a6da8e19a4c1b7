/** A run as static shares: processes that do not know each other, judged when they are merged. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { openResult } from '../../src/result/reader.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import { joinDeltas, sumOf } from '../../src/snapshot/delta.ts';
import { summarise } from '../../src/snapshot/hdr.ts';
import { callLatency, runCounter } from '../../src/snapshot/snapshot.ts';
import { csms } from './servers.ts';
import { expectSane, runCli, scenarioFile, scratch } from './support.ts';

const source = (boots: number) => `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '2500ms', gracePeriod: '15s', seed: 11,
  thresholds: { 'ocpp_call_duration{action:BootNotification}': ['count==${boots}'] },
  fleets: [{
    name: 'small', chargers: 13, model: tonly48A(), connect: ramp({ over: '200ms' }),
    heartbeat: 'off',
    life: life().boot().repeat(2, (l) =>
      l.idle('50ms').plugIn().session({ duration: '300ms', power: '7kW' }).unplug()),
  }],
});
`;

/** Counts of the load that is planned, which does not depend on how fast the target answers. */
const PLANNED = ['BootNotification', 'Authorize', 'StartTransaction', 'StopTransaction'];

/** Runs each share in a process of its own, all at once; their files. */
async function runShares(scenario: string, url: string, spreads: readonly (readonly string[])[]) {
  const folder = scratch();
  const files = spreads.map((_, i) => join(folder, `${i + 1}.olr`));
  const runs = await Promise.all(
    spreads.map((spread, i) => {
      const shard = ['--shard', `${i + 1}/${spreads.length}`, '--out', files[i]];
      return runCli(['run', scenario, '--target', `${url}/{id}`, '--quiet', ...shard, ...spread]);
    }),
  );
  return { runs, files, merged: join(folder, 'merged.olr') };
}

test('3 shares are the run: fates add up, percentiles are those of all CALLs', async () => {
  const { url, counters } = await csms();
  const scenario = scenarioFile(source(13));
  const spreads = [
    ['--workers', '2'],
    ['--workers', '1'],
    ['--workers', '2', '--processes', '2'],
  ];
  const { runs, files, merged } = await runShares(scenario, url, spreads);
  for (const [i, { code, stdout, stderr, summary }] of runs.entries()) {
    expect(code, stderr + stdout).toBe(0);
    if (summary === null) throw new Error('no summary');
    expectSane(summary, stdout);
    const own = [5, 4, 4][i];
    expect(summary.chargers).toMatchObject({ planned: own, booted: own, peakConnected: own });
    expect(summary.thresholds).toEqual([]);
    expect(stdout).toContain(`  share     ${i + 1} of 3: ${own} of 13 chargers\n`);
  }
  const told = await runCli(['merge', ...files, '--out', merged]);
  expect(told.code, told.stderr).toBe(0);
  expect(told.stdout).toMatch(
    /VALID run, all thresholds passed, 13 of 13 chargers booted|DEGRADED/,
  );

  const result = openResult(merged);
  const parts = files.map((file) => openResult(file));
  const whole = sumOf(
    [...result.intervals()].map(({ delta }) => delta),
    1,
  );
  expect(
    sumOf(
      parts.flatMap((part) => [...part.intervals()].map(({ delta }) => delta)),
      1,
    ),
  ) //
    .toEqual(whole);
  // Second by second, not only in all.
  const [first, ...others] = parts.map((part) => [...part.intervals()][0].delta);
  expect([...result.intervals()][0].delta).toEqual(others.reduce(joinDeltas, first));
  expect(checkFates(whole)).toEqual([]);
  expect(runCounter(whole, 'booted')).toBe(13);
  expect(result.header).toMatchObject({ chargerCount: 13, parts: 3 });
  const report = await runCli(['report', merged, '--json']);
  const { calls, actions } = JSON.parse(report.stdout);
  expect(calls.serviceMs).toEqual(summarise(callLatency(whole, 'service', 'whole')));
  expect(calls.sent).toBe(runs.reduce((sum, { summary }) => sum + (summary?.calls.sent ?? 0), 0));

  // The target counted what all of them did, and a run that is not split does the same.
  const received = Object.fromEntries(PLANNED.map((action) => [action, actions[action].sent]));
  expect(counters().received).toMatchObject(received);
  const one = await csms();
  const flags = ['--target', `${one.url}/{id}`, '--quiet'];
  const unsplit = await runCli(['run', scenario, ...flags]);
  expect(unsplit.code, unsplit.stderr + unsplit.stdout).toBe(0);
  expect(PLANNED.map((action) => unsplit.summary?.actions[action].sent)).toEqual(
    PLANNED.map((action) => received[action]),
  );
});

test('a threshold that fails over all shares fails the merged run', async () => {
  const { url } = await csms();
  const { runs, files, merged } = await runShares(scenarioFile(source(14)), url, [[], []]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  const missing = await runCli(['merge', files[1], '--out', merged]);
  expect(missing.code).toBe(ExitCode.badConfiguration);
  expect(missing.stderr).toContain('share 1 of 2 is missing');
  const told = await runCli(['merge', ...files, '--out', merged]);
  expect(told.code).toBe(ExitCode.thresholds);
  expect(told.stdout).toMatch(/FAILED {2}ocpp_call_duration\{action:BootNotification\} count==14/);
  expect(told.stdout).toContain('count = 13');
  expect(openResult(merged).footer).toMatchObject({
    ...{ exitCode: 99, ending: 'completed' },
    thresholds: [{ passed: false, measured: 13 }],
  });
});

test('without a seed, a target, or with an index that is too high nothing is started', async () => {
  const seedless = scenarioFile(source(13).replace('seed: 11,', ''));
  const target = ['--target', 'ws://127.0.0.1:1/{id}'];
  const env = { OCPP_LOAD_SHARD: 'auto/2', JOB_COMPLETION_INDEX: '2' };
  const refused = await Promise.all([
    runCli(['run', seedless, '--shard', '1/2', ...target]),
    runCli(['run', seedless, '--shard', '1/2', '--seed', '1']),
    runCli(['run', seedless, ...target], { env }),
  ]);
  expect(refused.map(({ code }) => code)).toEqual([104, 104, 104]);
  const words = ['--shard without a seed', 'embedded central system', "JOB_COMPLETION_INDEX '2'"];
  for (const [i, { stdout, stderr }] of refused.entries()) {
    expect(stderr).toContain(words[i]);
    expect(stderr).toContain('nothing was started.');
    expect(stdout).toBe('');
  }
});
