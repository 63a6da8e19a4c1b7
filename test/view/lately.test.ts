import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import type { Interval } from '../../src/series/interval.ts';
import { addDelta, deltaReader } from '../../src/snapshot/delta.ts';
import { callHistogram, RunCounterOffset, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { KEPT_POINTS, latelyMaker, NOTHING_LATELY } from '../../src/view/lately.ts';
import { rowsOf } from '../../src/view/rows.ts';
import { busySeconds } from '../result/fixtures.ts';
import { addCalls, emptyMemory, put } from '../snapshot/memories.ts';

const SHAPE = { fleetCount: 1, planned: 10 };

test('rows are of the last ten seconds, all together first', () => {
  const intervals = busySeconds(14, 100);
  const add = latelyMaker(SHAPE);
  const lately = intervals.map(add).at(-1) ?? NOTHING_LATELY;
  const window = emptySnapshot(1);
  for (const { delta } of intervals.slice(4)) addDelta(window, delta);
  const wanted = rowsOf(window);
  expect(lately.overS).toBeCloseTo(10, 3);
  expect(lately.rows.map(({ action }) => action)).toEqual([
    'all',
    ...wanted.map(({ action }) => action).filter((action) => action !== 'all'),
  ]);
  for (const row of lately.rows) {
    const { sent, service, response } = wanted.find(({ action }) => action === row.action) ?? row;
    expect(row.sent).toBeCloseTo(sent / lately.overS, 6);
    expect(row).toMatchObject({ service, response });
  }
});

test('an action stays in the table, and failures are of the whole run', () => {
  const memory = emptyMemory();
  const reader = deltaReader([memory]);
  const add = latelyMaker(SHAPE);
  const second = (index: number): Interval => ({
    ...{ index, fromS: index, toS: index + 1, stage: 'steady', health: null },
    delta: reader.read(true),
  });
  addCalls(memory, STAGE_STEADY, 'Authorize', { sent: 30, answered: 20, timedOut: 7, lost: 3 });
  memory.counters[RunCounterOffset.connected] = 4;
  let lately = add(second(0));
  expect(lately.rows[1]).toMatchObject({ action: 'Authorize', sent: 30, failed: 10 });
  put(memory, callHistogram(STAGE_STEADY, ActionIndexOf.Authorize, 'service'), 250_000);
  for (let index = 1; index < 12; index++) lately = add(second(index));
  expect(lately.rows.map(({ action, sent, failed }) => [action, sent, failed])).toEqual([
    ['all', 0, 10],
    ['Authorize', 0, 10],
  ]);
  expect(lately.rows[1].service).toBeNull();
  expect(lately.fates).toMatchObject({ timedOut: 7, lost: 3, answered: 20 });
  expect(lately.points.map(({ service }) => service?.count ?? 0).slice(0, 3)).toEqual([20, 1, 0]);
});

test('keeps a minute of points', () => {
  const [first] = busySeconds(1, 10);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 130 }), (count) => {
      const add = latelyMaker(SHAPE);
      let lately = NOTHING_LATELY;
      for (let index = 0; index < count; index++) {
        lately = add({ ...first, index, fromS: index, toS: index + 1 });
      }
      expect(lately.points).toHaveLength(Math.min(count, KEPT_POINTS));
      expect(lately.points.at(-1)?.toS).toBe(count);
    }),
    { numRuns: 10 },
  );
});
