import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../../src/chargers/generic.ts';
import { life } from '../../../../src/scenario/life.ts';
import {
  BUSY,
  callsOf,
  countsOfCommand,
  DIALECTS,
  effectOf,
  FREE,
  type Order,
  send,
  storyOf,
  timeAt,
  toldStatuses,
} from './send.ts';

const reserve = (atS: number, more: object = {}): Order => [
  atS,
  'ReserveNow',
  { connectorId: 1, idTag: 'SOMEBODY', reservationId: 7, expiryDate: timeAt(3600), ...more },
];
const cancel = (atS: number, reservationId = 7): Order => [
  atS,
  'CancelReservation',
  { reservationId },
];
const OWN_TAG = '13800000001';
const CAR = life()
  .boot()
  .idle('20s')
  .plugIn()
  .session({ duration: '5s', power: '7kW' })
  .unplug()
  .idle('1h');

describe.each(DIALECTS)('%s', (dialect) => {
  test('reserved: Accepted, then the status; cancelled: Available again', async () => {
    const told = await send([reserve(2), cancel(10)], { dialect });
    expect(told.statuses).toEqual(['Accepted', 'Accepted']);
    const statuses = callsOf(told, 'StatusNotification', 2);
    expect(statuses.map(({ payload, atS }) => [payload.status, Math.floor(atS)])).toEqual([
      ['Reserved', 2],
      ['Available', 10],
    ]);
    expect(effectOf(told, 'ReserveNow')).toMatchObject({ count: 1 });
    expect(effectOf(told, 'ReserveNow').ms).toBeCloseTo(20, 0);
  });

  test('it expires by itself', async () => {
    const told = await send([reserve(2, { expiryDate: timeAt(15) })], { dialect });
    const statuses = callsOf(told, 'StatusNotification', 2);
    expect(statuses.map(({ payload, atS }) => [payload.status, Math.round(atS)])).toEqual([
      ['Reserved', 2],
      ['Available', 15],
    ]);
  });

  test('a cancelled one does not expire again', async () => {
    const told = await send([reserve(2, { expiryDate: timeAt(15) }), cancel(10)], { dialect });
    expect(toldStatuses(told, 2)).toEqual(['Reserved', 'Available']);
  });

  test('of somebody else: the own car does not charge, and nothing is told of it', async () => {
    const told = await send([reserve(2)], { dialect, fleet: { life: CAR } });
    expect(storyOf(told, 2)).toEqual(['Reserved']);
  });

  test('for the own idTag: the session ends the reservation and names it', async () => {
    const told = await send([reserve(2, { idTag: OWN_TAG }), cancel(50)], {
      dialect,
      fleet: { life: CAR },
    });
    expect(storyOf(told, 2).slice(0, 4)).toEqual([
      ...['Reserved', 'Preparing', 'Authorize', 'StartTransaction'],
    ]);
    const [begun] = callsOf(told, 'StartTransaction');
    expect(begun.payload).toMatchObject({ idTag: OWN_TAG, reservationId: 7 });
    // It is gone: `standard` knows, `as-logged` accepts any id.
    expect(told.statuses[1]).toBe(dialect === 'standard' ? 'Rejected' : 'Accepted');
    expect(storyOf(told, 50)).toEqual([]);
  });

  test('for the idTag of a remote start, too', async () => {
    const told = await send(
      [reserve(2, { idTag: 'REMOTE' }), [5, 'RemoteStartTransaction', { idTag: 'REMOTE' }]],
      { dialect },
    );
    expect(told.statuses).toEqual(['Accepted', 'Accepted']);
    expect(callsOf(told, 'StartTransaction')[0].payload.reservationId).toBe(7);
  });

  test('cancelling what there never was: as-logged accepts it (exchange 14)', async () => {
    const told = await send([reserve(2, { reservationId: 1 }), cancel(5, 5)], { dialect });
    expect(told.statuses).toEqual(['Accepted', dialect === 'standard' ? 'Rejected' : 'Accepted']);
    expect(toldStatuses(told, 2)).toEqual(['Reserved']);
  });

  test('a free connector is wanted: Occupied, Unavailable, or no such one', async () => {
    const busy = await send([reserve(20)], { dialect, fleet: { life: BUSY } });
    expect(busy.statuses).toEqual(['Occupied']);
    const told = await send(
      [
        reserve(2),
        reserve(3, { reservationId: 8 }),
        cancel(4),
        [5, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' }],
        reserve(6),
        reserve(7, { connectorId: 2 }),
      ],
      { dialect },
    );
    expect(told.statuses).toEqual([
      ...['Accepted', 'Occupied', 'Accepted', 'Accepted', 'Unavailable', 'Rejected'],
    ]);
    expect(countsOfCommand(told, 'ReserveNow')).toMatchObject({ answered: 4, refused: 3 });
  });

  test('the same id replaces the reservation: idTag and expiry', async () => {
    const told = await send(
      [
        reserve(2, { expiryDate: timeAt(10) }),
        reserve(5, { idTag: 'REMOTE', expiryDate: timeAt(30) }),
        [20, 'RemoteStartTransaction', { idTag: 'REMOTE' }],
      ],
      { dialect },
    );
    expect(told.statuses).toEqual(['Accepted', 'Accepted', 'Accepted']);
    expect(toldStatuses(told, 2).slice(0, 3)).toEqual(['Reserved', 'Reserved', 'Charging']);
    expect(callsOf(told, 'StartTransaction')[0].payload.reservationId).toBe(7);
  });
});

test('not while the boot is pending', async () => {
  const told = await send([reserve(2)], { behaviour: { pendingBoots: 1 } });
  expect(told.statuses).toEqual(['Rejected']);
});

test('a time without a zone is in that of the charger', async () => {
  // 16:00:20 at UTC+8 is 20 s after the start of the run.
  const told = await send([reserve(2, { expiryDate: '2026-01-05T16:00:20' })], {
    dialect: 'as-logged',
  });
  const [, available] = callsOf(told, 'StatusNotification', 2);
  expect(available.payload.status).toBe('Available');
  expect(available.atS).toBeCloseTo(20, 1);
});

test('the status that a trigger asks for is Reserved, whatever the own life does', async () => {
  const told = await send(
    [reserve(2), [40, 'TriggerMessage', { requestedMessage: 'StatusNotification' }]],
    { fleet: { life: CAR } },
  );
  expect(toldStatuses(told, 2)).toEqual(['Reserved', 'Reserved']);
});

describe('several connectors', () => {
  const fleet = { model: generic1_6({ connectors: 2 }), life: FREE };
  const connectors = (told: Awaited<ReturnType<typeof send>>) =>
    callsOf(told, 'StatusNotification', 2).map(({ payload }) => [
      payload.connectorId,
      payload.status,
    ]);

  test('connector 0 stands for any that is free', async () => {
    const told = await send(
      [
        reserve(2, { connectorId: 0 }),
        reserve(3, { connectorId: 0, reservationId: 8 }),
        reserve(4, { connectorId: 0, reservationId: 9 }),
      ],
      { fleet },
    );
    expect(told.statuses).toEqual(['Accepted', 'Accepted', 'Occupied']);
    expect(connectors(told)).toEqual([
      [1, 'Reserved'],
      [2, 'Reserved'],
    ]);
  });

  test('the same id at another connector moves the reservation', async () => {
    const told = await send([reserve(2, { connectorId: 2 }), reserve(5), cancel(10), cancel(20)], {
      fleet,
    });
    expect(told.statuses).toEqual(['Accepted', 'Accepted', 'Accepted', 'Rejected']);
    expect(connectors(told)).toEqual([
      [2, 'Reserved'],
      [2, 'Available'],
      [1, 'Reserved'],
      [1, 'Available'],
    ]);
  });

  test('the same id and connector 0 stays where it is', async () => {
    const orders = [reserve(2, { connectorId: 2 }), reserve(5, { connectorId: 0 }), cancel(10)];
    const told = await send(orders, { fleet });
    expect(connectors(told)).toEqual([
      [2, 'Reserved'],
      [2, 'Reserved'],
      [2, 'Available'],
    ]);
  });
});
