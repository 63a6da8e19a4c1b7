import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compositeSchedule } from '../../../../src/engine/charger/command/composite.ts';
import { limitAt } from '../../../../src/engine/charger/command/profiles.ts';
import { validateResult } from '../../../support/schemas.ts';
import {
  DAY_ZERO_MS,
  HOUR_MS,
  moment,
  ONE_PHASE,
  profiles,
  profileWith,
  THREE_PHASES,
  transaction,
} from './profile-cases.ts';

const STARTED = { startMs: DAY_ZERO_MS };
const span = (durationS: number, unit: 'A' | 'W' = 'A', fromMs = DAY_ZERO_MS) => ({
  ...{ fromMs, durationS, unit },
});
const hourly = (...limits: readonly number[]) => ({
  chargingSchedulePeriod: limits.map((limit, i) => ({ startPeriod: i * 3600, limit })),
});

test('agrees with the limit at any whole second', () => {
  const duration = fc.constantFrom(1, 3600, 86_400, 14 * 86_400);
  const unit = fc.constantFrom('A', 'W');
  const electrics = fc.constantFrom(ONE_PHASE, THREE_PHASES);
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const cases = fc.record({
    ...{ all: profiles, k: fc.nat(2), tx: transaction, fromMs: moment },
    ...{ durationS: duration, unit, el: electrics, shares: fc.array(share, { maxLength: 8 }) },
  });
  fc.assert(
    fc.property(cases, ({ all, k, tx, fromMs, durationS, unit: inUnit, el, shares }) => {
      const asked = { fromMs, durationS, unit: inUnit };
      const { duration: told, ...schedule } = compositeSchedule(all, k, tx, asked, el);
      const periods = schedule.chargingSchedulePeriod;
      expect([told, schedule.chargingRateUnit]).toEqual([durationS, inUnit]);
      for (const seconds of [0, ...shares.map((part) => Math.floor(part * durationS))]) {
        const period = periods.filter(({ startPeriod }) => startPeriod <= seconds).at(-1)!;
        const { powerW } = limitAt(all, k, tx, fromMs + seconds * 1000, el);
        const volts = (el.voltageSumV / el.phases) * period.numberPhases;
        const value = inUnit === 'W' ? powerW : powerW / volts;
        expect(Math.abs(period.limit - value)).toBeLessThanOrEqual(0.05 + 1e-6);
      }
    }),
    { numRuns: 2000 },
  );
});

test('begins at 0, ascends within the duration, and no two neighbours are equal', () => {
  fc.assert(
    fc.property(profiles, fc.nat(2), transaction, moment, (all, k, tx, fromMs) => {
      const asked = { fromMs, durationS: 7 * 86_400, unit: 'A' as const };
      const { chargingSchedulePeriod: periods } = compositeSchedule(all, k, tx, asked, ONE_PHASE);
      expect(periods[0].startPeriod).toBe(0);
      for (const [i, period] of periods.entries()) {
        expect(period.startPeriod).toBeLessThan(asked.durationS);
        expect(period.limit).toBe(Math.round(period.limit * 10) / 10);
        if (i === 0) continue;
        expect(period.startPeriod).toBeGreaterThan(periods[i - 1].startPeriod);
        expect({ ...period, startPeriod: 0 }).not.toEqual({ ...periods[i - 1], startPeriod: 0 });
      }
    }),
    { numRuns: 1000 },
  );
});

test('two layers together, in both units', () => {
  const all = [
    profileWith({ chargingProfileId: 1 }, hourly(10, 20, 30.25)),
    profileWith(
      { chargingProfileId: 2, chargingProfilePurpose: 'ChargePointMaxProfile' },
      { chargingRateUnit: 'W', ...hourly(11_040, 11_040, 5520) },
    ),
  ];
  const numberPhases = 3;
  expect(compositeSchedule(all, 1, STARTED, span(9000), THREE_PHASES)).toEqual({
    duration: 9000,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 10, numberPhases },
      { startPeriod: 3600, limit: 16, numberPhases },
      { startPeriod: 7200, limit: 8, numberPhases },
    ],
  });
  const inWatts = compositeSchedule(all, 1, STARTED, span(3601, 'W'), THREE_PHASES);
  expect(inWatts.chargingSchedulePeriod.map(({ limit }) => limit)).toEqual([6900, 11_040]);
});

