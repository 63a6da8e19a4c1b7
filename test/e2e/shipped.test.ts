/** The scenarios that users copy, at small size, against the embedded central system. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { receivedTotal } from '../../src/csms/counters.ts';
import { allAtOnce, ramp } from '../../src/scenario/connect.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { EmbeddedOptions, Scenario } from '../../src/scenario/types.ts';
import { expectEqualCounters, expectSane, runCli, runScenario, smallScenario } from './support.ts';

const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const SHIPPED = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));

describe.concurrent('shipped scenarios', () => {
  test.each(SHIPPED)('%s passes at small size', async (name) => {
    const { scenario } = await loadScenario(FOLDER + name, { chargers: 20, duration: '2s' });
    // Their ramps and warm-ups take longer than a test may.
    const fleets = scenario.fleets.map((fleet) => ({
      ...fleet,
      connect: fleet.connect?.profile === 'allAtOnce' ? allAtOnce() : ramp({ over: '300ms' }),
    }));
    // Nor may it depend on how busy this machine is.
    const changes = { fleets, warmup: '0s', thresholds: {} } as const;
    const { summary, outcome } = await runScenario({ ...scenario, ...changes }, { workers: 2 });
    expect(outcome.causes).toEqual(['20 of 20 chargers booted']);
    expect(summary.chargers).toMatchObject({ planned: 20, connected: 20, booted: 20 });
    expect(summary.connects).toEqual({
      ...{ attempted: 20, upgraded: 20, abandoned: 0, unknown: 0, failed: {}, retryAfters: 0 },
    });
    expectEqualCounters(summary);
  });

  test('5-chargers.ts as a user runs it', async () => {
    const flags = ['--duration', '2s', '--chargers', '8'];
    const run = await runCli(['run', 'scenarios/5-chargers.ts', ...flags]);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(ExitCode.ok);
    expect(run.stdout).toContain('VALID run, 8 of 8 chargers booted');
    expect(run.stdout).toContain('the embedded test double of ocpp-load, not a real system');
    expectSane(run.summary!, run.stdout);
    expectEqualCounters(run.summary!);
    expect(Object.keys(run.summary!.actions)).toEqual(
      expect.arrayContaining(['BootNotification', 'StartTransaction', 'DataTransfer']),
    );
  });
});

describe.concurrent('the embedded central system', () => {
  const faulty = (embedded: EmbeddedOptions, callTimeout: Scenario['callTimeout'] = '150ms') =>
    runScenario(
      smallScenario(
        {
          ...{ embedded, duration: '1500ms', callTimeout, allowBootFailures: true },
          timeoutsBeforeReconnect: 3,
        },
        { chargers: 20 },
      ),
      { workers: 2 },
    );

  test('without faults counts what the chargers do', async () => {
    const { summary, outcome } = await runScenario(smallScenario({}, { chargers: 50 }));
    expect(outcome.exitCode).toBe(ExitCode.ok);
    expect(summary.transactions.started).toBeGreaterThan(0);
    expect(summary.transactions.stopped).toBe(summary.transactions.started);
    expectEqualCounters(summary);
  });

  test('with errors: counted alike on both sides', async () => {
    // An answer that comes too late on a busy machine would be counted on one side only.
    const { summary } = await faulty({ errorRate: 0.2 }, '15s');
    expect(summary.calls.callError).toBeGreaterThan(0);
    expect(summary.embedded).toMatchObject({
      answered: summary.calls.answered,
      errored: summary.calls.callError,
    });
  });

  test('with silence: what is not answered times out', async () => {
    const { summary } = await faulty({ silence: 0.05 });
    expect(summary.calls.timedOut).toBeGreaterThan(0);
    expect(summary.embedded!.silenced).toBeGreaterThan(0);
    expectBetween(summary);
  });

  test('with dropped connections: CALLs are lost, chargers come back', async () => {
    const { summary } = await faulty({ drop: 0.05 });
    expect(summary.calls.lost).toBe(summary.embedded!.dropped);
    expect(summary.calls.lost).toBeGreaterThan(0);
    expect(summary.connects.upgraded).toBeGreaterThan(summary.chargers.planned);
    expectBetween(summary);
  });

  test('with everything at once', async () => {
    const { summary } = await faulty({ drop: 0.03, silence: 0.03, errorRate: 0.1, delay: '5ms' });
    expectBetween(summary);
  });
});

/** With faults: answered <= received <= sent. */
function expectBetween({ calls, embedded }: Awaited<ReturnType<typeof runScenario>>['summary']) {
  const received = receivedTotal(embedded!);
  expect(calls.answered).toBeGreaterThan(0);
  expect(calls.answered).toBeLessThanOrEqual(received);
  expect(received).toBeLessThanOrEqual(calls.sent);
}
