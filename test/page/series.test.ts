import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  actionsOf,
  alone,
  asBase,
  describeSeries,
  sampled,
  seriesOf,
  stageSpans,
} from '../../src/page/series.ts';
import { point } from './points.ts';

test('a line has a value a point, null where nothing was measured', () => {
  const points = [point(1, { inFlight: 3 }), point(2)];
  const line = seriesOf(points, 'in flight', 1, ({ inFlight }) => inFlight || undefined);
  expect(line).toEqual({ label: 'in flight', color: 1, x: [1, 2], y: [3, null] });
  expect(asBase(line)).toMatchObject({ label: 'base: in flight', color: 1, base: true });
});

test('values without a neighbour are found: no line would show them', () => {
  expect(alone([1, null, 2, 3, null, undefined, 4])).toEqual([0, 6]);
  expect(alone([1, undefined, 2])).toEqual([]);
  expect(alone([null, 5, undefined, null])).toEqual([1]);
  expect(alone([])).toEqual([]);
});

test('stages follow each other, as long as their points are', () => {
  const points = [
    point(1, { stage: 'ramp' }),
    point(2, { stage: 'ramp' }),
    point(3),
    point(4, { stage: 'drain' }),
  ];
  expect(stageSpans(points)).toEqual([
    { name: 'ramp', fromS: 0, toS: 2 },
    { name: 'steady', fromS: 2, toS: 3 },
    { name: 'drain', fromS: 3, toS: 4 },
  ]);
  expect(stageSpans([])).toEqual([]);
});

test('says in words what is drawn', () => {
  const line = { label: 'p99', color: 1, x: [1, 70, 71], y: [2.5, 40, null] };
  const nothing = { ...line, label: 'p50', y: [null, null, null] };
  expect(describeSeries([line, nothing], 'ms')).toBe(
    'p99: 2.5 ms to 40.0 ms (highest at 1m10s), last 40.0 ms. p50: nothing measured.',
  );
});

test('takes places evenly, the first and the last among them', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.integer({ min: 2, max: 100 }), (count, most) => {
      const places = sampled(count, most);
      expect(places.length).toBeLessThanOrEqual(most + 1);
      expect(places.length).toBeGreaterThanOrEqual(Math.min(count, most / 2));
      expect([places[0], places.at(-1)]).toEqual(
        count === 0 ? [undefined, undefined] : [0, count - 1],
      );
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    }),
  );
});

test('actions come by how many were sent', () => {
  const of = (sent: number) => ({ sent, failed: 0, service: null, response: null });
  const points = [
    point(1, { actions: { Heartbeat: of(2), Authorize: of(1) } }),
    point(2, { actions: { Authorize: of(5) } }),
  ];
  expect(actionsOf(points)).toEqual(['Authorize', 'Heartbeat']);
});
