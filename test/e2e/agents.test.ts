/** One run over agents that are processes of their own, over a real NATS server. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { openResult } from '../../src/result/reader.ts';
import type { EmbeddedDelay } from '../../src/scenario/types.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { describeWith } from '../support/programs.ts';
import { expectExact, scenarioOf, site } from './agents.ts';
import { runCli, scratch } from './support.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const names = ['a', 'b', 'c'];

const three = async (flags: readonly string[] = [], delay?: EmbeddedDelay) => {
  const here = await site(delay);
  const agents = await Promise.all(names.map((name) => here.agent(name, flags)));
  return { ...here, agents };
};

describeWith(['nats-server'], 'a run over three agents', () => {
  test('is the run of one machine and of three shares; its parts merge to it', async () => {
    const here = await three(['--once']);
    const folder = scratch();
    const [out, parts] = [join(folder, 'all.olr'), join(folder, 'parts')];
    const file = scenarioOf(4, 12, 2);
    const flags = ['--agents', '3', '--out', out, '--parts', parts];
    const run = await here.run([file, ...flags]).finished;
    expect(run.stderr + run.stdout).not.toMatch(/STACK|at .*:\d+:\d+/);
    const summary = expectExact(run.summary);
    expect(run.code).toBe(ExitCode.ok);
    expect(summary.chargers).toMatchObject({ planned: 12, booted: 12 });
    expect(summary.agents?.map(({ state, missingS }) => ({ state, missingS }))).toEqual(
      names.map(() => ({ state: 'ended', missingS: 0 })),
    );
    expect(Math.max(...skews(summary))).toBeLessThan(50);
    for (const agent of here.agents) expect((await agent.finished).code).toBe(ExitCode.ok);

    const merged = join(folder, 'merged.olr');
    const files = [0, 1, 2].map((share) => join(parts, `share-${share + 1}.olr`));
    await runCli(['merge', ...files, '--out', merged]);
    expect(sumIn(merged)).toEqual(sumIn(out));

    const local = await runCli(['run', file, '--target', here.target, '--seed', '7', '--quiet']);
    const shares = await Promise.all(
      [1, 2, 3].map((share) => {
        const shard = ['--shard', `${share}/3`, '--target', here.target];
        return runCli(['run', file, ...shard, '--seed', '7', '--quiet']);
      }),
    );
    const planned = plannedOf([summary]);
    expect(planned).toMatchObject({ StartTransaction: 24, StopTransaction: 24 });
    expect(plannedOf([expectExact(local.summary)])).toEqual(planned);
    expect(plannedOf(shares.map((share) => expectExact(share.summary)))).toEqual(planned);
  });
});

/** CALLs that the life of a charger asks for, however long its answers take. */
function plannedOf(summaries: readonly ReturnType<typeof expectExact>[]) {
  const actions = ['BootNotification', 'Authorize', 'StartTransaction', 'StopTransaction'];
  return Object.fromEntries(
    actions.map((action) => [
      action,
      summaries.reduce((sum, { actions: all }) => sum + (all[action]?.sent ?? 0), 0),
    ]),
  );
}

const skews = ({ agents }: ReturnType<typeof expectExact>) => {
  const starts = (agents ?? []).map(({ startSkewMs }) => startSkewMs ?? Number.NaN);
  return starts.map((start) => start - Math.min(...starts));
};

function sumIn(file: string) {
  const result = openResult(file);
  const deltas = [...result.intervals()].map(({ delta }) => delta);
  return sumOf(deltas, result.header.fleets.length);
}

