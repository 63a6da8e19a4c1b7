import { expect, test } from 'vitest';
import { addDelta } from '../../src/snapshot/delta.ts';
import { hdrIndex } from '../../src/snapshot/hdr.ts';
import { runHistogram } from '../../src/snapshot/layout.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { errorsOf } from '../../src/view/errors.ts';
import { rampOf } from '../../src/view/ramp.ts';
import { rowsOf } from '../../src/view/rows.ts';
import { runningRows } from '../../src/view/running-rows.ts';
import { busySeconds } from '../result/fixtures.ts';

test('the same rows as of a snapshot, after each second', () => {
  const total = emptySnapshot(1);
  const running = runningRows(1, 50);
  expect(running.rows()).toEqual(rowsOf(total));
  expect(running.steady()).toBe(null);
  for (const { delta } of busySeconds(12, 50)) {
    addDelta(total, delta);
    running.add(delta);
    expect(running.rows()).toEqual(rowsOf(total));
    const steady = rowsOf(total, 'steady').at(-1);
    expect(running.steady()).toEqual((steady?.sent ?? 0) > 0 ? steady : null);
    expect(errorsOf(running.counted)).toEqual(errorsOf(total));
  }
  expect(running.rows().length).toBeGreaterThan(2);
});

test('the same ramp as of a snapshot, whenever somebody came', () => {
  const total = emptySnapshot(1);
  const running = runningRows(1, 4);
  expect(running.ramp()).toEqual(rampOf(total, 4));
  const [quiet] = busySeconds(1);
  for (const [name, us] of [
    ...([
      ['connectedAfter', 90_000],
      ['connectedAfter', 1_200_000],
    ] as const),
    ...([
      ['bootedAfter', 130_000],
      ['bootedAfter', 1_900_000],
    ] as const),
  ]) {
    const slots = Uint32Array.of(hdrIndex(us));
    const came = { histogram: runHistogram(name), slots, counts: Float64Array.of(1) };
    for (const delta of [{ ...quiet.delta, histograms: [came] }, quiet.delta]) {
      running.add(delta);
      addDelta(total, delta);
    }
    const ramp = running.ramp();
    expect(ramp).toEqual(rampOf(total, 4));
    expect(running.ramp()).toBe(ramp);
  }
  expect(running.ramp().booted).toMatchObject({ count: 2, p100S: null });
  expect(running.ramp().booted.p50S).toBeCloseTo(1.9, 2);
});
