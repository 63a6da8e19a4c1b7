import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clear,
  type InstalledProfile,
  install,
  isAcceptable,
  limitAt,
  momentMs,
  profileOf,
  withoutTxProfiles,
} from '../../../../src/engine/charger/command/profiles.ts';
import { parseLog } from '../../../support/log.ts';
import {
  DAY_ZERO_MS,
  expectedW,
  HOUR_MS,
  moment,
  ONE_PHASE,
  payloadWith,
  profile,
  profiles,
  profileWith,
  THREE_PHASES,
  transaction,
  wattsOfHighest,
} from './profile-cases.ts';

const LOG = readFileSync(new URL('../../../reference/tonly-charger.log', import.meta.url), 'utf8');
const connector = fc.nat(2);
const electrics = fc.constantFrom(ONE_PHASE, THREE_PHASES);
const STARTED = { startMs: DAY_ZERO_MS };

describe('a payload as a profile', () => {
  test('the one of the log: no end, from 0, daily', () => {
    const frame = parseLog(LOG).find(({ json }) => json?.[2] === 'RemoteStartTransaction');
    const payload = frame?.json?.[3] as { chargingProfile: unknown };
    const found = profileOf(1, payload.chargingProfile, 480)!;
    expect(found).toEqual({
      ...{ connectorId: 1, chargingProfileId: 1, stackLevel: 1, purpose: 'TxProfile' },
      ...{ transactionId: 701, kind: 'Recurring', recurrencyS: 86_400, unit: 'A' },
      ...{ validFromMs: -Infinity, validToMs: Infinity, durationS: Infinity },
      ...{ startMs: null, installedMs: null, periods: [{ startS: 0, limit: 32, phases: 3 }] },
    });
    // It holds for as long as the transaction runs, and is never due in the past.
    for (const hours of [0, 1, 23, 24, 25, 1000]) {
      const atMs = DAY_ZERO_MS + hours * HOUR_MS;
      const limit = limitAt([found], 1, STARTED, atMs, THREE_PHASES);
      expect(limit.powerW).toBe(32 * 690);
      expect(limit.untilMs).toBe(DAY_ZERO_MS + (Math.floor(hours / 24) + 1) * 24 * HOUR_MS);
    }
  });

  test('everything that may be given', () => {
    const payload = payloadWith(
      {
        ...{ chargingProfileId: 7, stackLevel: 3, transactionId: -1 },
        ...{ chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Recurring' },
        ...{ recurrencyKind: 'Weekly', validFrom: '2021-11-09T08:00:00' },
        ...{ validTo: '2021-11-10T00:00:00Z' },
      },
      {
        ...{ chargingRateUnit: 'W', startSchedule: '2021-11-09T08:00:00+08:00', duration: 5400 },
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 11_000 },
          { startPeriod: 3600, limit: 4000.5, numberPhases: 1 },
        ],
      },
    );
    expect(profileOf(2, payload, 480, 5)).toEqual({
      ...{ connectorId: 2, chargingProfileId: 7, stackLevel: 3, purpose: 'TxProfile' },
      ...{ transactionId: -1, kind: 'Recurring', recurrencyS: 7 * 86_400, unit: 'W' },
      ...{ validFromMs: DAY_ZERO_MS, validToMs: DAY_ZERO_MS + 24 * HOUR_MS, durationS: 5400 },
      ...{ startMs: DAY_ZERO_MS, installedMs: 5 },
      periods: [
        { startS: 0, limit: 11_000, phases: 3 },
        { startS: 3600, limit: 4000.5, phases: 1 },
      ],
    });
  });

  const starting = (...starts: number[]) => ({
    chargingSchedulePeriod: starts.map((startPeriod) => ({ startPeriod, limit: 6 })),
  });

  test.each([
    ['no period', {}, starting()],
    ['a first period that is late', {}, starting(2, 3)],
    ['periods that do not ascend', {}, starting(0, 20, 10)],
    ['two periods at once', {}, starting(0, 10, 10)],
    ['two periods at 1', {}, starting(1, 1)],
    ['too many periods', {}, starting(...Array.from({ length: 101 }, (_, i) => i))],
    ['a negative duration', {}, { duration: -1 }],
    ['a start on no day', {}, { startSchedule: '2021-02-30T00:00:00Z' }],
    ['validity from no day', { validFrom: '2021-02-30T00:00:00Z' }, {}],
    ['validity to no day', { validTo: '2021-02-30T00:00:00Z' }, {}],
  ])('none: %s', (_, changes, schedule) => {
    expect(profileOf(1, payloadWith(changes, schedule), 0)).toBeNull();
  });

  test('as many periods as it may have, and a first at 1', () => {
    const starts = Array.from({ length: 100 }, (_, i) => i + 1);
    const periods = profileWith({}, starting(...starts)).periods;
    expect(periods.map(({ startS }) => startS)).toEqual([0, ...starts.slice(1)]);
  });
});

