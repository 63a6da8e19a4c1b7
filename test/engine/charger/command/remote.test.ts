import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../../src/chargers/generic.ts';
import { life } from '../../../../src/scenario/life.ts';
import { countsOf } from '../../../sim/read.ts';
import {
  BUSY,
  callsOf,
  countsOfCommand,
  currentsOf,
  DIALECTS,
  effectOf,
  FREE,
  type Order,
  send,
  storyOf,
  timeAt,
  toldStatuses,
} from './send.ts';

const start = (atS: number, more: object = {}): Order => [
  atS,
  'RemoteStartTransaction',
  { idTag: 'REMOTE', ...more },
];
const stop = (atS: number, transactionId = 1): Order => [
  atS,
  'RemoteStopTransaction',
  { transactionId },
];
/** Exchange 7. */
const LOGGED_PROFILE = {
  chargingProfileId: 1,
  chargingProfileKind: 'Recurring',
  chargingProfilePurpose: 'TxProfile',
  chargingSchedule: {
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ limit: 32, numberPhases: 3, startPeriod: 1 }],
    duration: 0,
  },
  stackLevel: 1,
  transactionId: 701,
};

describe.each(DIALECTS)('%s', (dialect) => {
  test('a whole session: Accepted, Authorize, StartTransaction, values, stop, record', async () => {
    const told = await send([start(2), stop(40)], { dialect, fleet: { meterInterval: '15s' } });
    expect(told.statuses).toEqual(['Accepted', 'Accepted']);
    expect(storyOf(told, 2)).toEqual([
      ...['Authorize', 'StartTransaction', 'Charging'],
      ...['MeterValues', 'MeterValues', 'MeterValues'],
      ...['StopTransaction', 'Finishing', 'DataTransfer', 'Available'],
    ]);
    expect(callsOf(told, 'Authorize')[0].payload).toEqual({ idTag: 'REMOTE' });
    expect(callsOf(told, 'StartTransaction')[0].payload).toMatchObject({
      connectorId: 1,
      idTag: 'REMOTE',
      meterStart: 0,
    });
    // The answer leaves first, then the CALL.
    expect(callsOf(told, 'Authorize')[0].atS).toBeCloseTo(Number(told.answers[0]?.atS), 6);
    const [stopped] = callsOf(told, 'StopTransaction');
    expect(stopped.atS).toBeCloseTo(40.011, 3);
    expect(stopped.payload.transactionId).toBe(1);
    expect(stopped.payload.reason).toBe(dialect === 'standard' ? 'Remote' : undefined);
  });

  test('the effects are measured from arrival to the answered message', async () => {
    const told = await send([start(2), stop(40)], { dialect });
    // Reaction 10 ms, then Authorize and StartTransaction with 10 ms each; 0.1 % is the grain.
    expect(effectOf(told, 'RemoteStartTransaction').count).toBe(1);
    expect(effectOf(told, 'RemoteStartTransaction').ms).toBeCloseTo(30, 0);
    expect(effectOf(told, 'RemoteStopTransaction').count).toBe(1);
    expect(effectOf(told, 'RemoteStopTransaction').ms).toBeCloseTo(20, 0);
  });

  test("the log's own profile counts: 32 A from the first sample with current on", async () => {
    const told = await send([start(2, { connectorId: 1, chargingProfile: LOGGED_PROFILE })], {
      dialect,
      fleet: { meterInterval: '10s' },
    });
    const [first, ...others] = currentsOf(told);
    expect(first).toBe(0);
    expect(others.length).toBeGreaterThan(4);
    for (const current of others) expect(current).toBeCloseTo(32, 0);
    // 32 A on three phases of 230 V for 50 s.
    const wh = callsOf(told, 'StopTransaction')[0].payload.meterStop;
    expect(wh).toBeGreaterThan(340);
    expect(wh).toBeLessThan(365);
  });

  test('without a profile it charges with what the model can', async () => {
    const told = await send([start(2)], { dialect, fleet: { meterInterval: '20s' } });
    expect(currentsOf(told)[1]).toBeCloseTo(48, 0);
  });

  test("a stop ends the charger's own session, too", async () => {
    const told = await send([stop(20)], { dialect, fleet: { life: BUSY } });
    expect(told.statuses).toEqual(['Accepted']);
    expect(storyOf(told, 20)).toEqual([
      ...['MeterValues', 'StopTransaction', 'Finishing', 'DataTransfer', 'Available'].slice(1),
    ]);
  });

  test('a transaction that is not running cannot be stopped', async () => {
    const told = await send([stop(20, 2), stop(21), stop(30)], { dialect, fleet: { life: BUSY } });
    expect(told.statuses).toEqual(['Rejected', 'Accepted', 'Rejected']);
    expect(countsOfCommand(told, 'RemoteStopTransaction')).toMatchObject({
      answered: 3,
      refused: 2,
    });
    expect(callsOf(told, 'StopTransaction')).toHaveLength(1);
  });
});

