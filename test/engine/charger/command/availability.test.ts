import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../../src/chargers/generic.ts';
import { life } from '../../../../src/scenario/life.ts';
import { countsOf } from '../../../sim/read.ts';
import {
  BUSY,
  callsOf,
  DIALECTS,
  effectOf,
  FREE,
  type Order,
  send,
  storyOf,
  timeAt,
  toldStatuses,
} from './send.ts';

const availability = (atS: number, type: string, connectorId = 1): Order => [
  atS,
  'ChangeAvailability',
  { connectorId, type },
];
const stop = (atS: number): Order => [atS, 'RemoteStopTransaction', { transactionId: 1 }];

describe.each(DIALECTS)('ChangeAvailability, %s', (dialect) => {
  test('Accepted, and the status follows (exchange 17)', async () => {
    const told = await send([availability(2, 'Inoperative'), availability(5, 'Operative', 0)], {
      dialect,
    });
    expect(told.statuses).toEqual(['Accepted', 'Accepted']);
    expect(toldStatuses(told, 2)).toEqual(['Unavailable', 'Available']);
    expect(callsOf(told, 'StatusNotification', 2)[0].atS).toBeCloseTo(2.011, 3);
    expect(effectOf(told, 'ChangeAvailability').count).toBe(2);
    expect(effectOf(told, 'ChangeAvailability').ms).toBeCloseTo(20, 0);
  });

  test('while a transaction runs: Scheduled, and done at its end', async () => {
    const told = await send([availability(20, 'Inoperative'), stop(30)], {
      dialect,
      fleet: { life: BUSY },
    });
    expect(told.statuses).toEqual(['Scheduled', 'Accepted']);
    // The life's own statuses are not told any more; the record is.
    expect(storyOf(told, 20)).toEqual(['StopTransaction', 'Unavailable', 'DataTransfer']);
    // Its time is not that of an effect: somebody else decides when the transaction ends.
    expect(effectOf(told, 'ChangeAvailability').count).toBe(0);
  });

  test('out of service, no car charges; in service again, the next one does', async () => {
    const cars = life()
      .boot()
      .forever((l) => l.idle('4s').plugIn().session({ duration: '2s', power: '7kW' }).unplug());
    const told = await send([availability(2, 'Inoperative'), availability(30, 'Operative')], {
      dialect,
      fleet: { life: cars },
    });
    expect(storyOf(told, 2).slice(0, 2)).toEqual(['Unavailable', 'Available']);
    const between = told.calls.filter(({ atS }) => atS > 2.5 && atS < 29.5);
    expect(between).toEqual([]);
    expect(countsOf(told.run, 'StartTransaction').answered).toBeGreaterThan(2);
  });

  test('no such connector: Rejected', async () => {
    const told = await send([availability(2, 'Inoperative', 2)], { dialect });
    expect(told.statuses).toEqual(['Rejected']);
    expect(toldStatuses(told, 2)).toEqual([]);
  });
});

test('a second order replaces one that is scheduled', async () => {
  const told = await send(
    [availability(20, 'Inoperative'), availability(22, 'Operative'), stop(30)],
    { fleet: { life: BUSY } },
  );
  expect(told.statuses).toEqual(['Scheduled', 'Scheduled', 'Accepted']);
  expect(toldStatuses(told, 20)).not.toContain('Unavailable');
});

test('connector 0 is all of them: those that charge come later', async () => {
  const told = await send(
    [
      [2, 'RemoteStartTransaction', { idTag: 'REMOTE', connectorId: 2 }],
      availability(10, 'Inoperative', 0),
      stop(20),
    ],
    { fleet: { model: generic1_6({ connectors: 2 }), life: FREE } },
  );
  expect(told.statuses[1]).toBe('Scheduled');
  const unavailable = callsOf(told, 'StatusNotification', 10).filter(
    ({ payload }) => payload.status === 'Unavailable',
  );
  expect(unavailable.map(({ payload, atS }) => [payload.connectorId, Math.floor(atS)])).toEqual([
    [1, 10],
    [2, 20],
  ]);
});

test('a reserved connector that comes into service again is Reserved', async () => {
  const told = await send([
    [
      1,
      'ReserveNow',
      { connectorId: 1, idTag: 'SOMEBODY', reservationId: 1, expiryDate: timeAt(40) },
    ],
    availability(2, 'Inoperative'),
    availability(5, 'Operative'),
  ]);
  expect(toldStatuses(told, 1)).toEqual(['Reserved', 'Unavailable', 'Reserved', 'Available']);
});

test('a reservation that ends while out of service leaves it Unavailable', async () => {
  const told = await send([
    [
      1,
      'ReserveNow',
      { connectorId: 1, idTag: 'SOMEBODY', reservationId: 1, expiryDate: timeAt(10) },
    ],
    availability(2, 'Inoperative'),
    availability(20, 'Operative'),
  ]);
  expect(toldStatuses(told, 1)).toEqual(['Reserved', 'Unavailable', 'Available']);
});

describe('UnlockConnector', () => {
  const unlock = (atS: number, connectorId: number): Order => [
    atS,
    'UnlockConnector',
    { connectorId },
  ];

  test.each(DIALECTS)('%s: Unlocked; no such connector: NotSupported', async (dialect) => {
    const told = await send([unlock(2, 1), unlock(3, 2)], { dialect });
    expect(told.statuses).toEqual(['Unlocked', 'NotSupported']);
    expect(storyOf(told, 2)).toEqual([]);
  });

  test('ends the transaction, for that reason', async () => {
    const told = await send([unlock(20, 1)], { fleet: { life: BUSY } });
    expect(storyOf(told, 20)[0]).toBe('StopTransaction');
    expect(callsOf(told, 'StopTransaction')[0].payload.reason).toBe('UnlockCommand');
  });
});
