import { expect, test } from 'vitest';
import { BUSY, callsOf, currentsOf, type Order, send, toldStatuses } from './command/send.ts';

const refuseStart = {
  onCall(
    { action, id }: { action: string; id: string },
    peer: { after(ms: number, act: () => void): void; send(text: string): void },
  ) {
    if (action !== 'StartTransaction') return false;
    const idTagInfo = { status: 'Invalid' };
    peer.after(5000, () => peer.send(JSON.stringify([3, id, { transactionId: 1, idTagInfo }])));
    return true;
  },
};
const OFF: Order = [3, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' }];
const START: Order = [2, 'RemoteStartTransaction', { idTag: 'REMOTE' }];

test('what was scheduled is done at the end of a transaction, once', async () => {
  const stop = (atS: number, transactionId: number): Order => [
    atS,
    'RemoteStopTransaction',
    { transactionId },
  ];
  const told = await send([
    START,
    OFF,
    stop(10, 1),
    [20, 'ChangeAvailability', { connectorId: 1, type: 'Operative' }],
    [25, 'RemoteStartTransaction', { idTag: 'REMOTE' }],
    stop(30, 2),
  ]);
  expect(told.statuses).toEqual([
    ...['Accepted', 'Scheduled', 'Accepted', 'Accepted', 'Accepted', 'Accepted'],
  ]);
  expect(toldStatuses(told, 9)).toEqual([
    ...['Unavailable', 'Available', 'Charging', 'Finishing', 'Available'],
  ]);
});

test('a transaction that is refused is over, too', async () => {
  const told = await send([START, OFF], { behaviour: refuseStart });
  expect(told.statuses).toEqual(['Accepted', 'Scheduled']);
  expect(callsOf(told, 'StartTransaction')).toHaveLength(1);
  expect(toldStatuses(told, 2).at(-1)).toBe('Unavailable');
});

test("and so is one of the charger's own", async () => {
  const told = await send([OFF], { behaviour: refuseStart, fleet: { life: BUSY } });
  expect(told.statuses).toEqual(['Scheduled']);
  expect(toldStatuses(told, 3).at(-1)).toBe('Unavailable');
});

test('default profiles outlive a transaction', async () => {
  const profile = (purpose: string, limit: number) => ({
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: limit,
      stackLevel: 0,
      chargingProfilePurpose: purpose,
      chargingProfileKind: 'Relative',
      chargingSchedule: {
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    },
  });
  const told = await send(
    [
      [5, 'SetChargingProfile', profile('TxDefaultProfile', 12)],
      [6, 'SetChargingProfile', profile('TxProfile', 8)],
      [25, 'RemoteStopTransaction', { transactionId: 1 }],
      [30, 'RemoteStartTransaction', { idTag: 'REMOTE' }],
    ],
    { fleet: { life: BUSY, meterInterval: '10s' } },
  );
  expect(currentsOf(told).map(Math.round)).toEqual([0, 8, 8, 0, 12, 12]);
});
