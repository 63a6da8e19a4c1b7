import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../../src/chargers/generic.ts';
import { BUSY, currentsOf, DIALECTS, effectOf, type Order, send, timeAt } from './send.ts';

interface ProfileOptions {
  readonly id?: number;
  readonly connectorId?: number;
  readonly purpose?: string;
  readonly limit?: number;
  readonly transactionId?: number;
  readonly stackLevel?: number;
  readonly periods?: readonly object[];
}

function set(atS: number, options: ProfileOptions = {}): Order {
  const { id = 1, connectorId = 1, purpose = 'TxDefaultProfile', limit = 10 } = options;
  const { transactionId, stackLevel = 0, periods = [{ startPeriod: 0, limit }] } = options;
  const csChargingProfiles = {
    chargingProfileId: id,
    stackLevel,
    chargingProfilePurpose: purpose,
    chargingProfileKind: 'Relative',
    ...(transactionId === undefined ? {} : { transactionId }),
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: periods },
  };
  return [atS, 'SetChargingProfile', { connectorId, csChargingProfiles }];
}
const clear = (atS: number, criteria: object = {}): Order => [
  atS,
  'ClearChargingProfile',
  criteria,
];
const composite = (atS: number, more: object = {}): Order => [
  atS,
  'GetCompositeSchedule',
  { connectorId: 1, duration: 3600, ...more },
];
const fleet = { life: BUSY, meterInterval: '10s' } as const;
/** What the car of BUSY takes, A. */
const WANTED = 15.9;

describe.each(DIALECTS)('%s', (dialect) => {
  test('a limit lowers the current, clearing it lets the car have what it wants', async () => {
    const told = await send([set(15), clear(35, { id: 1 })], { dialect, fleet });
    expect(told.statuses).toEqual(['Accepted', 'Accepted']);
    const currents = currentsOf(told);
    const expected = [0, WANTED, 10, 10, WANTED, WANTED];
    expect(currents).toHaveLength(expected.length);
    for (const [n, current] of currents.entries()) expect(current).toBeCloseTo(expected[n], 0);
  });

  test('its periods count from the start of the transaction, at their moments', async () => {
    const periods = [
      { startPeriod: 0, limit: 6 },
      { startPeriod: 25, limit: 12 },
      { startPeriod: 45, limit: 0 },
    ];
    const told = await send([set(5, { periods })], { dialect, fleet });
    const expected = [0, 6, 6, 12, 12, 0];
    for (const [n, current] of currentsOf(told).entries()) {
      expect(current, `sample ${n}`).toBeCloseTo(expected[n], 0);
    }
  });

  test('a limit above what the car takes changes nothing', async () => {
    const told = await send([set(15, { limit: 32 })], { dialect, fleet });
    for (const current of currentsOf(told).slice(1)) expect(current).toBeCloseTo(WANTED, 0);
  });

  test('the composite schedule is what is allowed, in the asked unit', async () => {
    const told = await send(
      [
        set(15),
        set(16, { id: 2, connectorId: 0, purpose: 'ChargePointMaxProfile', limit: 8 }),
        composite(20),
        composite(21, { chargingRateUnit: 'W' }),
        composite(22, { connectorId: 0 }),
        composite(23, { connectorId: 7 }),
      ],
      { dialect, fleet },
    );
    expect(told.statuses).toEqual([...Array(5).fill('Accepted'), 'Rejected']);
    const [, , amperes, watts] = told.answers;
    expect(amperes?.payload.connectorId).toBe(1);
    expect(amperes?.payload.scheduleStart).toMatch(
      dialect === 'standard' ? /^2026-01-05T08:00:20Z$/ : /^2026-01-05T16:00:20$/,
    );
    const limits = (answer: typeof amperes) =>
      answer?.payload.chargingSchedule.chargingSchedulePeriod.map(
        ({ limit }: { limit: number }) => limit,
      );
    expect(limits(amperes)).toEqual([8]);
    expect(limits(watts)).toEqual([8 * (230.8 + 230.1 + 230.6)]);
    expect(watts?.payload.chargingSchedule.chargingRateUnit).toBe('W');
  });
});

