/** A run over several processes: the same load, the same sums, and what happens when one dies. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import type { RunOptions } from '../../src/fleet/options.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { life } from '../../src/scenario/life.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import type { Interval } from '../../src/series/interval.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { runCounter } from '../../src/snapshot/snapshot.ts';
import { csms } from './servers.ts';
import { expectSane, runCli, scenarioFile, smallScenario, startCli, until } from './support.ts';

interface Spread extends Pick<RunOptions, 'controller'> {
  readonly processes: number;
  readonly workers: number;
}

/** Runs a scenario, with all that it told. */
function running(scenario: Scenario, spread: Spread) {
  const plan = compilePlan(scenario, { name: 'test.ts', file: null, seed: 5 });
  const intervals: Interval[] = [];
  const events: string[] = [];
  const ledger: string[] = [];
  let connected = 0;
  const ended = runPlan(plan, {
    ...spread,
    stop: new AbortController().signal,
    kill: new AbortController().signal,
    onStart() {},
    onProgress: (progress) => void (connected = progress.connected),
    onEvent: ({ text }) => void events.push(text),
    onInterval: (interval) => void intervals.push(interval),
    onLedger: (text) => void ledger.push(...text.trimEnd().split('\n')),
  }).then((result) => ({ result, summary: buildSummary(result) }));
  return { ended, intervals, events, ledger, connected: () => connected };
}

