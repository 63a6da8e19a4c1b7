import { expect, test } from 'vitest';
import { statusTemplateOf } from '../../../src/engine/charger/status.ts';
import { CHARGE_POINT_STATUSES } from '../../../src/ocpp/vocabulary.ts';
import { life } from '../../../src/scenario/life.ts';
import type { Behaviour } from '../../sim/central.ts';
import { timesOf } from '../../sim/read.ts';
import { send, storyOf, toldStatuses } from './command/send.ts';
import { shardOf } from './fixture.ts';

test('each status has its template', () => {
  const { templates } = shardOf().fleets[0].plan;
  for (const status of CHARGE_POINT_STATUSES) {
    expect(JSON.stringify(templates[statusTemplateOf(status)])).toContain(status);
  }
});

/** The first connection ends 10 s after the boot, the next one is made 10 s later. */
const outage: Partial<Behaviour> = {
  onCall({ action }, peer) {
    if (action === 'BootNotification') peer.after(10_000, () => peer.end('reset'));
    return false;
  },
};
const reconnect = { reconnect: 'fixed', delay: '10s' } as const;

test('after a plain reconnect nothing is told that has not changed (OCPP 1.6, 5.4)', async () => {
  const told = await send([], {
    fleet: { life: life().boot().idle('1h'), reconnect },
    behaviour: outage,
  });
  expect(timesOf(told.run, 'up')).toHaveLength(2);
  expect(storyOf(told, 10)).toEqual([]);
});

test('what changed while offline is told once, as it is now', async () => {
  const changes = life().boot().idle('12s').plugIn().status('Faulted').status('SuspendedEV');
  const told = await send([], { fleet: { life: changes, reconnect }, behaviour: outage });
  expect(toldStatuses(told, 10)).toEqual(['SuspendedEV']);
  expect(told.calls.at(-1)?.atS).toBeCloseTo(timesOf(told.run, 'up')[1], 6);
});

test('what changed there and back is not told', async () => {
  const changes = life().boot().idle('12s').plugIn().idle('1s').unplug().idle('1h');
  const told = await send([], { fleet: { life: changes, reconnect }, behaviour: outage });
  expect(storyOf(told, 10)).toEqual([]);
});

test('a status whose answer was lost is told again', async () => {
  const told = await send([], {
    fleet: { life: life().boot().idle('5s').plugIn().idle('1h'), reconnect },
    behaviour: {
      onCall({ payload }, peer) {
        const isFirst = payload.status === 'Preparing' && peer.nowMs() < 10_000;
        if (isFirst) peer.end('reset');
        return isFirst;
      },
    },
  });
  expect(toldStatuses(told, 1)).toEqual(['Preparing', 'Preparing']);
});

test('a change by a command that its connection does not outlive is told on the next', async () => {
  const told = await send(
    [[9.985, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' }]],
    { fleet: { reconnect }, behaviour: outage },
  );
  expect(toldStatuses(told, 1).at(-1)).toBe('Unavailable');
  expect(told.calls.at(-1)?.atS).toBeCloseTo(timesOf(told.run, 'up')[1], 6);
});