test.each([
  ['2021-11-09T08:00:00', 480, DAY_ZERO_MS],
  ['2021-11-09T08:00:00.25', 480, DAY_ZERO_MS + 250],
  ['2021-11-08T19:00:00', -300, DAY_ZERO_MS],
  ['2021-11-09T00:00:00Z', 480, DAY_ZERO_MS],
  ['2021-11-09T05:30:00+0530', 480, DAY_ZERO_MS],
  ['tomorrow', 480, null],
  ['', 480, null],
  [undefined, 480, null],
])('the time %s at UTC%+i min', (text, utcOffsetMin, epochMs) => {
  expect(momentMs(text, utcOffsetMin)).toBe(epochMs);
});

describe('whether a profile may be installed', () => {
  const place = { connectors: 2, transaction: { id: 701 } };
  const idle = { connectors: 2, transaction: null };
  const unknown = { connectors: 2, transaction: { id: Number.NaN } };
  const of = (purpose: string, connectorId: number, transactionId?: number) =>
    profileOf(connectorId, payloadWith({ chargingProfilePurpose: purpose, transactionId }), 0)!;

  test.each([
    ['the whole on connector 0', of('ChargePointMaxProfile', 0), idle, true],
    ['the whole on connector 1', of('ChargePointMaxProfile', 1), place, false],
    ['a default for all', of('TxDefaultProfile', 0), idle, true],
    ['a default for the last connector', of('TxDefaultProfile', 2), idle, true],
    ['a default for a connector that is not', of('TxDefaultProfile', 3), idle, false],
    ['for a transaction on a connector that is not', of('TxProfile', 99), place, false],
    ['for a transaction on connector 0', of('TxProfile', 0), place, false],
    ['for no transaction', of('TxProfile', 1), idle, false],
    ['for whatever transaction', of('TxProfile', 1), place, true],
    ['for this transaction', of('TxProfile', 1, 701), place, true],
    ['for another transaction', of('TxProfile', 1, 702), place, false],
    ['for a transaction whose id is not known yet', of('TxProfile', 1, 701), unknown, false],
    ['for whatever transaction without an id yet', of('TxProfile', 1), unknown, true],
  ])('%s', (_, given, where, expected) => expect(isAcceptable(given, where)).toBe(expected));
});

describe('install', () => {
  const clashes = (a: InstalledProfile, b: InstalledProfile) =>
    a.chargingProfileId === b.chargingProfileId ||
    (a.connectorId === b.connectorId && a.purpose === b.purpose && a.stackLevel === b.stackLevel);

  test('replaces what has the same id or the same place, and nothing else', () => {
    fc.assert(
      fc.property(profiles, profile, (before, added) => {
        const after = install(before, added)!;
        expect(after.filter((each) => each === added)).toHaveLength(1);
        const others = after.filter((each) => each !== added);
        expect(others).toEqual(before.filter((each) => !clashes(each, added)));
        expect(install(after, added)).toEqual(after);
      }),
    );
  });

  test('100 a charger, then only what replaces one', () => {
    let all: readonly InstalledProfile[] = [];
    for (let id = 0; id < 100; id++) {
      all = install(all, profileWith({ chargingProfileId: id, stackLevel: id }))!;
    }
    expect(all).toHaveLength(100);
    expect(install(all, profileWith({ chargingProfileId: 100, stackLevel: 100 }))).toBeNull();
    const again = profileWith({ chargingProfileId: 7, stackLevel: 100 });
    expect(install(all, again)).toHaveLength(100);
    expect(install(all, profileWith({ chargingProfileId: 100, stackLevel: 7 }))).toHaveLength(100);
  });
});

