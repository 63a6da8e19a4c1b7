/** Scenarios with code of their own, which runs in the workers. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { expectEqualCounters, expectSane, runCli, scenarioFile } from './support.ts';

/** Lines 1 to 3 are the imports and the options; the script begins on line 5. */
const scenario = (script: string, head = '') => `${head}
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
const fleet = { name: 'a', chargers: 6, model: tonly48A(), connect: ramp({ over: '100ms' }) };
const script = life().boot().script(async (charger) => {
${script}
});
export default defineScenario({
  target: process.env.TARGET, duration: '1s', gracePeriod: '2s',
  fleets: [{ ...fleet, life: script }],
});
`;

const HARMLESS = `
  await charger.sleep('50ms');
  const boot = await charger.call('Heartbeat', {});
  if (boot.fate !== 'answered' || !boot.payload.currentTime) throw new Error('no answer');
  if (charger.random() > 1 || charger.nowMs() <= 0) throw new Error('no clock');
  const { identity, index } = charger;
  await charger.call('DataTransfer', { vendorId: identity, messageId: String(index) });`;

const run = (source: string, ...flags: string[]) =>
  runCli(['run', scenarioFile(source), '--workers', '2', '--target', 'embedded', ...flags]);

describe.concurrent('a script', () => {
  test('runs in the workers, with clock, random source and CALLs', async () => {
    const { code, stdout, stderr, summary } = await run(scenario(HARMLESS));
    expect(stderr).toBe('');
    expect(code).toBe(ExitCode.ok);
    expectSane(summary!, stdout);
    expectEqualCounters(summary!);
    expect(summary!.actions).toMatchObject({ Heartbeat: { sent: 6 }, DataTransfer: { sent: 6 } });
  });

  test('in a file with an enum runs too', async () => {
    const enumeration = "enum Vendor { Ours = 'ours' }";
    const script = "  await charger.call('DataTransfer', { vendorId: Vendor.Ours });";
    const { code, stderr, summary } = await run(scenario(script, enumeration));
    expect(stderr).toBe('');
    expect(code).toBe(ExitCode.ok);
    expect(summary!.actions).toMatchObject({ DataTransfer: { answered: 6 } });
  });

  test.each([
    ['', 6],
    ['enum Vendor { Ours }', 6],
  ])('that throws ends the run, and shows where %s', async (head, line) => {
    const script = "  const text: string = 'boom';\n  throw new RangeError(text);";
    const started = performance.now();
    const { code, stdout, summary } = await run(scenario(script, head), '--duration', '60s');
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(code).toBe(ExitCode.scenarioException);
    const words = `FAILED the scenario threw: \\S*test\\.ts:${line}:9: RangeError: boom`;
    expect(stdout.replace(/\s+/g, ' ')).toMatch(new RegExp(words));
    expect(stdout).not.toContain('node_modules');
    expect(summary!.ending).toBe('scriptError');
    expect(summary!.error).toContain('boom');
    expectSane(summary!, stdout);
  });

  test.each([
    [
      'a wrong action',
      "  await charger.call('Hartbeat', {});",
      "call('Hartbeat') is not an action",
    ],
    ['a wrong duration', '  await charger.sleep(5);', 'charger.sleep(5) is not a duration'],
    ['two at a time', "  charger.sleep('1s'); await charger.sleep('1s');", 'await each of them'],
    [
      'a rejection nobody awaits',
      "  Promise.reject(new Error('left')); await charger.sleep('9s');",
      'left',
    ],
    ['what is no error', "  throw 'a text';", 'a script threw a text'],
  ])('with %s is a mistake of the scenario', async (_name, script, words) => {
    const { code, stdout, summary } = await run(scenario(script), '--duration', '60s');
    expect(code).toBe(ExitCode.scenarioException);
    expect(stdout.replace(/\s+/g, ' ')).toContain(words);
    expectSane(summary!, stdout);
  });

  test('that ends its thread: a fault that says so, and no hang', async () => {
    const script =
      "  if (charger.index === 3) process.exit(7);\n  await charger.call('Heartbeat', {});";
    const { code, stdout, summary } = await run(scenario(script), '--duration', '60s');
    expect(code).toBe(ExitCode.internal);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'a worker failed: worker 2 of 2 ended with exit code 7; a script must not call process.exit',
    );
    expect(summary!.ending).toBe('shardError');
    expectSane(summary!, stdout);
  });

  test('whose timer throws is told with its place', async () => {
    const script =
      "  setTimeout(() => { throw new Error('late boom'); }, 50);\n  await charger.sleep('9s');";
    const { code, stdout, summary } = await run(scenario(script), '--duration', '60s');
    expect(code).toBe(ExitCode.scenarioException);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /the scenario threw: \S*test\.ts:5:\d+: Error: late boom/,
    );
    expectSane(summary!, stdout);
  });
});