test('tells amperes on the phases that are used', () => {
  const onOne = { chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 1 }] };
  const found = compositeSchedule([profileWith({}, onOne)], 1, STARTED, span(60), THREE_PHASES);
  expect(found.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 16, numberPhases: 1 }]);
});

test('the same amperes on fewer phases are another period', () => {
  const chargingSchedulePeriod = [
    { startPeriod: 0, limit: 16, numberPhases: 3 },
    { startPeriod: 60, limit: 16, numberPhases: 1 },
  ];
  const given = profileWith({}, { chargingSchedulePeriod });
  const found = compositeSchedule([given], 1, STARTED, span(120), THREE_PHASES);
  expect(found.chargingSchedulePeriod).toEqual(chargingSchedulePeriod);
});

test('follows the official schema', () => {
  const unit = fc.constantFrom('A', 'W');
  fc.assert(
    fc.property(profiles, transaction, moment, unit, (all, tx, fromMs, inUnit) => {
      const asked = span(86_400, inUnit, fromMs);
      const chargingSchedule = compositeSchedule(all, 1, tx, asked, THREE_PHASES);
      const payload = { status: 'Accepted', connectorId: 1, chargingSchedule };
      expect(validateResult('GetCompositeSchedule', payload)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('without profiles is what the charger can; for no time too', () => {
  const whole = { startPeriod: 0, limit: 32, numberPhases: 1 };
  for (const durationS of [0, 1, 86_400]) {
    expect(compositeSchedule([], 0, null, span(durationS), ONE_PHASE)).toEqual({
      duration: durationS,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [whole],
    });
  }
});

test('a change within a second counts from the next; what lasted for less is not told', () => {
  const given = profileWith({}, { ...hourly(6), duration: 1 });
  const at = (startMs: number, durationS: number) =>
    compositeSchedule([given], 1, { startMs }, span(durationS), ONE_PHASE).chargingSchedulePeriod;
  const period = (startPeriod: number, limit: number) => ({ startPeriod, limit, numberPhases: 1 });
  expect(at(DAY_ZERO_MS + 1500, 60)).toEqual([period(0, 32), period(2, 6), period(3, 32)]);
  expect(at(DAY_ZERO_MS + 1500, 2)).toEqual([period(0, 32)]);
  expect(at(DAY_ZERO_MS - 999, 60)).toEqual([period(0, 6), period(1, 32)]);
  const validTo = '2021-11-09T00:00:01.800Z';
  const brief = profileWith({ validTo }, { ...hourly(6), duration: 1 });
  const startMs = DAY_ZERO_MS + 1200;
  const found = compositeSchedule([brief], 1, { startMs }, span(60), ONE_PHASE);
  expect(found.chargingSchedulePeriod).toEqual([period(0, 32)]);
});

test('is cut, and says so, when there is no end of changes', () => {
  const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' };
  const given = profileWith(daily, { ...hourly(6, 16), startSchedule: '2021-11-09T00:00:00Z' });
  const tooLong = span(1e12);
  const found = compositeSchedule([given], 1, STARTED, tooLong, ONE_PHASE);
  expect(found.chargingSchedulePeriod).toHaveLength(1000);
  expect(found.duration).toBe((500 * 24 * HOUR_MS) / 1000);
  const even = profileWith(daily, { ...hourly(6, 6.01), startSchedule: '2021-11-09T00:00:00Z' });
  const flat = compositeSchedule([even], 1, STARTED, tooLong, ONE_PHASE);
  expect(flat.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 6, numberPhases: 1 }]);
  expect(flat.duration).toBe(found.duration);
});
