/** Targets that die, or come back, in the middle of a run. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { startCsms } from '../../src/csms/server.ts';
import { spawnCsms } from '../../src/csms/spawn.ts';
import { csms } from './servers.ts';
import { runScenario, smallScenario, until } from './support.ts';

const CHARGERS = 20;
const scenario = (target: string) =>
  smallScenario(
    { target, duration: '1500ms', callTimeout: '300ms', gracePeriod: '1s' },
    { chargers: CHARGERS },
  );

/** Processes that this one has started: the embedded central system among them. */
function children(): number[] {
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}

const isCsms = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('csms');

test('killed from outside: CALLs are lost, connects refused, the run ends in time', async () => {
  const target = await spawnCsms();
  let killed = false;
  const run = await runScenario(scenario(target.url), {
    onProgress({ stage, booted }) {
      if (stage !== 'steady' || booted < CHARGERS || killed) return;
      killed = process.kill(target.pid, 'SIGKILL');
    },
  }).finally(() => target.stop().catch(() => {}));
  const { summary, outcome, text } = run;
  // All had booted, which is what decides; the report says what became of them.
  expect(outcome.exitCode).toBe(ExitCode.ok);
  const { endedByTarget = 0, reset = 0 } = summary.disconnects;
  expect(endedByTarget + reset).toBe(CHARGERS);
  expect(summary.connects.failed['refused']).toBeGreaterThan(0);
  expect(text).toContain('a crash, a restart, or a balancer');
  expect(text).toContain('start the target, or check host and port of --target');
  expect(summary.run.steadyS).toBeCloseTo(1.5, 1);
});

test('killed before anybody booted: exit 99', async () => {
  const target = await spawnCsms({ delay: '10s' });
  const killer = setTimeout(() => process.kill(target.pid, 'SIGKILL'), 800);
  const { summary, outcome } = await runScenario(scenario(target.url)).finally(() =>
    target.stop().catch(() => {}),
  );
  clearTimeout(killer);
  expect(outcome.causes[0]).toBe(`only 0 of ${CHARGERS} chargers booted`);
  expect(outcome.exitCode).toBe(ExitCode.thresholds);
  expect(summary.calls.lost + summary.calls.timedOut).toBe(summary.calls.sent);
});

test('the embedded one killed: told, and the run still reports', async () => {
  const before = children();
  const { summary, text } = await runScenario(scenario('embedded'), {
    onProgress({ stage, booted }) {
      if (stage !== 'steady' || booted < CHARGERS) return;
      const own = children().filter((pid) => !before.includes(pid) && isCsms(pid));
      for (const pid of own) process.kill(pid, 'SIGKILL');
    },
  });
  expect(text).toContain('the embedded central system is gone');
  expect(summary.embedded).toBe(null);
  expect(summary.chargers.booted).toBe(CHARGERS);
});

test('restarted: every charger comes back and goes on without a second boot', async () => {
  const first = await startCsms();
  let restarting: Promise<void> | undefined;
  const restart = async () => {
    await first.close();
    await csms({ port: first.port });
  };
  const { summary, outcome } = await runScenario(
    { ...scenario(first.url), duration: '3s' },
    {
      onProgress({ stage, booted }) {
        if (stage === 'steady' && booted === CHARGERS) restarting ??= restart();
      },
    },
  );
  await restarting;
  expect(outcome.exitCode).toBe(ExitCode.ok);
  expect(summary.disconnects).toEqual({ closedByTarget: CHARGERS });
  expect(summary.connects.upgraded).toBe(2 * CHARGERS);
  expect(summary.actions['BootNotification']?.sent).toBe(CHARGERS);
  expect(summary.offlineMs.count + summary.calls.lost + summary.dropped.offline).toBeGreaterThan(0);
});

test('frozen for a while: answers come late, nothing is counted twice', async () => {
  const target = await spawnCsms();
  let frozen = false;
  const { summary } = await runScenario(
    { ...scenario(target.url), timeoutsBeforeReconnect: 10, duration: '2500ms' },
    {
      onProgress({ stage, callsAnswered }) {
        if (stage !== 'steady' || callsAnswered === 0 || frozen) return;
        frozen = true;
        process.kill(target.pid, 'SIGSTOP');
        setTimeout(() => process.kill(target.pid, 'SIGCONT'), 900);
      },
    },
  ).finally(() => target.stop().catch(() => {}));
  await until(() => frozen, 'the freeze');
  expect(summary.calls.timedOut).toBeGreaterThan(0);
  expect(summary.answers.late).toBe(summary.calls.timedOut);
  expect(summary.answers).toMatchObject({ duplicate: 0, unknownId: 0, unreadable: 0 });
});
