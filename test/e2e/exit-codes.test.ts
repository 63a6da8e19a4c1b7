/** Each exit code that README documents, from the real program. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { writeRun } from '../compare/files.ts';
import { noisy } from '../compare/numbers.ts';
import { madeRun } from '../compare/runs.ts';
import { csms } from './servers.ts';
import { type CliRun, expectClean, runCli, scenarioFile, scratch, startCli } from './support.ts';

/** `options` and `life` are pieces of the scenario's source. */
const scenario = (options = '', life = 'life().boot()') =>
  scenarioFile(`
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: process.env.CSMS_URL ?? 'embedded',
  duration: '2s',
  seed: 1,
  ${options}
  fleets: [{
    name: 'a', chargers: 3, model: tonly48A(), connect: ramp({ over: '100ms' }),
    heartbeat: '100ms', life: ${life},
  }],
});
`);

/** The program says why, in the report or in an error, and the code stands at the end of a line. */
function expectExit({ code, stdout, stderr }: CliRun, expected: ExitCode, why: string): void {
  expect(stderr + stdout).toContain(why);
  expect(code).toBe(expected);
  expect(stderr + stdout).toMatch(new RegExp(`exit ${expected}$`, 'm'));
  expectClean(stdout + stderr);
}

describe.concurrent('exit code', () => {
  test('0: the run is complete', async () => {
    const { code, stdout } = await runCli(['run', scenario()]);
    expect(stdout).toContain('3 of 3 chargers booted');
    expect(code).toBe(ExitCode.ok);
  });

  test('99: a threshold failed', async () => {
    const run = await runCli(['run', scenario(`thresholds: { ocpp_calls: ['count<1'] },`)]);
    expectExit(run, ExitCode.thresholds, 'ocpp_calls count<1');
    expect(run.summary?.outcome.exitCode).toBe(ExitCode.thresholds);
  });

  test('99: not all planned chargers booted', async () => {
    const target = await csms({ silence: 1 });
    const run = await runCli(['run', scenario(`gracePeriod: '1s',`), '--target', target.url]);
    expectExit(run, ExitCode.thresholds, 'only 0 of 3 chargers booted');
  });

  test.each<[string, string[], string]>([
    ['a flag that is none', ['--chargrs', '5'], '--chargers'],
    ['a file that cannot be written', ['--junit', '/nowhere/run.xml'], '--junit /nowhere/run.xml'],
    ['an unknown host', ['--target', 'ws://nope.invalid/'], 'nope.invalid'],
  ])('104: %s', async (_name, flags, why) => {
    expectExit(await runCli(['run', scenario(), ...flags]), ExitCode.badConfiguration, why);
  });

  test('104: a scenario with a mistake', async () => {
    const run = await runCli(['run', scenario(`durration: '1s',`)]);
    expectExit(run, ExitCode.badConfiguration, 'did you mean `duration`?');
  });

  test('105: interrupted', async () => {
    const cli = startCli(['run', scenario(), '--duration', '60s']);
    await cli.shown(/machine/);
    cli.child.kill('SIGINT');
    const run = await cli.finished;
    expectExit(run, ExitCode.interrupted, 'INTERRUPTED  cut short after');
    expect(run.summary?.ending).toBe('interrupted');
  });

  test('107: the scenario threw while it was loaded', async () => {
    const run = await runCli(['run', scenarioFile("throw new Error('no luck');\n")]);
    expectExit(run, ExitCode.scenarioException, 'no luck');
  });

  test('107: a script threw', async () => {
    const script = `life().boot().script(async () => { throw new Error('no luck'); })`;
    const run = await runCli(['run', scenario('', script), '--duration', '60s']);
    expectExit(run, ExitCode.scenarioException, 'no luck');
  });

  test('108: a script ended the run', async () => {
    const script = `life().boot().script(async (charger) => charger.abort('seen enough'))`;
    const run = await runCli(['run', scenario('', script), '--duration', '60s']);
    expectExit(run, ExitCode.aborted, 'seen enough');
  });

  test('109: a worker died', async () => {
    const script = 'life().boot().script(async () => { process.exit(7); })';
    const run = await runCli(['run', scenario('', script), '--duration', '60s']);
    expectExit(run, ExitCode.internal, 'a worker failed');
  });

  const limits = (text: string) => `generator: { limits: { memory: { ${text} } } },`;

  test('120: the generator was unfit', async () => {
    const run = await runCli(['run', scenario(limits('degraded: 1e15, invalid: 9e14'))]);
    expectExit(run, ExitCode.invalid, 'INVALID run');
    expect(run.summary?.verdict.trust).toBe('INVALID');
  });

  test('120 goes before 99', async () => {
    const failing = `thresholds: { ocpp_calls: ['count<1'] },`;
    const options = `${limits('degraded: 1e15, invalid: 9e14')}${failing}`;
    const run = await runCli(['run', scenario(options)]);
    expectExit(run, ExitCode.invalid, 'also: ocpp_calls');
  });

  test('120: the generator had trouble, with --strict', async () => {
    const file = scenario(limits('degraded: 1e15, invalid: 1'));
    const [lenient, strict] = await Promise.all([
      runCli(['run', file]),
      runCli(['run', file, '--strict']),
    ]);
    expect(lenient.stdout).toContain('DEGRADED');
    expect(lenient.code).toBe(ExitCode.ok);
    expectExit(strict, ExitCode.invalid, 'DEGRADED');
  });

  /** Result files of `count` runs before a change, and as many that are `slower` after it. */
  function sides(count: number, slower: number): string[] {
    const folder = scratch();
    const side = (name: string, factor: number) =>
      noisy(count, 40 * factor, 0.01, name.length).map((serviceMs, i) => {
        const startedAtMs = 1e12 + i * 1000 + name.length;
        const file = `${name}-${i + 1}.olr`;
        return writeRun(folder, madeRun({ file, seed: i + 1, serviceMs, startedAtMs }));
      });
    return [...side('base', 1), '--', ...side('new', slower)];
  }

  test('0: compare finds no regression', async () => {
    const { code, stdout } = await runCli(['compare', ...sides(6, 1)]);
    expect(stdout).toContain('NO REGRESSION');
    expect(code).toBe(ExitCode.ok);
  });

  test('121: compare finds a regression', async () => {
    expectExit(await runCli(['compare', ...sides(10, 1.16)]), ExitCode.regression, 'REGRESSION');
  });

  test('123: compare cannot tell; 0 with --allow-inconclusive', async () => {
    const files = sides(3, 1.16);
    expectExit(await runCli(['compare', ...files]), ExitCode.inconclusive, 'INCONCLUSIVE');
    const allowed = await runCli(['compare', '--allow-inconclusive', ...files]);
    expect(allowed.code).toBe(ExitCode.ok);
  });

  test('122: doctor says that the machine cannot carry the run', async () => {
    const flags = ['--chargers', '500'];
    const run = await runCli(['doctor', scenario(), ...flags], { descriptors: 250 });
    expectExit(run, ExitCode.preflight, 'descriptors');
  });

  test('122: the machine cannot carry the run', async () => {
    const run = await runCli(['run', scenario(), '--chargers', '500'], { descriptors: 250 });
    expectExit(run, ExitCode.preflight, 'descriptors');
    expect(run.summary).toBe(null);
  });

  test('130: left at once by a second signal', async () => {
    const target = await csms({ silence: 1 });
    const cli = startCli(['run', scenario(), '--duration', '60s', '--target', target.url]);
    await cli.shown(/machine/);
    cli.child.kill('SIGINT');
    await cli.shown(/stopping/);
    cli.child.kill('SIGINT');
    const { code, summary } = await cli.finished;
    expect(code).toBe(ExitCode.leftAtOnce);
    expect(summary).toBe(null);
  });
});
