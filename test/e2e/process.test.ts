/** The program as the shell and the system see it: signals, limits, exit codes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { until } from '../csms/until.ts';
import { csms } from './servers.ts';
import { expectClean, expectSane, runCli, scenarioFile, startCli } from './support.ts';

const SCENARIO = (ramp: string, duration: string) => `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: process.env.CSMS_URL ?? 'embedded',
  duration: '${duration}',
  fleets: [{
    name: 'a', chargers: 20, model: tonly48A(), connect: ramp({ over: '${ramp}' }),
    meterInterval: '100ms',
    life: life().boot().forever((l) =>
      l.idle('50ms').plugIn().session({ duration: '30s', power: '7kW' }).unplug()),
  }],
});
`;

const quick = () => scenarioFile(SCENARIO('100ms', '60s'));

describe.concurrent('a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s: drains, reports, exits 105', async (signal) => {
    const cli = startCli(['run', quick()], { detached: true });
    await cli.shown(/machine/);
    await sleep(3000);
    // As a terminal does it: the whole process group, the embedded central system included.
    process.kill(-(cli.child.pid as number), signal);
    const { code, stdout, stderr, summary } = await cli.finished;
    expect(stderr).toContain('stopping: chargers finish what they do');
    expect(code).toBe(ExitCode.interrupted);
    expect(stdout).toContain('INTERRUPTED  cut short after');
    expectSane(summary!, stdout);
    expect(summary!.chargers.booted).toBe(20);
    // Every session had 30 s to go; the drain has ended them all properly.
    expect(summary!.transactions.stopped).toBe(20);
    expect(summary!.calls).toMatchObject({ lost: 0, inFlight: 0 });
    expect(summary!.embedded).not.toBe(null);
  });

  test('during the ramp', async () => {
    const cli = startCli(['run', scenarioFile(SCENARIO('60s', '60s'))]);
    await cli.shown(/machine/);
    await sleep(1500);
    cli.child.kill('SIGINT');
    const { code, stdout, summary } = await cli.finished;
    expect(code).toBe(ExitCode.interrupted);
    expect(stdout).toContain('0s steady (of 1m planned)');
    expectSane(summary!, stdout);
    expect(summary!.chargers.booted).toBeLessThan(20);
    expect(summary!.run.steadyS).toBe(0);
  });

  test('during the drain: ends it at once, with the report', async () => {
    const target = await csms({ silence: 1 });
    const flags = ['--target', target.url, '--duration', '200ms'];
    const cli = startCli(['run', scenarioFile(SCENARIO('100ms', '60s')), ...flags]);
    await until(() => target.counters().received.BootNotification === 20);
    await sleep(1000);
    cli.child.kill('SIGINT');
    const { code, stdout, stderr, summary } = await cli.finished;
    expect(stderr).toContain('stopping: the drain ends now');
    expect(code).toBe(ExitCode.interrupted);
    expectSane(summary!, stdout);
    expect(summary!.calls.inFlight).toBe(20);
  });

  test('a second one leaves at once', async () => {
    const target = await csms({ silence: 1 });
    const cli = startCli(['run', quick(), '--target', target.url]);
    await until(() => target.counters().received.BootNotification === 20);
    cli.child.kill('SIGINT');
    await cli.shown(/stopping/);
    const stoppedMs = performance.now();
    cli.child.kill('SIGINT');
    const { code, stdout, summary } = await cli.finished;
    expect(code).toBe(130);
    expect(performance.now() - stoppedMs).toBeLessThan(10_000);
    expect(stdout).not.toContain('CALLS');
    expect(summary).toBe(null);
  });
});

describe('limits of the machine', () => {
  test('too few descriptors: refused before the first socket', async () => {
    const target = await csms();
    const flags = ['--target', target.url, '--chargers', '500', '--processes', '1'];
    const { code, stdout, stderr } = await runCli(['run', quick(), ...flags], { descriptors: 200 });
    expect(code).toBe(ExitCode.preflight);
    expect(stderr).toContain('descriptors: need 560 in one process, limit 200');
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      '-> sudo prlimit --pid $$ --nofile=560:560, or --processes 4, or --chargers 140',
    );
    expect(stderr).toContain('nothing was started.');
    expect(stderr).toContain('exit 122');
    expect(stdout).toBe('');
    expect(target.counters().connectionsAccepted).toBe(0);
  });

  test('just enough descriptors are enough', async () => {
    const flags = ['--chargers', '60', '--workers', '2', '--duration', '1s'];
    const run = await runCli(['run', quick(), ...flags], { descriptors: 120 });
    expect(run.stderr).toBe('');
    expect(run.code).toBe(ExitCode.ok);
    expect(run.summary!.connects.failed).toEqual({});
  });
});

describe.concurrent('a mistake', () => {
  test.each<[string, string[], number, string]>([
    ['an unknown host', ['--target', 'ws://u:secret@nope.invalid/x'], 104, "host 'nope.invalid'"],
    ['a wrong flag', ['--chargrs', '5'], 104, '--chargers'],
    ['http://', ['--target', 'http://127.0.0.1/'], 104, 'write ws:// instead'],
    ['an empty target', ['--target', ''], 104, '--target'],
    ['a wrong duration', ['--duration', '5'], 104, '90s'],
  ])('%s: nothing was started', async (_name, flags, exitCode, words) => {
    const { code, stdout, stderr } = await runCli(['run', quick(), ...flags]);
    expect(code).toBe(exitCode);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n\s+at /);
    expectClean(stdout + stderr);
    expect(stdout).toBe('');
  });
});