describe('afterwards the life goes on where it waited', () => {
  const cars = life()
    .boot()
    .forever((l) => l.idle('30s').plugIn().session({ duration: '5s', power: '7kW' }).unplug());

  test('at the deadline that it had', async () => {
    const told = await send([start(2), stop(10)], { fleet: { life: cars } });
    const [remote, own] = callsOf(told, 'StartTransaction');
    expect(remote.payload.idTag).toBe('REMOTE');
    expect(own.payload.idTag).not.toBe('REMOTE');
    const [preparing] = callsOf(told, 'StatusNotification').filter(
      ({ payload }) => payload.status === 'Preparing',
    );
    // Idle since Available was answered.
    expect(preparing.atS).toBeCloseTo(callsOf(told, 'StatusNotification')[0].atS + 30.01, 2);
  });

  test('or at once, when that is over', async () => {
    const told = await send([start(2), stop(40)], { fleet: { life: cars } });
    const story = storyOf(told, 40);
    expect(story.slice(0, 6)).toEqual([
      ...['StopTransaction', 'Finishing', 'DataTransfer', 'Available', 'Preparing', 'Authorize'],
    ]);
  });

  test('and a second remote session may follow', async () => {
    const told = await send([start(2), stop(10), start(20), stop(30, 2)]);
    expect(told.statuses).toEqual(Array(4).fill('Accepted'));
    expect(callsOf(told, 'StopTransaction').map(({ payload }) => payload.transactionId)).toEqual([
      1, 2,
    ]);
    expect(countsOfCommand(told, 'RemoteStartTransaction').refused).toBe(0);
  });

  test('a session of fixed length needs no stop', async () => {
    const remoteCharge = { duration: '10s', power: '3680W' } as const;
    const told = await send([start(2)], { fleet: { remoteCharge, meterInterval: '4s' } });
    const [begun] = callsOf(told, 'StartTransaction');
    const [stopped] = callsOf(told, 'StopTransaction');
    expect(stopped.atS - begun.atS).toBeCloseTo(10.03, 1);
    expect(currentsOf(told)[1]).toBeCloseTo(5.3, 0);
    expect(stopped.payload).not.toHaveProperty('reason');
  });
});

describe('rejected', () => {
  test('while a session runs, its own or a remote one', async () => {
    const own = await send([start(20)], { fleet: { life: BUSY } });
    expect(own.statuses).toEqual(['Rejected']);
    const remote = await send([start(2), start(2.005), start(20)]);
    expect(remote.statuses).toEqual(['Accepted', 'Rejected', 'Rejected']);
    expect(callsOf(remote, 'StartTransaction')).toHaveLength(1);
  });

  test('when the connector is out of service, or there is none of that number', async () => {
    const told = await send([
      [1, 'ChangeAvailability', { connectorId: 0, type: 'Inoperative' }],
      start(2),
      [3, 'ChangeAvailability', { connectorId: 0, type: 'Operative' }],
      start(4, { connectorId: 99 }),
      start(5),
    ]);
    expect(told.statuses).toEqual([
      ...['Accepted', 'Rejected', 'Accepted', 'Rejected', 'Accepted'],
    ]);
  });

  test('when the connector is reserved for somebody else', async () => {
    const told = await send([
      [
        1,
        'ReserveNow',
        { connectorId: 1, idTag: 'SOMEBODY', reservationId: 1, expiryDate: timeAt(3600) },
      ],
      start(2),
    ]);
    expect(told.statuses).toEqual(['Accepted', 'Rejected']);
  });

  test.each([
    ['of another purpose', { ...LOGGED_PROFILE, chargingProfilePurpose: 'TxDefaultProfile' }],
    [
      'whose periods do not begin at the start',
      {
        ...LOGGED_PROFILE,
        chargingSchedule: {
          ...LOGGED_PROFILE.chargingSchedule,
          chargingSchedulePeriod: [{ limit: 6, startPeriod: 60 }],
        },
      },
    ],
  ])('with a profile %s; the idTag is forgotten', async (_, chargingProfile) => {
    const own = life().boot().idle('5s').session({ duration: '5s', power: '7kW' }).idle('1h');
    const told = await send([start(2, { chargingProfile })], { fleet: { life: own } });
    expect(told.statuses).toEqual(['Rejected']);
    expect(callsOf(told, 'Authorize').map(({ payload }) => payload.idTag)).toEqual(['13800000001']);
  });
});

test('a refused idTag ends the remote session before it begins', async () => {
  const told = await send([start(2), start(10)], { behaviour: { refusedTags: 1 } });
  expect(told.statuses).toEqual(['Accepted', 'Accepted']);
  expect(storyOf(told, 2)).toEqual(['Authorize', 'Available', 'Authorize', 'Available']);
  expect(countsOf(told.run, 'StartTransaction').sent).toBe(0);
  expect(effectOf(told, 'RemoteStartTransaction').count).toBe(0);
});

test('a profile of a remote session that was refused limits no later one', async () => {
  const own = life().boot().idle('20s').session({ duration: '1h', power: '33kW' });
  let authorizes = 0;
  const told = await send([start(2, { chargingProfile: LOGGED_PROFILE })], {
    fleet: { life: own, meterInterval: '10s' },
    behaviour: {
      onCall(call, peer) {
        if (call.action !== 'Authorize' || ++authorizes > 1) return false;
        peer.send(JSON.stringify([3, call.id, { idTagInfo: { status: 'Blocked' } }]));
        return true;
      },
    },
  });
  expect(currentsOf(told)[1]).toBeGreaterThan(47);
});

test('of several connectors the first free one, or the one asked for', async () => {
  const told = await send([start(2, { connectorId: 2 }), start(3), start(4), start(5)], {
    fleet: { model: generic1_6({ connectors: 3 }), life: FREE },
  });
  expect(told.statuses).toEqual(['Accepted', 'Accepted', 'Accepted', 'Rejected']);
  const connectors = callsOf(told, 'StartTransaction').map(({ payload }) => payload.connectorId);
  expect(connectors).toEqual([2, 1, 3]);
  expect(toldStatuses(told, 2).filter((status) => status === 'Charging')).toHaveLength(3);
});
