import { describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { CommandIndexOf } from '../../src/ocpp/commands.ts';
import { layoutNames, placeMap } from '../../src/result/layout-names.ts';
import {
  CallCounterIndex,
  CommandCounterIndex,
  callCounterBase,
  callHistogram,
  commandCounterBase,
  counterSlots,
  DisconnectOffset,
  effectHistogram,
  FailureOffset,
  histogramCount,
  RunCounterOffset,
  runHistogram,
  STAGE_STEADY,
  stageHistogram,
} from '../../src/snapshot/layout.ts';

const { counters, histograms } = layoutNames();

test.each([
  ['counter', counters, counterSlots],
  ['histogram', histograms, histogramCount],
])('every %s has a name of its own', (_name, names, count) => {
  expect(names.first).toHaveLength(count(1));
  expect(names.further).toHaveLength(count(2) - count(1));
  expect(new Set(names.first).size).toBe(names.first.length);
});

test.each([
  [callCounterBase(STAGE_STEADY, 2) + CallCounterIndex.lost, 'call/steady/Heartbeat/lost'],
  [RunCounterOffset.booted, 'run/booted'],
  [commandCounterBase(CommandIndexOf.Reset) + CommandCounterIndex.errored, 'command/Reset/errored'],
  [FailureOffset.http401, 'connectFailure/http401'],
  [DisconnectOffset.reset, 'disconnect/reset'],
])('counter %i is %s', (place, name) => expect(counters.first[place]).toBe(name));

test.each([
  [callHistogram(1, ActionIndexOf.Authorize, 'response'), 'call/steady/Authorize/response'],
  [stageHistogram(0, 'offline'), 'stage/other/offline'],
  [runHistogram('loopDelay'), 'run/loopDelay'],
  [effectHistogram('ReserveNow'), 'effect/ReserveNow'],
])('histogram %i is %s', (number, name) => expect(histograms.first[number]).toBe(name));

test('a further fleet has the names of the first', () => {
  const counter = callCounterBase(1, 3, 2) - counterSlots(2);
  expect(counters.further[counter]).toBe(counters.first[callCounterBase(1, 3)]);
  const histogram = callHistogram(1, 3, 'service', 2) - histogramCount(2);
  expect(histograms.further[histogram]).toBe(histograms.first[callHistogram(1, 3, 'service')]);
});

describe('a map of places', () => {
  const ours = { first: ['a', 'b', 'c'], further: ['a', 'b'] };

  test('of the same names changes nothing', () => {
    expect([...placeMap(ours, ours, 3).places]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
  test('finds names wherever they are, fleet by fleet', () => {
    const theirs = { first: ['c', 'new', 'a'], further: ['a', 'other'] };
    const { places, unknown } = placeMap(theirs, ours, 3);
    expect([...places]).toEqual([2, -1, 0, 3, -1, 5, -1]);
    expect(unknown).toEqual(['new', 'other']);
  });
});