/** Processes that `pid` has started to run shards in. */
function hostsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = children.trim().split(' ').filter(Boolean).map(Number);
  return pids.filter((each) => commandOf(each).includes('fleet/host/process'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('the same run', () => {
  const twice = life()
    .boot()
    .repeat(2, (l) =>
      l.idle('50ms').plugIn().session({ duration: '300ms', power: '7kW' }).unplug(),
    );
  const scenario = (target: string) =>
    smallScenario({ target, duration: '3s' }, { chargers: 13, heartbeat: 'off', life: twice });

  test('in one process and in two: as much is sent, and all of it has its fate', async () => {
    const sums = [];
    for (const spread of [
      { processes: 1, workers: 2 },
      { processes: 2, workers: 2 },
    ]) {
      const { url } = await csms();
      const run = running(scenario(`${url}/{id}`), spread);
      const { result, summary } = await run.ended;
      expect(result.ending).toBe('completed');
      expectSane(summary, '');
      expect(result.generator).toMatchObject(spread);
      // To the bit, and the ledger to the last row.
      const deltas = run.intervals.map(({ delta }) => delta);
      expect(sumOf(deltas, 1)).toEqual(result.snapshot);
      expect(run.ledger).toHaveLength(runCounter(result.snapshot, 'transactionsBegun'));
      expect(run.intervals.at(-1)?.health?.utilisation).toHaveLength(2);
      expect(Math.max(...run.intervals.flatMap(({ health }) => health?.utilisation ?? []))) //
        .toBeGreaterThan(0);
      const { BootNotification, Authorize, StartTransaction, StopTransaction } = summary.actions;
      sums.push(
        [BootNotification, Authorize, StartTransaction, StopTransaction].map(({ sent }) => sent),
        [summary.connects.upgraded, summary.chargers.peakConnected],
      );
    }
    expect(sums.slice(2)).toEqual(sums.slice(0, 2));
    expect(sums.flat()).toEqual([13, 26, 26, 26, 13, 13, 13, 26, 26, 26, 13, 13]);
  });
});

/** Everybody waits for the answer to the boot. */
async function waiting(plannedMs = '60s' as const) {
  const target = await csms({ silence: 1 });
  const scenario = smallScenario(
    { target: `${target.url}/{id}`, duration: plannedMs, gracePeriod: '1s' },
    { chargers: 11 },
  );
  const run = running(scenario, { processes: 2, workers: 3 });
  await until(() => target.counters().received.BootNotification === 11, 'all boots');
  await until(() => run.connected() === 11, 'all to be told');
  const hosts = hostsOf(process.pid);
  expect(hosts).toHaveLength(2);
  return { run, hosts };
}

describe('a process that', () => {
  test('dies while all wait for the start ends the run, whoever else waits', async () => {
    const { url, counters } = await csms();
    const spread: Spread = {
      ...{ processes: 2, workers: 2 },
      controller: {
        start() {
          process.kill(hostsOf(process.pid)[1], 'SIGKILL');
          return new Promise(() => {});
        },
      },
    };
    const run = running(smallScenario({ target: `${url}/{id}` }), spread);
    await expect(run.ended).rejects.toThrow('a worker or process died before the run began');
    expect(run.events.join()).toMatch(/^process \d of 2 was killed by SIGKILL$/);
    expect(counters().connectionsAccepted).toBe(0);
    await until(() => hostsOf(process.pid).length === 0, 'both to be gone');
  });

  test.each([
    ['is killed', 'SIGKILL', /^process \d of 2 was killed by SIGKILL$/],
    ['is frozen', 'SIGSTOP', /^process \d of 2 did not answer for 1.5 s$/],
  ] as const)('%s is noticed and named, and the rest stays exact', async (_, signal, words) => {
    const { run, hosts } = await waiting();
    process.kill(hosts[1], signal);
    const { result, summary } = await run.ended;
    expect(result).toMatchObject({ ending: 'shardError' });
    expectSane(summary, '');
    expect(run.events.join()).toMatch(words);
    expect(summary.error).toMatch(words);
    const [finding] = result.verdict.findings.filter(({ cause }) => cause === 'lostWorker');
    expect(finding.text).toContain(summary.error);
    expect(outcomeOf(result, summary).exitCode).toBe(ExitCode.internal);
    // Two of three workers died: theirs are unknown, the others still wait when all is over.
    const { sent, inFlight, unknown } = summary.calls;
    expect([sent, unknown + inFlight]).toEqual([11, 11]);
    expect([7, 8]).toContain(unknown);
    expect(runCounter(result.snapshot, 'connected')).toBe(0);
    expect(
      sumOf(
        run.intervals.map(({ delta }) => delta),
        1,
      ),
    ).toEqual(result.snapshot);
    await until(() => hostsOf(process.pid).length === 0, 'both to be gone');
  });
});

const SCENARIO = (script: string) => `
import { defineScenario, life, allAtOnce, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '60s', gracePeriod: '1s',
  fleets: [{
    name: 'a', chargers: 4, model: tonly48A(), connect: allAtOnce(),
    life: life().boot().script(async (charger) => { ${script} }),
  }],
});
`;

describe('the program', () => {
  test('what scripts print goes to stderr; one that aborts ends all processes', async () => {
    const script = "console.log('here'); if (charger.index === 3) charger.abort('enough');";
    const run = await runCli(['run', scenarioFile(SCENARIO(script)), '--processes', '2']);
    expect(run.code).toBe(ExitCode.aborted);
    expect(run.stderr).toContain('here');
    expect(run.stdout).not.toContain('here');
    expect(run.stdout).toMatch(/machine +2 processes with 2 workers/);
    expectSane(run.summary!, run.stdout);
  });

  test('a worker that ends its thread is named; its process goes on', async () => {
    const script = "if (charger.index === 1) process.exit(3); await charger.sleep('50s');";
    const run = await runCli(['run', scenarioFile(SCENARIO(script)), '--processes', '2']);
    expect(run.code).toBe(ExitCode.internal);
    expect(run.summary?.error).toContain('worker 2 of 2 ended with exit code 3');
    expectSane(run.summary!, run.stdout.replaceAll(/^\s+at .*/gm, ''));
  });

  test('a signal to all of the group drains, and is reported', async () => {
    const file = scenarioFile(SCENARIO("await charger.sleep('50s');"));
    const target = await csms();
    const flags = ['--processes', '2', '--duration', '50s', '--target', `${target.url}/{id}`];
    const cli = startCli(['run', file, ...flags], { detached: true });
    const pid = cli.child.pid as number;
    await cli.shown(/machine/);
    await until(() => hostsOf(pid).length === 2, 'both processes');
    await until(() => target.counters().received.BootNotification === 4, 'all boots');
    process.kill(-pid, 'SIGINT');
    const { code, summary, stdout } = await cli.finished;
    expect(code).toBe(ExitCode.interrupted);
    expectSane(summary!, stdout);
    expect(summary?.chargers.booted).toBe(4);
    expect(summary?.calls.unknown).toBe(0);
  });

  test('its processes do not outlive it', async () => {
    const file = scenarioFile(SCENARIO("await charger.sleep('50s');"));
    const cli = startCli(['run', file, '--processes', '3']);
    const pid = cli.child.pid as number;
    await cli.shown(/machine/);
    await until(() => hostsOf(pid).length === 3, 'all processes');
    const hosts = hostsOf(pid);
    cli.child.kill('SIGKILL');
    await cli.finished;
    await until(() => hosts.every((host) => commandOf(host) === ''), 'all to be gone');
  });
});