test('a TxProfile is for the running transaction, and ends with it', async () => {
  const stop = (atS: number): Order => [atS, 'RemoteStopTransaction', { transactionId: 1 }];
  const start = (atS: number): Order => [atS, 'RemoteStartTransaction', { idTag: 'REMOTE' }];
  const told = await send(
    [
      set(10, { purpose: 'TxProfile', transactionId: 2 }),
      set(11, { purpose: 'TxProfile', transactionId: 1 }),
      stop(22),
      set(24, { purpose: 'TxProfile' }),
      start(25),
    ],
    { fleet },
  );
  expect(told.statuses).toEqual(['Rejected', 'Accepted', 'Accepted', 'Rejected', 'Accepted']);
  const remote = currentsOf(told, 30);
  expect(remote.length).toBeGreaterThan(1);
  for (const current of remote) expect(current).toBeCloseTo(48, 0);
});

test('refused: no such connector, a purpose in the wrong place, periods out of order', async () => {
  const told = await send(
    [
      set(10, { connectorId: 2 }),
      set(11, { purpose: 'ChargePointMaxProfile' }),
      set(12, { purpose: 'TxProfile', connectorId: 0 }),
      set(13, { periods: [{ startPeriod: 30, limit: 6 }] }),
      set(14, {
        periods: [
          { startPeriod: 0, limit: 6 },
          { startPeriod: 0, limit: 8 },
        ],
      }),
      clear(15),
    ],
    { fleet },
  );
  expect(told.statuses).toEqual([...Array(5).fill('Rejected'), 'Unknown']);
});

test('at most 100 profiles', async () => {
  const orders = Array.from({ length: 101 }, (_, n) => set(5 + n / 10, { id: n, stackLevel: n }));
  const told = await send([...orders, clear(30), composite(31)]);
  expect(told.statuses.slice(0, 100)).toEqual(Array(100).fill('Accepted'));
  expect(told.statuses.slice(100)).toEqual(['Rejected', 'Accepted', 'Accepted']);
});

test('a profile of connector 0 limits every connector', async () => {
  const start = (atS: number): Order => [atS, 'RemoteStartTransaction', { idTag: 'REMOTE' }];
  const told = await send([start(2), start(3), set(15, { connectorId: 0 })], {
    fleet: { model: generic1_6({ connectors: 2 }), meterInterval: '10s' },
  });
  const late = told.calls.filter(({ action, atS }) => action === 'MeterValues' && atS > 16);
  const currents = late.map(({ payload }) =>
    Number(
      payload.meterValue[0].sampledValue.find(
        ({ measurand }: { measurand: string }) => measurand === 'Current.Import',
      ).value,
    ),
  );
  expect(new Set(late.map(({ payload }) => payload.connectorId))).toEqual(new Set([1, 2]));
  for (const current of currents) expect(current).toBeCloseTo(10, 0);
});

test('a push is as long as it takes over the fleet, however often it comes', async () => {
  // Two pushes, more than 10 s apart; each is recorded from its own first profile.
  const told = await send([set(5), set(8), set(30), set(31)]);
  expect(effectOf(told, 'SetChargingProfile').count).toBe(4);
  expect(effectOf(told, 'SetChargingProfile').ms).toBeCloseTo(3000, -1);
});

test('a limit that is not valid yet begins at its moment', async () => {
  const later: Order = [
    5,
    'SetChargingProfile',
    {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        validFrom: timeAt(25),
        validTo: timeAt(45),
        chargingSchedule: {
          startSchedule: timeAt(0),
          chargingRateUnit: 'W',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 3450 }],
        },
      },
    },
  ];
  const told = await send([later], { fleet });
  const expected = [0, WANTED, WANTED, 5, 5, WANTED];
  for (const [n, current] of currentsOf(told).entries()) {
    expect(current, `sample ${n}`).toBeCloseTo(expected[n], 0);
  }
});