describeWith(['nats-server'], 'what gets lost on the way', () => {
  describe.concurrent('each on machines of its own', () => {
    test('an agent is killed: noticed, named, its open CALLs unknown', async () => {
      const here = await three([], '300ms');
      const running = here.run([scenarioOf(14), '--agents', '3', '--lease', '5s']);
      await begun(here.agents);
      here.agents[1].child.kill('SIGKILL');
      const killedMs = performance.now();
      await running.shown(/agent b is silent/);
      // 3 s, and what it takes to be shown and seen.
      expect(performance.now() - killedMs).toBeLessThan(4_000);
      const run = await running.finished;
      const summary = expectExact(run.summary);
      expect(summary.verdict.trust).toBe('DEGRADED');
      expect(run.stdout).toMatch(/share \d was lost with agent b/);
      expect(summary.agents?.find(({ agent }) => agent === 'b')?.state).toBe('lost');
      expect(summary.calls.unknown).toBeGreaterThan(0);
      expect(run.code).toBe(ExitCode.ok);
    });

    test('an agent is told to leave: named, and all that it did is known', async () => {
      const here = await three([], '300ms');
      const running = here.run([scenarioOf(10), '--agents', '3']);
      await begun(here.agents);
      here.agents[1].child.kill('SIGTERM');
      await running.shown(/lost with agent b: it was told to leave/);
      const run = await running.finished;
      const summary = expectExact(run.summary);
      expect(summary.verdict.trust).toBe('DEGRADED');
      expect(summary.calls).toMatchObject({ unknown: 0, lost: 0 });
      expect(run.code).toBe(ExitCode.ok);
      expect((await here.agents[1].finished).code).toBe(ExitCode.ok);
    });

    test('with --on-agent-loss fail the run ends, with exit code 109', async () => {
      const here = await three();
      const flags = ['--agents', '3', '--lease', '5s', '--on-agent-loss', 'fail'];
      const running = here.run([scenarioOf(40), ...flags]);
      await begun(here.agents);
      here.agents[2].child.kill('SIGKILL');
      const run = await running.finished;
      expectExact(run.summary);
      expect(run.code).toBe(ExitCode.internal);
      expect(run.summary?.run.durationS).toBeLessThan(25);
    });

    test('with --on-agent-loss reassign another agent takes the share over', async () => {
      const here = await three();
      const spare = await here.agent('spare');
      const flags = ['--agents', '3', '--lease', '5s', '--on-agent-loss', 'reassign'];
      const running = here.run([scenarioOf(20), ...flags]);
      await running.shown(/agents +3:/);
      await sleep(4_000);
      const holders = [...here.agents, spare].filter((agent) => agent.claimed());
      expect(holders).toHaveLength(3);
      holders[0].child.kill('SIGKILL');
      const run = await running.finished;
      const summary = expectExact(run.summary);
      expect(summary.verdict.trust).toBe('DEGRADED');
      expect(run.stdout).toMatch(/different test/);
      expect(summary.agents?.map(({ state }) => state).sort()).toEqual([
        ...['ended', 'ended', 'ended', 'reassigned'],
      ]);
    });

    test('an agent that was frozen for longer than its lease closes when it wakes', async () => {
      const here = await three();
      const running = here.run([scenarioOf(16), '--agents', '3', '--lease', '5s']);
      await begun(here.agents);
      const [frozen] = here.agents;
      frozen.child.kill('SIGSTOP');
      await running.shown(/agent a is silent/);
      await sleep(4_000);
      frozen.child.kill('SIGCONT');
      await frozen.shown(/lease/);
      const run = await running.finished;
      const summary = expectExact(run.summary);
      expect(summary.agents?.find(({ agent }) => agent === 'a')?.state).toBe('lost');
      expect(summary.verdict.trust).toBe('DEGRADED');
    });

    test('a network that is cut for less than the lease loses nothing', async () => {
      const here = await three();
      const running = here.run([scenarioOf(14), '--agents', '3', '--lease', '12s']);
      await begun(here.agents);
      here.agents[1].cut();
      await running.shown(/agent b is silent/);
      await sleep(2_000);
      here.agents[1].mend();
      const run = await running.finished;
      const summary = expectExact(run.summary);
      expect(run.code).toBe(ExitCode.ok);
      const b = summary.agents?.find(({ agent }) => agent === 'b');
      expect(b).toMatchObject({ state: 'ended', missingS: 0 });
      expect(summary.calls.unknown).toBe(0);
    });

    test('one that is cut for longer: the chargers are closed before the lease ends', async () => {
      const here = await three();
      const running = here.run([scenarioOf(16), '--agents', '3', '--lease', '5s']);
      await begun(here.agents);
      const cutMs = performance.now();
      here.agents[1].cut();
      await here.agents[1].shown(/lease/);
      expect(performance.now() - cutMs).toBeLessThan(6_000);
      await running.shown(/share \d .*lost|lost with agent b/);
      here.agents[1].mend();
      const run = await running.finished;
      expect(expectExact(run.summary).verdict.trust).toBe('DEGRADED');
    });

    test('the coordinator is killed, and goes on with --resume as if it had not been', async () => {
      const here = await three();
      const [folder, id] = [scratch(), 'resumed'];
      const running = here.run([scenarioOf(14), '--agents', '3', '--run-id', id]);
      await begun(here.agents);
      running.child.kill('SIGKILL');
      await running.finished;
      await sleep(2_000);
      const out = join(folder, 'all.olr');
      const run = await here.resume(id, ['--out', out]).finished;
      expect(run.stderr).not.toContain('a coordinator was heard');
      const summary = expectExact(run.summary);
      expect(run.code).toBe(ExitCode.ok);
      expect(summary.agents?.map(({ state, missingS }) => ({ state, missingS }))).toEqual(
        names.map(() => ({ state: 'ended', missingS: 0 })),
      );
      const indexes = [...openResult(out).intervals()].map(({ index }) => index);
      expect(indexes).toEqual(indexes.map((_, i) => i));
    });

    test('a coordinator that lives gives way to --resume, before the start too', async () => {
      const here = await site();
      const [flags, id] = [['--agents', '1', '--wait', '1m'], 'twice'];
      const first = here.run([scenarioOf(3), ...flags, '--run-id', id]);
      await first.shown(/0 of 1 shares/);
      const second = here.resume(id, ['--wait', '1m']);
      const { code, stderr } = await first.finished;
      expect(stderr).toContain('another coordinator goes on with this run');
      expect(stderr).toContain('the other one reports this run.');
      expect(stderr).not.toContain('--resume');
      expect(code).toBe(ExitCode.badConfiguration);
      await here.agent('a');
      const run = await second.finished;
      expect(run.stderr).toMatch(/a coordinator was heard on this run [01]\.\d s ago: it stops/);
      expect(run.code).toBe(ExitCode.ok);
      expectExact(run.summary);
    });

    test('NATS is away for 20 s and comes back: no second is lost', async () => {
      const here = await three();
      const running = here.run([scenarioOf(34), '--agents', '3']);
      await begun(here.agents);
      await here.nats.stop('SIGKILL');
      await sleep(20_000);
      await here.nats.start();
      const run = await running.finished;
      const summary = expectExact(run.summary);
      expect(run.code).toBe(ExitCode.ok);
      expect(summary.calls.unknown).toBe(0);
      expect(summary.agents?.map(({ state, missingS }) => ({ state, missingS }))).toEqual(
        names.map(() => ({ state: 'ended', missingS: 0 })),
      );
    });

    test('who is missing is named, and nothing is started', async () => {
      const here = await site();
      await here.agent('alone');
      const run = await here.run([scenarioOf(5), '--agents', '2', '--wait', '3s']).finished;
      expect(run.code).toBe(ExitCode.preflight);
      expect(run.stderr).toMatch(/1 of 2/);
      expect(run.stderr).not.toMatch(/at .*:\d+:\d+/);
    });
  });
});

/** All agents have begun their share, and booted its chargers. */
async function begun(agents: readonly { begun(): Promise<void> }[]): Promise<void> {
  await Promise.all(agents.map((agent) => agent.begun()));
  await sleep(4_500);
}
