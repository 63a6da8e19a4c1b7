/** Thresholds of whole runs, and scripts that end one: what they say, and the exit code. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { life } from '../../src/scenario/life.ts';
import type { Thresholds } from '../../src/scenario/threshold-types.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { expectSane, runCli, runScenario, scenarioFile, smallScenario } from './support.ts';

/** Ten chargers that beat for three seconds; each test says what must hold of them. */
async function run(thresholds: Thresholds, changes: Partial<Scenario> = {}) {
  const fleet = { chargers: 10, heartbeat: '100ms', life: life().boot() } as const;
  const scenario = smallScenario({ duration: '3s', ...changes, thresholds }, fleet);
  const { summary, outcome, text } = await runScenario(scenario);
  return { summary, outcome, text, words: text.replace(/\s+/g, ' ') };
}

describe('a run', () => {
  test('whose thresholds hold passes, and shows them', async () => {
    const { outcome, text, words, summary } = await run({
      'ocpp_call_duration{action:BootNotification}': ['p(99)<60000'],
      ocpp_call_failed: ['rate==0'],
      'ocpp_calls{action:Heartbeat,fleet:small}': [{ threshold: 'count>0', window: '2s' }],
      ocpp_chargers_connected: ['value==10'],
    });
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(words).toContain('all thresholds passed, 10 of 10 chargers booted');
    expect(words).toContain('✓ ocpp_call_failed rate==0 rate = 0');
    expect(text).not.toContain('✗');
    expect(summary.thresholds.map(({ passed, builtIn }) => `${passed} ${builtIn}`)).toEqual([
      ...['true false', 'true false', 'true false', 'true false', 'true true'],
    ]);
  });

  test('of which one fails exits 99 with its figure', async () => {
    const { outcome, words, summary } = await run({
      ocpp_calls: ['count>0'],
      ocpp_call_service_duration: ['min>60000'],
    });
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    expect(words).toMatch(/FAILED ocpp_call_service_duration min>60000: min = [\d.]+ ms exit 99/);
    expect(words).toMatch(/THRESHOLDS ✗ ocpp_call_service_duration min>60000 min = [\d.]+ ms ✓/);
    expect(summary.ending).toBe('completed');
  });

  test('with an action that never came fails: nothing was measured', async () => {
    const { outcome, words } = await run(
      { 'ocpp_call_duration{action:FirmwareStatusNotification}': ['p(99)<500'] },
      { embedded: { commands: [{ action: 'ClearCache' }] }, duration: '1200ms' },
    );
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    expect(words).toContain('p(99)<500: nothing was measured');
  });

  test('is ended early by abortOnFail, and exits 99', async () => {
    const { outcome, words, summary } = await run(
      { ocpp_call_failed: [{ threshold: 'rate<0.1', abortOnFail: true }] },
      { embedded: { errorRate: 0.5 }, allowBootFailures: true, duration: '60s' },
    );
    expect(outcome.exitCode).toBe(ExitCode.thresholds);
    expect(words).toContain('(of 1m planned)');
    expect(words).toMatch(/✗ ocpp_call_failed rate<0.1 rate = 0\.\d+ at 0m\d\ds: ended the run/);
    expect(words).toContain('ocpp_call_failed rate<0.1 does not hold: the run ends');
    expect(summary.ending).toBe('failedThreshold');
    expect(summary.run.durationS).toBeLessThan(30);
    expect(summary.thresholds[0]).toMatchObject({ aborted: true, passed: false });
  });
});

/** The real program, with a fleet whose chargers run `script`. */
const cli = async (script: string, thresholds = '{}') => {
  const source = `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '60s', gracePeriod: '2s', thresholds: ${thresholds},
  fleets: [{
    name: 'a', chargers: 6, model: tonly48A(), connect: ramp({ over: '100ms' }),
    life: life().boot().script(async (charger) => { ${script} }),
  }],
});
`;
  return runCli(['run', scenarioFile(source)]);
};

describe('the program', () => {
  test('does not start with a threshold that is misspelt', async () => {
    const { code, stdout, stderr } = await cli('', "{ ocpp_cal_duration: ['p(99)<500'] }");
    expect(code).toBe(ExitCode.badConfiguration);
    expect(stdout).toBe('');
    expect(stderr).toContain('did you mean `ocpp_call_duration`?');
    expect(stderr).toContain('nothing was started');
  });

  test('ends with the reason of charger.abort(), exit 108', async () => {
    const { code, stdout, summary } = await cli("charger.abort('enough is known')");
    expect(code).toBe(ExitCode.aborted);
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toContain('FAILED the scenario aborted it: enough is known');
    expect(stdout).not.toMatch(/^\s+at /m);
    expect(summary).toMatchObject({ ending: 'aborted', error: 'enough is known' });
    expectSane(summary!, stdout);
  });
});
