import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../src/chargers/generic.ts';
import type { Fleet, Life, Scenario } from '../../../src/scenario/types.ts';
import type { Behaviour } from '../../sim/central.ts';
import { ORIGIN_WALL_MS } from '../../sim/clock.ts';
import { type SentCall, sentCalls } from '../../sim/log.ts';
import { counterOf, countsOf } from '../../sim/read.ts';
import { checkRules } from '../../sim/rules.ts';
import { lifeScenario } from '../../sim/scenario.ts';
import { type SimulateOptions, type Simulation, simulate } from '../../sim/simulate.ts';

const session = (l: Life) => l.session({ duration: '1h', power: '7200W' });

interface Given extends Omit<SimulateOptions, 'scenario'> {
  readonly life?: (l: Life) => Life;
  readonly scenario?: Partial<Scenario>;
  readonly fleet?: Partial<Fleet>;
}

async function run({ life = session, scenario, fleet, ...rest }: Given): Promise<Simulation> {
  const standard = { dialect: 'standard', duration: '2m', ...scenario } as const;
  const result = await simulate({ scenario: lifeScenario(life, standard, fleet), ...rest });
  expect(checkRules(result.entries, result.plan).problems).toEqual([]);
  expect(countsOf(result, 'MeterValues').dropped).toBe(0);
  return result;
}

const valuesOf = (result: Simulation, charger?: number) =>
  sentCalls(result.entries, charger).filter(({ action }) => action === 'MeterValues');
const epochS = ({ payload }: SentCall) => Date.parse(payload.meterValue[0].timestamp) / 1000;
const contextOf = ({ payload }: SentCall) => payload.meterValue[0].sampledValue[0].context;
const startOf = (result: Simulation, charger = 0) => {
  const calls = sentCalls(result.entries, charger);
  return calls.find(({ action }) => action === 'StartTransaction') as SentCall;
};
const steps = (from: number, to: number, by: number) =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);

/** Sends a ChangeConfiguration so long after the first StartTransaction. */
const changes = (
  ...all: readonly (readonly [afterMs: number, key: string, value: string])[]
): Partial<Behaviour> => ({
  onCall(call, peer) {
    if (call.action !== 'StartTransaction' || call.nth > 1) return false;
    for (const [afterMs, key, value] of all) {
      const text = JSON.stringify([2, `${afterMs}`, 'ChangeConfiguration', { key, value }]);
      peer.after(afterMs, () => peer.send(text));
    }
    return false;
  },
});

describe('sampled values', () => {
  test('are taken at the start, and every interval from it, whenever that was', async () => {
    const result = await run({
      life: (l) => session(l.idle({ uniform: ['0s', '7s'] })),
      fleet: { chargers: 20, meterInterval: '10s' },
    });
    const phases = new Set<number>();
    for (let charger = 0; charger < 20; charger++) {
      const startS = startOf(result, charger).atNs / 1e9;
      const values = valuesOf(result, charger);
      const taken = values.slice(0, -1).map(({ atNs }) => atNs / 1e9 - startS);
      // The first waits for the answers to StartTransaction and Charging.
      expect(taken[0]).toBeLessThan(0.03);
      for (const [n, s] of taken.entries()) if (n > 0) expect(s).toBeCloseTo(n * 10, 4);
      expect(values.length).toBe(Math.floor((120 - startS) / 10) + 1);
      phases.add(Math.floor(startS * 10) % 100);
    }
    expect(phases.size).toBeGreaterThan(10);
  });

  test('on the wall clock: all chargers at the same whole intervals of it', async () => {
    const result = await run({
      life: (l) => session(l.idle({ uniform: ['0s', '25s'] })),
      fleet: { chargers: 20, meterInterval: '10s', samplePhase: 'wall-clock' },
      behaviour: { transitMs: [0.1, 7], thinkMs: [1, 30] },
    });
    for (let charger = 0; charger < 20; charger++) {
      const [atStart, ...rest] = valuesOf(result, charger);
      expect(epochS(atStart)).toBe(Date.parse(startOf(result, charger).payload.timestamp) / 1000);
      const firstS = Math.ceil((epochS(atStart) + 0.001) / 10) * 10;
      const endS = ORIGIN_WALL_MS / 1000 + 120;
      expect(rest.map(epochS).slice(0, 9)).toEqual(steps(firstS, endS, 10).slice(0, 9));
      // Its clock is what the boot told it, late by the transit.
      for (const call of rest.slice(0, -1)) {
        const lateS = call.atNs / 1e9 - (epochS(call) - ORIGIN_WALL_MS / 1000);
        expect(lateS).toBeGreaterThan(-0.001);
        expect(lateS).toBeLessThan(0.05);
      }
    }
  });

  test('follow a change of the interval, whole ones from the start; 0 is off', async () => {
    const key = 'MeterValueSampleInterval';
    const behaviour = changes([25_000, key, '4'], [41_000, key, '0'], [71_000, key, '15']);
    const result = await run({ fleet: { meterInterval: '10s' }, behaviour });
    const startS = Date.parse(startOf(result).payload.timestamp) / 1000;
    expect(valuesOf(result).map((call) => Math.round(epochS(call) - startS))).toEqual([
      ...[0, 10, 20, 28, 32, 36, 40, 75, 90, 105],
    ]);
  });

  test('that are off for the fleet come with the first change', async () => {
    const configuration = { MeterValueSampleInterval: '0' };
    const off = await run({ fleet: { configuration } });
    expect(valuesOf(off)).toEqual([]);
    const behaviour = changes([30_500, 'MeterValueSampleInterval', '20']);
    const result = await run({ fleet: { configuration }, behaviour });
    const startS = Date.parse(startOf(result).payload.timestamp) / 1000;
    expect(valuesOf(result).map((call) => epochS(call) - startS)).toEqual([40, 60, 80, 100]);
  });

  test('are not lost in a long block of the loop', async () => {
    let blocked = false;
    const result = await run({
      life: (l) => l.session({ duration: '100s', power: '7200W' }).idle('1h'),
      scenario: { callTimeout: '1h' },
      fleet: { meterInterval: '1s' },
      onSend(_charger, text, clock) {
        if (blocked || !text.includes('MeterValues')) return;
        blocked = true;
        clock.block(30e9);
      },
    });
    const startS = epochS(valuesOf(result)[0]);
    expect(valuesOf(result).map((call) => epochS(call) - startS)).toEqual(steps(0, 100, 1));
    expect(counterOf(result, 'ledgerAcknowledged')).toBe(103);
  });
});

