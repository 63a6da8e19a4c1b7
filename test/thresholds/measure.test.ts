import { describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import {
  callHistogram,
  RunCounterOffset,
  STAGE_OTHER,
  STAGE_STEADY,
} from '../../src/snapshot/layout.ts';
import { readSnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';
import { gaugedBy, holds, isWorse, measure } from '../../src/thresholds/measure.ts';
import { addCalls, emptyMemory, put } from '../snapshot/memories.ts';
import { threshold } from './fixture.ts';

const SHAPE = { fleets: ['a'], chargers: 10 };

const measured = (selector: string, expression: string, snapshot: Snapshot, seconds = 10) =>
  measure(gaugedBy(threshold(selector, expression), SHAPE), snapshot, seconds);

/** Heartbeats of 1 to 100 ms in the steady stage; one boot of 7 s in the ramp. */
function someCalls(): Snapshot {
  const memory = emptyMemory();
  const heartbeats = callHistogram(STAGE_STEADY, ActionIndexOf.Heartbeat, 'response');
  for (let ms = 1; ms <= 100; ms++) put(memory, heartbeats, ms * 1000);
  put(memory, callHistogram(STAGE_OTHER, ActionIndexOf.Heartbeat, 'response'), 900_000);
  put(memory, callHistogram(STAGE_OTHER, ActionIndexOf.BootNotification, 'response'), 7e6);
  addCalls(memory, STAGE_STEADY, 'Authorize', { sent: 40, answered: 38, callError: 2, refused: 4 });
  memory.counters[RunCounterOffset.booted] = 9;
  memory.counters[RunCounterOffset.connected] = 8;
  return readSnapshot([memory]);
}

describe('measure', () => {
  const calls = someCalls();

  test.each<[string, string, number]>([
    ['ocpp_call_duration{action:Heartbeat}', 'p(99)<1', 99],
    ['ocpp_call_duration{action:Heartbeat}', 'p(12.5)<1', 13],
    ['ocpp_call_duration{action:Heartbeat}', 'med<1', 50],
    ['ocpp_call_duration{action:Heartbeat}', 'avg<1', 50.5],
    ['ocpp_call_duration{action:Heartbeat}', 'min<1', 1],
    ['ocpp_call_duration{action:Heartbeat}', 'max<1', 100],
    ['ocpp_call_duration{action:Heartbeat}', 'count<1', 100],
    // Boots belong to the ramp, so that is where they are looked for.
    ['ocpp_call_duration{action:BootNotification}', 'max<1', 7000],
    ['ocpp_calls', 'count<1', 40],
    ['ocpp_calls', 'rate<1', 4],
    ['ocpp_call_failed', 'rate<1', 0.05],
    ['ocpp_call_refused{action:Authorize,fleet:a}', 'rate<1', 0.1],
    ['ocpp_charger_booted', 'rate<1', 0.9],
    ['ocpp_chargers_connected', 'value<1', 8],
  ])('%s %s', (selector, expression, expected) => {
    // HDR keeps three digits.
    const value = measured(selector, expression, calls);
    expect(Math.abs(Number(value) - expected)).toBeLessThanOrEqual(expected * 0.001);
  });

  test('a count of nothing is 0; a duration or a share of nothing is nothing', () => {
    const nothing = readSnapshot([emptyMemory()]);
    expect(measured('ocpp_calls', 'count<1', nothing)).toBe(0);
    expect(measured('ocpp_calls', 'rate<1', nothing, 0)).toBe(0);
    expect(measured('ocpp_call_duration', 'count<1', nothing)).toBe(0);
    expect(measured('ocpp_call_duration', 'p(99)<1', nothing)).toBe(null);
    expect(measured('ocpp_call_failed', 'rate<1', nothing)).toBe(null);
  });
});

test.each<[string, number | null, boolean]>([
  ['max<5', 4.9, true],
  ['max<5', 5, false],
  ['max<=5', 5, true],
  ['max<=5', 5.1, false],
  ['max>5', 5, false],
  ['max>=5', 5, true],
  ['max==5', 5, true],
  ['max==5', 5.1, false],
  ['max!=5', 5, false],
  ['max!=5', 4, true],
  ['max<5', null, false],
  ['max>=0', null, false],
])('%s of %s holds: %s', (expression, value, expected) => {
  expect(holds(threshold('ocpp_call_duration', expression), value)).toBe(expected);
});

test.each<[string, number, number]>([
  ['max<5', 7, 6],
  ['max>5', 2, 3],
  ['max==5', 1, 7],
  ['max!=5', 5, 9],
])('for %s, %d is worse than %d', (expression, worse, better) => {
  const each = threshold('ocpp_call_duration', expression);
  expect([isWorse(each, worse, better), isWorse(each, better, worse)]).toEqual([true, false]);
});
