import { describe, expect, test } from 'vitest';
import { type Finding, SOUND } from '../../src/health/verdict.ts';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { type HeldLoad, seenOf } from '../../src/report/seen.ts';
import { life } from '../../src/scenario/life.ts';
import { CallCounterIndex, callCounterBase, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import type { ThresholdResult } from '../../src/thresholds/types.ts';
import { smallScenario } from '../e2e/support.ts';

function counted(counts: Partial<Record<keyof typeof CallCounterIndex, number>>) {
  const snapshot = emptySnapshot(1);
  const base = callCounterBase(STAGE_STEADY, 0, 0);
  for (const [name, count] of Object.entries(counts)) {
    snapshot.counters[base + CallCounterIndex[name as keyof typeof CallCounterIndex]] = count;
  }
  return snapshot;
}

const result = (passed: boolean, measured: number | null): ThresholdResult => ({
  threshold: {
    ...{ selector: 'ocpp_call_failed', metric: 'ocpp_call_failed', labels: {} },
    ...{ expression: 'rate<0.1', statistic: { kind: 'rate' }, comparison: '<', limit: 0.1 },
    ...{ windowNs: null, abortOnFail: false, delayAbortEvalNs: 0 },
  },
  ...{ passed, measured, atS: null, aborted: false },
});

const PLAN = compilePlan(smallScenario({}, { heartbeat: '60s', life: life().boot() }), {
  ...{ name: 'small.ts', file: null, seed: 1 },
});

const held = (changes: Partial<HeldLoad> = {}) =>
  seenOf({
    plan: PLAN,
    ...{ snapshot: counted({ sent: 300, answered: 290, timedOut: 10 }), total: counted({}) },
    ...{ heldS: 10, chargers: 100, allowedMissing: 2, connected: 100, booted: 100 },
    ...{ cars: { missed: 0, came: 0 }, thresholds: [result(true, 0.03)] },
    ...{ verdict: SOUND, gaveUp: false, isCalmingDown: false },
    ...changes,
  });

test('figures are those of the hold', () => {
  const seen = held();
  expect(seen).toMatchObject({ callsPerS: 30, answeredPerS: 29, p99Ms: null, trust: 'VALID' });
  expect(seen.failedShare).toBeCloseTo(1 / 30);
  expect(seen).toMatchObject({ failure: null, generatorFault: null, isCollapse: false });
  expect(seen.slo).toEqual([
    {
      ...{ selector: 'ocpp_call_failed', expression: 'rate<0.1', limit: 0.1, measured: 0.03 },
      ...{ unit: '', passed: true, text: 'rate = 0.03' },
    },
  ]);
});

describe('a load has failed', () => {
  test('by its SLO, also when nothing was measured', () => {
    const { failure } = held({ thresholds: [result(false, 0.2), result(false, null)] });
    expect(failure).toBe(
      'ocpp_call_failed rate<0.1: rate = 0.2; ocpp_call_failed rate<0.1: nothing was measured',
    );
  });

  test('by chargers that are not there, but for those that may be missing', () => {
    expect(held({ booted: 98, connected: 98 }).failure).toBeNull();
    expect(held({ booted: 97 }).failure).toBe('only 97 of 100 chargers booted');
    expect(held({ connected: 97 }).failure).toMatch('were connected when the hold ended');
    expect(held({ gaveUp: true }).failure).toBe('no charger could connect');
  });

  test('and has collapsed when half of it is gone', () => {
    expect(held({ booted: 49 }).isCollapse).toBe(true);
    expect(held({ connected: 49 }).isCollapse).toBe(true);
    expect(held({ snapshot: counted({ sent: 100, callError: 51 }) }).isCollapse).toBe(true);
    expect(held({ snapshot: counted({ sent: 100, callError: 50 }) }).isCollapse).toBe(false);
  });
});

describe('a failure says nothing of the load', () => {
  const catching = { snapshot: counted({ sent: 300, answered: 400 }) };
  const slow = { thresholds: [result(false, 0.2)] };

  test('while the target was catching up', () => {
    expect(held({ ...catching, ...slow }).doubt).toEqual({
      kind: 'catchingUp',
      text:
        'the target was still catching up: 40.0 CALLs/s answered in the hold, 30.0 sent; ' +
        'a longer --warmup lets it',
    });
    expect(held({ ...slow, isCalmingDown: true }).doubt?.text).toMatch('times were still falling');
    expect(held({ isCalmingDown: true }).doubt).toBeNull();
    expect(held({ ...catching, booted: 90 }).doubt).toMatchObject({ kind: 'catchingUp' });
  });

  test('of what was not sent', () => {
    const nothing = { snapshot: counted({}), thresholds: [result(false, null)] };
    const { failure, doubt } = held(nothing);
    expect(failure).toMatch('nothing was measured');
    expect(doubt).toEqual({
      kind: 'silent',
      text:
        'nothing was sent for ocpp_call_failed in a hold of 10 s: ' +
        '--hold 1m, the longest period of the plan, shows it',
    });
    expect(held({ ...nothing, heldS: 60 }).doubt?.text).toMatch('a longer --hold would show it');
    // Chargers that wait for an answer send nothing either.
    expect(held({ ...nothing, total: counted({ sent: 60 }) }).doubt).toBeNull();
    expect(held({ ...nothing, snapshot: counted({ timedOut: 3 }) }).doubt).toBeNull();
    expect(held({ ...nothing, booted: 90 }).doubt).toBeNull();
    const broken = [result(false, null), result(false, 0.2)];
    expect(held({ ...nothing, thresholds: broken }).doubt).toBeNull();
  });

  test('of what one action did not send, while others did', () => {
    const { threshold, ...rest } = result(false, null);
    const of = (action: string) =>
      held({ thresholds: [{ ...rest, threshold: { ...threshold, labels: { action } } }] }).doubt;
    expect(of(ACTIONS[1])).toMatchObject({ kind: 'silent' });
    expect(of(ACTIONS[0])).toBeNull();
  });

  test('but it does where as much was sent, where chargers left, and in a collapse', () => {
    expect(held(slow).doubt).toBeNull();
    expect(held(catching).doubt).toBeNull();
    expect(held({ ...catching, connected: 90 }).doubt).toBeNull();
    expect(held({ ...catching, booted: 49 }).doubt).toBeNull();
    expect(held({ ...catching, gaveUp: true }).doubt).toBeNull();
  });
});

test('only VALID counts, and cars that find no charger are no load', () => {
  const finding: Finding = {
    cause: 'utilisation',
    level: 'DEGRADED',
    ...{ fromS: 0, toS: 1, text: 'worker 1 was busy 90 %', fix: '' },
  };
  const verdict = { trust: 'DEGRADED', findings: [finding] } as const;
  expect(held({ verdict }).generatorFault).toBe('DEGRADED: worker 1 was busy 90 %');
  expect(held({ cars: { missed: 1, came: 100 } }).generatorFault).toBeNull();
  expect(held({ cars: { missed: 2, came: 100 } }).generatorFault).toBe(
    '2 of 100 cars found no free charger: the fleet is too small',
  );
});
