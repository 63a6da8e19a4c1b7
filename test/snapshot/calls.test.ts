import { describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { callPlaces, deltaFigures, deltaLatency, onlyCalls } from '../../src/snapshot/calls.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { toHdr } from '../../src/snapshot/hdr.ts';
import { CALL_COUNTERS, counterSlots, runHistogram } from '../../src/snapshot/layout.ts';
import { callCounts, callLatency } from '../../src/snapshot/snapshot.ts';
import { busyDelta } from '../result/fixtures.ts';

const delta = busyDelta(1, 200);
const snapshot = sumOf([delta], 1);
const figures = deltaFigures(1);

describe('figures of a delta are those of the snapshot that it sums up to', () => {
  test('counts', () => expect(figures.calls(delta)).toEqual(callCounts(snapshot, 'whole')));
  test('latencies', () => {
    for (const action of [undefined, 'Authorize'] as const) {
      const index = action && ActionIndexOf[action];
      const truth = callLatency(snapshot, 'response', 'whole', index);
      const told = figures.latency(delta, 'response', action);
      expect(told.toJSON()).toEqual(truth.toJSON());
    }
    const number = runHistogram('loopDelay');
    const loopDelay = deltaLatency(delta, (each) => each === number);
    expect(loopDelay.toJSON()).toEqual(toHdr(snapshot.histograms[number]!).toJSON());
  });
});

test('places are all there are, each once', () => {
  const places = callPlaces(3).map((place) => JSON.stringify(place));
  expect(new Set(places).size).toBe(places.length);
  const counters = counterSlots(2) - counterSlots(1);
  expect(callPlaces(1)).toHaveLength(counters / CALL_COUNTERS.length);
});

test('only some CALLs', () => {
  const some = onlyCalls(snapshot, ({ action }) => action === ActionIndexOf.Heartbeat);
  expect(callCounts(some, 'whole')).toEqual(callCounts(snapshot, 'whole', ActionIndexOf.Heartbeat));
  expect(some.histograms[runHistogram('loopDelay')]).toBe(null);
});
