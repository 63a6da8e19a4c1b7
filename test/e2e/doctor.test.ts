/** `ocpp-load doctor` and the pre-flight of a run, as a user sees them. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../cli/io.ts';
import { describeWith } from '../support/programs.ts';
import { testCa } from '../support/test-ca.ts';
import { csms, plainServer } from './servers.ts';
import { strictServer } from './strict-server.ts';
import { expectClean, runCli, scenarioFile } from './support.ts';

const scenario = (caFile?: string) => `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded',
  duration: '1s', gracePeriod: '5s', allowTargets: ['127.0.0.1', 'localhost', '*.invalid'],
  tls: ${JSON.stringify({ caFile })},
  fleets: [{
    name: 'a', chargers: 20, model: tonly48A(), connect: ramp({ over: '100ms' }),
    life: life().boot(),
  }],
});
`;
const file = scenarioFile(scenario());

/** The command in this process: starting one costs more than all that it does. */
async function command(...args: string[]) {
  const io = fakeIo();
  return { code: await main(args, io), stdout: io.out(), stderr: io.err() };
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

describe('doctor', () => {
  test('a healthy scenario: every check, exit 0; the target sees no charger', async () => {
    const target = await csms();
    const { code, stdout } = await command('doctor', file, '--target', target.url, '--json');
    expect(code).toBe(ExitCode.ok);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      schema: 'ocpp-load/doctor/1',
      scenario: 'test.ts',
      target: `${target.url}/{id}`,
      works: true,
    });
    expect(report.findings.map(({ check }: { check: string }) => check)).toEqual([
      ...['tcp', 'descriptors', 'source ports', 'memory', 'cpu', 'cpu quota', 'conntrack'],
      ...['listen queue', 'clock source', 'wall clock', 'node'],
    ]);
    expect(target.counters()).toMatchObject({ connectionsAccepted: 0, connectionsRefused: 0 });
  });

  test('too many chargers: what, how many, how to go on, exit 122', async () => {
    const args = ['doctor', file, '--chargers', '500', '--processes', '1'];
    const { code, stdout } = await runCli(args, { descriptors: 200 });
    expect(code).toBe(ExitCode.preflight);
    expect(stdout).toContain('✗ descriptors       need 560 in one process, limit 200');
    expect(oneLine(stdout)).toContain('-> sudo prlimit --pid $$ --nofile=560:560');
    expect(stdout).toMatch(/the run cannot work: descriptors +exit 122\n$/);
  });

  test('a target that is down, and one whose name is not known', async () => {
    const target = await csms();
    await target.close();
    const down = await command('doctor', '--target', target.url);
    expect(down.code).toBe(ExitCode.preflight);
    expect(oneLine(down.stdout)).toContain('nothing listens on that port -> start the target');
    const unknown = await command('doctor', '--target', 'ws://u:secret@nope.invalid/x');
    expect(unknown.code).toBe(ExitCode.preflight);
    expect(unknown.stdout).toContain("✗ dns               the host 'nope.invalid' is not known");
    expectClean(unknown.stdout + unknown.stderr);
  });

  test('allowTargets holds before anything is contacted', async () => {
    const target = await csms();
    const flags = ['--target', target.url.replace('127.0.0.1', '127.0.0.2')];
    const { code, stdout, stderr } = await command('doctor', file, ...flags);
    expect([code, stdout]).toEqual([ExitCode.badConfiguration, '']);
    expect(stderr).toContain('refused by allowTargets');
  });

  test.each([
    [['--probe', 'CP1'], '--probe needs a target'],
    [['--target', 'http://x/'], 'write ws:// instead'],
    [['--target', 'ws://127.0.0.1:9/', '--chargers', '0'], '--chargers'],
  ])('%j: exit 104', async (flags, words) => {
    const { code, stderr } = await command('doctor', ...flags);
    expect(code).toBe(ExitCode.badConfiguration);
    expect(stderr).toContain(words);
  });
});

