import { expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import type { Interval } from '../../src/series/interval.ts';
import { addDelta, deltaReader } from '../../src/snapshot/delta.ts';
import { callHistogram, RunCounterOffset, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { KEPT_POINTS, latelyMaker, NOTHING_LATELY } from '../../src/view/lately.ts';
import { rowsOf } from '../../src/view/rows.ts';
import { busySeconds } from '../result/fixtures.ts';
import { addCalls, addCounts, emptyMemory, put } from '../snapshot/memories.ts';

const SHAPE = { fleetCount: 1, planned: 10 };

test('rows are of the last ten seconds, all together first', () => {
  const seconds = busySeconds(3, 100);
  const intervals = Array.from({ length: 14 }, (_, index) => ({
    ...seconds[index % seconds.length],
    ...{ index, fromS: index, toS: index + 1 },
  }));
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
    delta: reader.read(),
  });
  addCalls(memory, STAGE_STEADY, 'Authorize', { sent: 30, answered: 20, timedOut: 7, lost: 3 });
  memory.counters[RunCounterOffset.connected] = 4;
  let lately = add(second(0));
  expect(lately.rows[1]).toMatchObject({ action: 'Authorize', sent: 30, failed: 10 });
  addCounts(memory, STAGE_STEADY, 'Authorize', { answered: 1 });
  put(memory, callHistogram(STAGE_STEADY, ActionIndexOf.Authorize, 'service'), 250_000);
  for (let index = 1; index < 12; index++) lately = add(second(index));
  expect(lately.rows.map(({ action, sent, failed }) => [action, sent, failed])).toEqual([
    ['all', 0, 10],
    ['Authorize', 0, 10],
  ]);
  expect(lately.rows[1].service).toBeNull();
  expect(lately.fates).toMatchObject({ timedOut: 7, lost: 3, answered: 21 });
  expect(lately.points.map(({ service }) => service?.count ?? 0).slice(0, 3)).toEqual([20, 1, 0]);
});

test('keeps a minute of points', () => {
  const [first] = busySeconds(1, 10);
  const add = latelyMaker(SHAPE);
  const kept = Array.from({ length: KEPT_POINTS + 2 }, (_, index) =>
    add({ ...first, index, fromS: index, toS: index + 1 }).points.map(({ toS }) => toS),
  );
  expect(kept[1]).toEqual([1, 2]);
  expect(kept.at(-1)).toEqual(Array.from({ length: KEPT_POINTS }, (_, i) => i + 3));
});
