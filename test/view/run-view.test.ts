import { expect, test } from 'vitest';
import { SOUND } from '../../src/health/verdict.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import type { Point } from '../../src/view/point.ts';
import { rampOf } from '../../src/view/ramp.ts';
import { applyUpdate, LIVE_POINTS, type RunFacts, type RunView } from '../../src/view/run-view.ts';

const VIEW: RunView = {
  run: {} as RunFacts,
  ...{ points: [], rows: [], steady: null, errors: [], curves: [], events: [] },
  ramp: rampOf(emptySnapshot(1), 1),
  ...{ verdict: SOUND, trouble: null, thresholds: [], end: null },
};
const pointAt = (toS: number) => ({ toS }) as Point;

test('adds a point and an event, replaces the rest, and leaves what it was given alone', () => {
  const event = { atS: 1, text: 'a charger was refused' };
  const after = applyUpdate(VIEW, { point: pointAt(1), event, trouble: 'gc' });
  expect(after).toEqual({ ...VIEW, points: [pointAt(1)], events: [event], trouble: 'gc' });
  expect(VIEW.points).toEqual([]);
  expect(applyUpdate(after, { trouble: null })).toEqual({ ...after, trouble: null });
});

test('keeps the last points, so that a page can stay open for days', () => {
  let view = VIEW;
  for (let toS = 1; toS <= LIVE_POINTS + 2; toS++)
    view = applyUpdate(view, { point: pointAt(toS) });
  expect(view.points).toHaveLength(LIVE_POINTS);
  expect(view.points[0]).toEqual(pointAt(3));
});