describe.concurrent('doctor --probe', () => {
  test('the embedded central system takes both dialects', async () => {
    const target = await csms();
    const flags = ['--target', target.url, '--probe', '2103252121090001'];
    const { code, stdout, stderr } = await command('doctor', file, ...flags);
    expect(code).toBe(ExitCode.ok);
    expect(stdout).toMatch(/✓ upgrade +upgrade \S+ ms, BootNotification accepted/);
    expect(stdout).toMatch(/✓ dialect +as-logged works; standard works too/);
    expect(oneLine(stderr)).toContain("sends a charger's life as 2103252121090001");
    expect([...target.state.chargers.keys()]).toEqual(['2103252121090001']);
    const { received } = target.counters();
    expect(received).toMatchObject({
      ...{ BootNotification: 2, Authorize: 2, StartTransaction: 2, StopTransaction: 2 },
    });
    expect(received['MeterValues']).toBeGreaterThanOrEqual(2);
  });

  test('a strict one refuses as-logged, and the way out is named', async () => {
    const server = await strictServer();
    const flags = ['--target', server.url, '--probe', 'CP1'];
    const { code, stdout } = await command('doctor', ...flags);
    expect(code).toBe(ExitCode.ok);
    expect(oneLine(stdout)).toMatch(
      /! dialect refuses as-logged DataTransfer \(\w+\); standard works -> --dialect standard/,
    );
    expect(server.violations).toEqual(['DataTransfer.req']);
  });

  test('an identity that is not let in', async () => {
    const target = await csms({ knownIdentities: ['CP1'] });
    const flags = ['--target', target.url, '--probe', 'CP2'];
    const { code, stdout } = await command('doctor', ...flags);
    expect(code).toBe(ExitCode.preflight);
    expect(stdout).toMatch(/✗ upgrade +HTTP 4\d\d/);
    expect(stdout).not.toContain('dialect');
  });
});

describe('the pre-flight of a run', () => {
  test('a target that is down is warned of, and the run says the rest', async () => {
    const target = await csms();
    await target.close();
    const { code, stderr, stdout } = await command('run', file, '--target', target.url);
    expect(oneLine(stderr)).toContain('warning: tcp: 127.0.0.1:');
    expect(code).toBe(ExitCode.thresholds);
    expect(stdout).toContain('FAILED');
  });

  test('inspect names what run would refuse', async () => {
    const text = await command('inspect', file, '--chargers', '1000000');
    expect(text.code).toBe(ExitCode.ok);
    expect(text.stdout).toContain('run would refuse this here (exit 122):\n  ✗ ');
    expect(text.stdout).toContain('✗ source ports');
    const json = await command('inspect', file, '--chargers', '1000000', '--json');
    const checks = JSON.parse(json.stdout).refusals.map((each: { check: string }) => each.check);
    expect(checks).toContain('source ports');
    const fine = await command('inspect', file);
    expect(fine.stdout).not.toContain('refuse');
  });
});

describeWith(['openssl'], 'TLS', () => {
  const ca = testCa();

  test('a certificate of another authority: told, and nothing is started', async () => {
    const { url } = await plainServer(() => {}, ca.server());
    const wrong = scenarioFile(scenario(ca.path('wrong-ca.pem')));
    const doctor = await command('doctor', wrong, '--target', url);
    expect(doctor.code).toBe(ExitCode.preflight);
    const says = oneLine(doctor.stdout);
    expect(says).toMatch(/✗ tls UNABLE_TO.* -> name its authority in tls.caFile/);
    const run = await command('run', wrong, '--target', url);
    expect(run.code).toBe(ExitCode.preflight);
    expect(run.stderr).toContain('nothing was started.');
    expect(run.stdout).toBe('');
  });

  test('with the right one all is well', async () => {
    const { url } = await plainServer(() => {}, ca.server());
    const right = scenarioFile(scenario(ca.path('ca.pem')));
    const { code, stdout } = await command('doctor', right, '--target', url);
    expect(code).toBe(ExitCode.ok);
    expect(stdout).toMatch(/✓ tls +\S.*valid to \d{4}-\d\d-\d\d, TLSv1\.3/);
  });
});
