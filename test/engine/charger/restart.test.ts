import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../src/chargers/generic.ts';
import type { Behaviour } from '../../sim/central.ts';
import { counterOf, countsOf, timesOf } from '../../sim/read.ts';
import {
  BUSY,
  callsOf,
  effectOf,
  FREE,
  type Order,
  send,
  storyOf,
  timeAt,
} from './command/send.ts';

const SOFT: Order = [20, 'Reset', { type: 'Soft' }];
const HARD: Order = [20, 'Reset', { type: 'Hard' }];

/** Cuts the first connection so long after the boot. */
const cutAfter = (ms: number): Partial<Behaviour> => ({
  onCall({ action, nth }, peer) {
    if (action === 'BootNotification' && nth === 1) peer.after(ms, () => peer.end('reset'));
    return false;
  },
});

test('every connector stops what it charges', async () => {
  const start = (atS: number): Order => [atS, 'RemoteStartTransaction', { idTag: 'REMOTE' }];
  const told = await send([start(2), start(3), SOFT], {
    fleet: { model: generic1_6({ connectors: 2 }), life: FREE },
  });
  const stops = callsOf(told, 'StopTransaction');
  expect(stops.map(({ payload }) => payload.reason)).toEqual(['SoftReset', 'SoftReset']);
  expect(stops.every(({ atS }) => atS < timesOf(told.run, 'close')[0])).toBe(true);
  const after = callsOf(told, 'StatusNotification', 22).map(({ payload }) => payload);
  expect(after).toMatchObject([
    { connectorId: 0, status: 'Available' },
    { connectorId: 1, status: 'Available' },
    { connectorId: 2, status: 'Available' },
  ]);
});

test('a life that waits goes on waiting', async () => {
  const told = await send([HARD], { fleet: { life: FREE } });
  expect(storyOf(told)).toEqual([
    ...['BootNotification', 'Available', 'BootNotification', 'Available'],
  ]);
});

test('a StopTransaction that the Reset cuts off is sent again after the boot', async () => {
  const told = await send([HARD], { fleet: { life: BUSY } });
  const stops = callsOf(told, 'StopTransaction');
  const boots = callsOf(told, 'BootNotification');
  expect(stops.at(-1)?.atS).toBeGreaterThan(boots[1].atS);
  expect(counterOf(told.run, 'transactionsComplete')).toBe(1);
  expect(counterOf(told.run, 'ledgerDiscarded')).toBe(0);
});

describe('without a connection', () => {
  test('the restart takes place all the same: the next connection begins with a boot', async () => {
    const update: Order = [5, 'UpdateFirmware', { location: 'ftp://x/y', retrieveDate: timeAt(0) }];
    const told = await send([update], {
      fleet: {
        firmware: { download: '1s', install: '10s' },
        reconnect: { reconnect: 'fixed', delay: '10s' },
      },
      behaviour: {
        ...cutAfter(10_000),
        // Down from 10 s on, through the restart at 17 s.
        onConnect: (_, nth) => (nth === 2 ? { outcome: 'refused' } : {}),
      },
      // The statuses of the firmware wait until it is back.
    });
    expect(counterOf(told.run, 'restarts')).toBe(1);
    const [, second] = timesOf(told.run, 'up');
    expect(callsOf(told, 'BootNotification')[1].atS).toBeCloseTo(second, 6);
  });

  test('a connection that is lost while a soft reset waits does not hold it up', async () => {
    const told = await send([[19, 'TriggerMessage', { requestedMessage: 'Heartbeat' }], SOFT], {
      fleet: { reconnect: { reconnect: 'fixed', delay: '2s' } },
      behaviour: {
        onCall({ action, nth }, peer) {
          if (action === 'BootNotification' && nth === 1)
            peer.after(22_000, () => peer.end('reset'));
          return action === 'Heartbeat';
        },
      },
    });
    expect(callsOf(told, 'BootNotification')).toHaveLength(2);
    expect(countsOf(told.run, 'Heartbeat')).toMatchObject({ sent: 1, lost: 1 });
    expect(effectOf(told, 'Reset').count).toBe(1);
  });
});

test('a target that does not close its end is given a second', async () => {
  // 10 s one way: the close comes back 20 s later.
  const told = await send([[50, 'Reset', { type: 'Hard' }]], {
    scenario: { duration: '3m', callTimeout: '100s' },
    behaviour: { transitMs: [10_000, 10_000] },
    fleet: { rebootTime: '2s' },
  });
  const [closeS] = timesOf(told.run, 'close');
  const [destroyS] = timesOf(told.run, 'destroy');
  expect(destroyS - closeS).toBeCloseTo(1, 6);
  expect(timesOf(told.run, 'connect')[1] - destroyS).toBeCloseTo(2, 6);
});

test('in the drain a charger that is about to leave finishes its run', async () => {
  const told = await send([HARD], { scenario: { duration: '21s' }, fleet: { rebootTime: '10s' } });
  expect(counterOf(told.run, 'finished')).toBe(1);
  expect(told.run.endNs / 1e9).toBeLessThan(22.5);
});