describe('clock-aligned values', () => {
  const every = (value: string, more: Record<string, string> = {}): Partial<Fleet> => ({
    configuration: { ClockAlignedDataInterval: value, MeterValueSampleInterval: '0', ...more },
  });
  const idle = (l: Life) => l.idle('100h');

  test('are taken while idle, too: without a transaction, of every connector', async () => {
    const result = await run({
      life: idle,
      scenario: { duration: '1h' },
      fleet: { ...every('900'), chargers: 3, model: generic1_6({ connectors: 2 }) },
    });
    for (let charger = 0; charger < 3; charger++) {
      const values = valuesOf(result, charger);
      const originS = ORIGIN_WALL_MS / 1000;
      const momentsS = steps(originS + 900, originS + 3599, 900);
      expect(values.map(epochS)).toEqual(momentsS.flatMap((s) => [s, s]));
      expect(values.map(({ payload }) => payload.connectorId)).toEqual([1, 2, 1, 2, 1, 2]);
      expect(values.every(({ payload }) => !('transactionId' in payload))).toBe(true);
      expect(values.every((call) => contextOf(call) === 'Sample.Clock')).toBe(true);
    }
  });

  test('of a transaction say so, beside the sampled ones', async () => {
    const result = await run({ fleet: every('30', { MeterValueSampleInterval: '40' }) });
    const of = (context: string) => valuesOf(result).filter((call) => contextOf(call) === context);
    const originS = ORIGIN_WALL_MS / 1000;
    const aligned = of('Sample.Clock');
    expect(aligned.map((call) => epochS(call) - originS)).toEqual([30, 60, 90]);
    expect(aligned.every(({ payload }) => payload.transactionId === 1)).toBe(true);
    expect(of('Sample.Periodic')).toHaveLength(3);
    // The register is read at the moment itself.
    const energy = aligned.map(({ payload }) =>
      Number(payload.meterValue[0].sampledValue[0].value),
    );
    expect(energy[1] - energy[0]).toBeCloseTo(0.06, 6);
  });

  test.each([
    // 50 000 s are 13:53:20, then a new day begins: in UTC, and in UTC+8.
    ['standard', ['13:53:20Z', '00:00:00Z', '13:53:20Z', '00:00:00Z']],
    ['as-logged', ['00:00:00', '13:53:20', '00:00:00']],
  ] as const)('divide the day from its first second: %s', async (dialect, times) => {
    const scenario = { dialect, duration: '41h' } as const;
    const result = await run({ life: idle, scenario, fleet: every('50000') });
    const told = valuesOf(result).map(({ payload }) => payload.meterValue[0].timestamp.slice(11));
    expect(told).toEqual(times);
  });

  test('follow a change of the interval, and 0 switches them off', async () => {
    const key = 'ClockAlignedDataInterval';
    const behaviour = changes([35_000, key, '7'], [60_000, key, '0'], [85_000, key, '50']);
    const result = await run({ fleet: every('10'), behaviour });
    const originS = ORIGIN_WALL_MS / 1000;
    // 08:00:00 is 28 800 s into the day: 28 840 is a multiple of 7.
    expect(valuesOf(result).map((call) => epochS(call) - originS)).toEqual([
      ...[10, 20, 30, 40, 47, 54, 100],
    ]);
  });

  test('are not lost in a long block of the loop', async () => {
    let blocked = false;
    const result = await run({
      life: idle,
      scenario: { callTimeout: '1h' },
      fleet: every('5'),
      onSend(_charger, text, clock) {
        if (blocked || !text.includes('MeterValues')) return;
        blocked = true;
        clock.block(42e9);
      },
    });
    const originS = ORIGIN_WALL_MS / 1000;
    expect(valuesOf(result).map((call) => epochS(call) - originS)).toEqual(steps(5, 115, 5));
  });
});