describe('clear', () => {
  const criteria = fc.record(
    {
      connectorId: fc.nat(2),
      chargingProfilePurpose: fc.constantFrom(
        ...(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'] as const),
      ),
      stackLevel: fc.nat(3),
    },
    { requiredKeys: [] },
  );

  test('an id clears that profile, whatever else is given', () => {
    fc.assert(
      fc.property(profiles, fc.integer({ min: 1, max: 12 }), criteria, (all, id, more) => {
        const left = all.filter((each) => each.chargingProfileId !== id);
        expect(clear(all, { ...more, id })).toEqual(left);
      }),
    );
  });

  test('what meets all criteria goes, the rest stays in order', () => {
    fc.assert(
      fc.property(profiles, criteria, (all, given) => {
        const { connectorId, chargingProfilePurpose, stackLevel } = given;
        const meets = (each: InstalledProfile) =>
          (connectorId ?? each.connectorId) === each.connectorId &&
          (chargingProfilePurpose ?? each.purpose) === each.purpose &&
          (stackLevel ?? each.stackLevel) === each.stackLevel;
        expect(clear(all, given)).toEqual(all.filter((each) => !meets(each)));
        expect(clear(clear(all, given), given)).toEqual(clear(all, given));
      }),
    );
  });

  test('nothing given clears all', () => {
    fc.assert(
      fc.property(profiles, (all) => {
        expect(clear(all, {})).toEqual([]);
      }),
    );
  });

  test('a transaction takes its own profiles with it', () => {
    fc.assert(
      fc.property(profiles, fc.integer({ min: 1, max: 2 }), (all, connectorId) => {
        const left = clear(all, { connectorId, chargingProfilePurpose: 'TxProfile' });
        expect(withoutTxProfiles(all, connectorId)).toEqual(left);
      }),
    );
  });
});

describe('the limit', () => {
  test('is what a slow reading of the profiles says', () => {
    fc.assert(
      fc.property(profiles, connector, transaction, moment, electrics, (all, k, tx, atMs, el) => {
        const { powerW } = limitAt(all, k, tx, atMs, el);
        expect(powerW).toBeCloseTo(expectedW(all, k, tx, atMs, el), 6);
      }),
      { numRuns: 3000 },
    );
  });

  test('is never above the ChargePointMaxProfile nor what the charger can', () => {
    const isWhole = (each: InstalledProfile) => each.purpose === 'ChargePointMaxProfile';
    fc.assert(
      fc.property(profiles, connector, transaction, moment, electrics, (all, k, tx, atMs, el) => {
        const whole = wattsOfHighest(all, isWhole, tx, atMs, el) ?? Infinity;
        const { powerW } = limitAt(all, k, tx, atMs, el);
        expect(powerW).toBeLessThanOrEqual(Math.min(whole, el.maxPowerW) + 1e-6);
      }),
      { numRuns: 1000 },
    );
  });

  test('stays until the moment it names, which lies ahead', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(profiles, connector, transaction, moment, share, (all, k, tx, atMs, part) => {
        const { untilMs, ...limit } = limitAt(all, k, tx, atMs, THREE_PHASES);
        expect(untilMs).toBeGreaterThan(atMs);
        const lastMs = Math.min(untilMs, atMs + 1000 * 24 * HOUR_MS);
        const within = [atMs + part * (lastMs - atMs), lastMs - 0.25, lastMs - 1];
        for (const laterMs of within.filter((each) => each > atMs && each < untilMs)) {
          expect(limitAt(all, k, tx, laterMs, THREE_PHASES)).toMatchObject(limit);
        }
      }),
      { numRuns: 3000 },
    );
  });

  const at = (all: readonly InstalledProfile[], hours: number, tx = STARTED, k = 1) => {
    const limit = limitAt(all, k, tx, DAY_ZERO_MS + hours * HOUR_MS, THREE_PHASES);
    return [limit.powerW / 690, (limit.untilMs - DAY_ZERO_MS) / HOUR_MS, limit.phases];
  };
  const amperes = (limit: number) => ({ chargingSchedulePeriod: [{ startPeriod: 0, limit }] });

  test('without any profile is what the charger can, for ever', () => {
    expect(at([], 0)).toEqual([48, Infinity, 3]);
  });

  test('changes with the periods, and ends with the duration', () => {
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 10 },
      { startPeriod: 3600, limit: 20 },
    ];
    const given = profileWith({}, { duration: 7200, chargingSchedulePeriod });
    expect(at([given], 0)).toEqual([10, 1, 3]);
    expect(at([given], 1)).toEqual([20, 2, 3]);
    expect(at([given], 2)).toEqual([48, Infinity, 3]);
    expect(at([given], 0.5, { startMs: DAY_ZERO_MS + HOUR_MS })).toEqual([48, 1, 3]);
  });

  test('comes back every day, within the validity', () => {
    const times = { startSchedule: '2021-11-09T22:00:00Z', duration: 4 * 3600 };
    const validTo = '2021-11-11T23:00:00Z';
    const night = profileWith(
      { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', validTo },
      { ...amperes(8), ...times },
    );
    const seen = [0, 22, 26, 46, 50, 70, 71, 94].map((hours) => at([night], hours).slice(0, 2));
    expect(seen).toEqual([
      ...[
        [48, 22],
        [8, 26],
        [48, 46],
        [8, 50],
        [48, 70],
        [8, 71],
      ],
      ...[
        [48, Infinity],
        [48, Infinity],
      ],
    ]);
  });

  test('never changes for a profile that would begin after its validity', () => {
    const times = { startSchedule: '2021-11-10T00:00:00Z' };
    const late = profileWith(
      { chargingProfileKind: 'Absolute', validTo: '2021-11-09T12:00:00Z' },
      { ...amperes(8), ...times },
    );
    expect(at([late], 0)).toEqual([48, Infinity, 3]);
  });

  test('of the transaction goes before the default, of the connector before that of all', () => {
    const level = { stackLevel: 9 };
    const all = profileOf(
      0,
      payloadWith({ ...level, chargingProfilePurpose: 'TxDefaultProfile' }, amperes(30)),
      0,
    )!;
    const own = profileWith({ chargingProfilePurpose: 'TxDefaultProfile' }, amperes(20));
    const tx = profileWith({}, { ...amperes(40), duration: 3600 });
    expect(at([all], 0)[0]).toBe(30);
    expect(at([all, own], 0)[0]).toBe(20);
    expect(at([all, own], 0, STARTED, 2)[0]).toBe(30);
    expect(at([all, own, tx], 0)).toEqual([40, 1, 3]);
    expect(at([all, own, tx], 1)).toEqual([20, Infinity, 3]);
  });

  test('is of the highest stack level that has a period then', () => {
    const low = profileWith({ chargingProfileId: 1 }, amperes(40));
    const high = profileWith(
      { chargingProfileId: 2, stackLevel: 1 },
      { ...amperes(9), duration: 60 },
    );
    expect(at([low, high], 0)[0]).toBe(9);
    expect(at([high, low], 0)[0]).toBe(9);
    expect(at([high, low], 1)[0]).toBe(40);
  });

  test('of amperes counts the phases that are used, and those there are', () => {
    const onPhases = (numberPhases: number) =>
      profileWith({}, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, numberPhases }] });
    const watts = (numberPhases: number, el: typeof ONE_PHASE) => {
      const { powerW, phases } = limitAt([onPhases(numberPhases)], 1, STARTED, DAY_ZERO_MS, el);
      return [powerW, phases];
    };
    expect(watts(3, THREE_PHASES)).toEqual([6900, 3]);
    expect(watts(1, THREE_PHASES)[0]).toBeCloseTo(2300, 9);
    expect(watts(1, THREE_PHASES)[1]).toBe(1);
    expect(watts(3, ONE_PHASE)).toEqual([2300, 1]);
    // Of equal limits the connector's own tells the phases.
    const whole = profileWith(
      { chargingProfileId: 2, chargingProfilePurpose: 'ChargePointMaxProfile' },
      { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 4000 }] },
    );
    const own = profileWith(
      {},
      {
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 4000, numberPhases: 1 }],
      },
    );
    const { powerW, phases } = limitAt([whole, own], 1, STARTED, DAY_ZERO_MS, THREE_PHASES);
    expect([powerW, phases]).toEqual([4000, 1]);
  });

  test('without a start counts from the transaction, without one from the installation', () => {
    const payload = payloadWith(
      { chargingProfilePurpose: 'ChargePointMaxProfile', chargingProfileKind: 'Absolute' },
      { ...amperes(5), duration: 3600 },
    );
    const whole = profileOf(0, payload, 0, DAY_ZERO_MS + 0.5)!;
    const powerAt = (hours: number, tx: typeof STARTED | null) =>
      limitAt([whole], 1, tx, DAY_ZERO_MS + hours * HOUR_MS, THREE_PHASES).powerW / 690;
    expect([powerAt(0.5, null), powerAt(1.5, null)]).toEqual([5, 48]);
    const later = { startMs: DAY_ZERO_MS + HOUR_MS };
    expect([powerAt(0.5, later), powerAt(1.5, later)]).toEqual([48, 5]);
  });
});
