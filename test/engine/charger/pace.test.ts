import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AS_PLANNED, arrivalNs, type Pace, withPace } from '../../../src/engine/charger/pace.ts';
import { compileArrivals, countBefore } from '../../../src/plan/schedule.ts';
import { rate, stages } from '../../../src/scenario/connect.ts';

const S = 1e9;
const TEN_A_S = compileArrivals(rate('10/s'), 5 * S, 65 * S);
const STAGES = compileArrivals(
  stages([
    { duration: '20s', to: '20/s' },
    { duration: '10s', to: '0/s' },
  ]),
  5 * S,
  65 * S,
);

/** When all arrivals come, s. */
function timesS(schedule: typeof TEN_A_S, paces: readonly Pace[]): number[] {
  const times: number[] = [];
  for (let n = 0; ; n++) {
    const atNs = arrivalNs(schedule, paces, n);
    if (atNs === Number.POSITIVE_INFINITY) return times;
    times.push(atNs / S);
  }
}

const paced = (schedule: typeof TEN_A_S, ...changes: readonly (readonly [number, number])[]) =>
  changes.reduce<Pace[]>(
    (paces, [atS, factor]) => withPace(schedule, paces, atS * S, factor),
    [AS_PLANNED],
  );
const within = (times: readonly number[], fromS: number, toS: number) =>
  times.filter((s) => s >= fromS && s < toS).length;

describe('a pace', () => {
  test('as planned changes nothing', () => {
    expect(timesS(TEN_A_S, [AS_PLANNED])).toHaveLength(600);
    expect(timesS(TEN_A_S, paced(TEN_A_S, [7, 1]))).toEqual(timesS(TEN_A_S, [AS_PLANNED]));
  });

  test('of two makes twice as many from its moment on, to the end', () => {
    const times = timesS(TEN_A_S, paced(TEN_A_S, [35, 2]));
    expect([within(times, 5, 35), within(times, 35, 65)]).toEqual([300, 600]);
    expect(times[301] - times[300]).toBeCloseTo(0.05);
  });

  test('of nothing makes none, until another begins; what was left out does not come later', () => {
    const pause = paced(TEN_A_S, [15, 0], [45, 1]);
    const times = timesS(TEN_A_S, pause);
    expect([within(times, 5, 15), within(times, 15, 45), within(times, 45, 65)]).toEqual([
      ...[100, 0, 200],
    ]);
    expect(timesS(TEN_A_S, paced(TEN_A_S, [15, 0]))).toHaveLength(100);
  });

  test('keeps the stages in their place', () => {
    const times = timesS(STAGES, paced(STAGES, [0, 3]));
    expect(times.at(-1)).toBeLessThan(35);
    expect(times.length).toBe(900);
    expect(within(times, 5, 15)).toBe(150);
  });

  test('makes as many as the rates of all moments add up to, in their order', () => {
    const change = fc.tuple(
      fc.double({ min: 0, max: 70, noNaN: true }),
      fc.constantFrom(0, 0.01, 0.5, 1, 3, 100),
    );
    fc.assert(
      fc.property(fc.constantFrom(TEN_A_S, STAGES), fc.array(change), (schedule, unsorted) => {
        const changes = [...unsorted].sort(([a], [b]) => a - b);
        const times = timesS(schedule, paced(schedule, ...changes));
        const all = [[0, 1], ...changes, [65, 0]];
        const wanted = all.slice(1).reduce((sum, [toS], i) => {
          const planned = countBefore(schedule, toS * S) - countBefore(schedule, all[i][0] * S);
          return sum + planned * all[i][1];
        }, 0);
        // An arrival that is begun counts; the end of the schedule is rounded in `total`.
        expect(times.length).toBeGreaterThanOrEqual(wanted - 1);
        expect(times.length).toBeLessThanOrEqual(wanted + 1);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });
});
