import { describe, expect, test } from 'vitest';
import {
  type HeldSeconds,
  holdSecond,
  isOfHold,
  responsesIn,
  seenInSeconds,
} from '../../src/report/held-load.ts';
import type { Interval } from '../../src/series/interval.ts';
import { addDelta } from '../../src/snapshot/delta.ts';
import { STAGE_OTHER, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { type SecondFiller, secondFiller, threshold } from '../thresholds/fixture.ts';
import { fixturePlan } from './fixtures.ts';

/** The 500th second of a run, and those after it. */
function secondsOf(count: number, fill: (second: SecondFiller, n: number) => void): Interval[] {
  return Array.from({ length: count }, (_, n) => {
    const second = secondFiller();
    fill(second, n);
    const fromS = 500 + n;
    return {
      ...{ index: fromS, fromS, toS: fromS + 1, stage: 'steady' },
      ...{ delta: second.delta(), health: null },
    };
  });
}

function before(fill: (second: SecondFiller) => void) {
  const second = secondFiller();
  fill(second);
  const snapshot = emptySnapshot(1);
  addDelta(snapshot, second.delta());
  return snapshot;
}

/** 100 chargers that came, with trouble on the way; then ten good seconds. */
function held(changes: Partial<HeldSeconds> = {}, thresholds = [CALLS_FAILED]) {
  return seenInSeconds({
    plan: fixturePlan({ chargerCount: 1000, allowedBootFailures: 20, thresholds }),
    ...{ workers: 1, chargers: 100, isSettled: true, gaveUp: false },
    before: before((second) => {
      second.count('connected', 100);
      second.count('booted', 100);
      second.count('ledgerQueued', 8);
      second.calls(STAGE_STEADY, 'Heartbeat', { sent: 900, callError: 900 });
    }),
    seconds: secondsOf(10, (second) => second.answered(STAGE_STEADY, 'Heartbeat', 40, 25)),
    ...changes,
  });
}

const CALLS_FAILED = threshold('ocpp_call_failed', 'rate<0.01');

describe('seconds that were held', () => {
  test('are looked at without what came before', () => {
    const seen = held();
    expect(seen).toMatchObject({ heldS: 10, callsPerS: 25, answeredPerS: 25, failedShare: 0 });
    expect(seen.p99Ms).toBeCloseTo(40, 0);
    expect(seen).toMatchObject({ connected: 100, booted: 100, failure: null, isCollapse: false });
    expect(seen.slo[0]).toMatchObject({ passed: true, measured: 0 });
  });

  test('are no gap in a run, however late they are; what they miss themselves is one', () => {
    expect(held()).toMatchObject({ trust: 'VALID', generatorFault: null });
    const all = secondsOf(20, (second) => second.answered(STAGE_STEADY, 'Heartbeat', 40, 25));
    const looked = all.filter((_, n) => n < 5 || n > 12);
    const { trust, generatorFault } = held({ seconds: looked });
    expect(trust).toBe('INVALID');
    expect(generatorFault).toContain('looked away for 8 of 20 s');
  });

  test('fail by an SLO that they break themselves', () => {
    const seconds = secondsOf(10, (second, n) => {
      second.calls(STAGE_STEADY, 'Heartbeat', { sent: 25, answered: n === 3 ? 20 : 25 });
      if (n === 3) second.calls(STAGE_STEADY, 'Heartbeat', { timedOut: 5 });
    });
    const seen = held({ seconds });
    expect(seen.slo[0]).toMatchObject({ passed: false, measured: 0.02 });
    expect(seen.failure).toBe('ocpp_call_failed rate<0.01: rate = 0.02');
  });

  test('say nothing when what came before them was not over, and times fall', () => {
    const falls = secondsOf(10, (second, n) => {
      second.answered(STAGE_STEADY, 'Heartbeat', n < 5 ? 900 : 600, 25);
    });
    const slow = [threshold('ocpp_call_duration', 'p(99)<500')];
    expect(held({ seconds: falls, isSettled: false }, slow).doubt?.kind).toBe('catchingUp');
    expect(held({ seconds: falls, isSettled: true }, slow).doubt).toBeNull();
    const stays = secondsOf(10, (second) => {
      second.answered(STAGE_STEADY, 'Heartbeat', 900, 25);
    });
    expect(held({ seconds: stays, isSettled: false }, slow)).toMatchObject({ doubt: null });
  });

  test('a gauge stands on what was before', () => {
    const queued = [threshold('ocpp_ledger_queued', 'value<10')];
    const grows = secondsOf(10, (second, n) => second.count('ledgerQueued', n < 3 ? 1 : 0));
    expect(held({}, queued).slo[0]).toMatchObject({ passed: true, measured: 8 });
    expect(held({ seconds: grows }, queued).slo[0]).toMatchObject({ passed: false, measured: 11 });
  });

  test('chargers that left are missed, but for as large a part as the scenario allows', () => {
    const left = (many: number) => {
      const seconds = secondsOf(10, (second, n) => {
        second.answered(STAGE_STEADY, 'Heartbeat', 40, 25);
        if (n === 9) second.count('connected', -many);
      });
      return held({ seconds });
    };
    expect(left(2)).toMatchObject({ connected: 98, failure: null });
    expect(left(3).failure).toBe('only 97 of 100 chargers were connected when the hold ended');
    expect(left(51).isCollapse).toBe(true);
    expect(held({ gaveUp: true }).failure).toBe('no charger could connect');
  });

  test('cars that no charger was free for are the fleet that is too small', () => {
    const seconds = secondsOf(10, (second) => {
      second.answered(STAGE_STEADY, 'Heartbeat', 40, 25);
      second.count('carsArrived', 9);
      second.count('carsMissed', 1);
    });
    expect(held({ seconds }).generatorFault).toMatch('10 of 100 cars found no free charger');
  });
});

test.each([
  ['ocpp_call_duration', 'p(99)<500', true],
  ['ocpp_call_failed', 'rate<0.01', true],
  ['ocpp_ledger_queued', 'value<10', true],
  ['ocpp_call_duration{action:BootNotification}', 'p(99)<500', false],
  ['ocpp_charger_booted', 'rate>0.9', false],
])('%s %s: whether a hold is enough is %s', (selector, expression, enough) => {
  expect(isOfHold(threshold(selector, expression))).toBe(enough);
});

test('a second of a warm-up is its own but for what is outstanding', () => {
  const second = secondFiller();
  second.answered(STAGE_STEADY, 'Heartbeat', 10, 30);
  second.calls(STAGE_STEADY, 'Authorize', { sent: 5 });
  second.count('connectsUpgraded', 3);
  second.count('booted', 2);
  const earlier = before((first) => {
    first.count('booted', 7);
    first.calls(STAGE_OTHER, 'BootNotification', { sent: 20, answered: 7, timedOut: 1 });
  });
  const delta = second.delta();
  addDelta(earlier, delta);
  const interval = { index: 9, fromS: 9, toS: 10, stage: 'steady', delta, health: null } as const;
  expect(holdSecond(interval, earlier)).toMatchObject({
    ...{ lengthS: 1, booted: 9, connects: 3, responses: { count: 30 } },
    calls: { sent: 35, answered: 30, outstanding: 12 + 5 },
  });
});

test('response times of a second are of all CALLs, in all stages', () => {
  const second = secondFiller();
  second.answered(STAGE_STEADY, 'Heartbeat', 10, 30);
  second.answered(STAGE_OTHER, 'Authorize', 100, 10);
  const { count, sumMs } = responsesIn(second.delta());
  expect(count).toBe(40);
  expect(sumMs / count).toBeCloseTo((30 * 10 + 10 * 100) / 40, 1);
  expect(responsesIn(secondFiller().delta())).toEqual({ count: 0, sumMs: 0 });
});
