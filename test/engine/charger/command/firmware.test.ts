import { describe, expect, test } from 'vitest';
import { counterOf } from '../../../sim/read.ts';
import { BUSY, callsOf, DIALECTS, effectOf, type Order, send, storyOf, timeAt } from './send.ts';

const LOCATIONS = {
  'as-logged': '192.0.2.10:21:ftpuser:secret:/test/AC48k01_update.bin',
  standard: 'ftp://192.0.2.10/firmware.bin',
} as const;
const update = (atS: number, location: string, retrieveDate: string): Order => [
  atS,
  'UpdateFirmware',
  { location, retrieveDate },
];

describe.each(DIALECTS)('%s', (dialect) => {
  const location = LOCATIONS[dialect];
  const fleet = { firmware: { download: '6s', install: '9s' }, rebootTime: '3s' } as const;
  const steps = {
    'as-logged': [
      ['Downloaded', 16],
      ['Installed', 25],
    ],
    standard: [
      ['Downloading', 10],
      ['Downloaded', 16],
      ['Installing', 16],
      ['Installed', 25],
    ],
  }[dialect];

  test('an empty answer, the steps at their times, then the charger restarts', async () => {
    const told = await send([update(10, location, timeAt(0))], { dialect, fleet });
    expect(told.answers[0]?.payload).toEqual({});
    const statuses = callsOf(told, 'FirmwareStatusNotification');
    expect(statuses.map(({ payload, atS }) => [payload.status, Math.round(atS)])).toEqual(steps);
    expect(storyOf(told, 25.5)).toEqual(['BootNotification', 'Available']);
    expect(callsOf(told, 'BootNotification')[1].atS).toBeCloseTo(29, 0);
    expect(effectOf(told, 'UpdateFirmware').count).toBe(1);
    expect(Math.abs(effectOf(told, 'UpdateFirmware').ms - 15_020)).toBeLessThan(20);
    // The Reset that there was not has no effect.
    expect(effectOf(told, 'Reset').count).toBe(0);
    expect(counterOf(told.run, 'restarts')).toBe(1);
  });

  test('a retrieveDate in the future is waited for', async () => {
    const told = await send([update(10, location, timeAt(30))], { dialect, fleet });
    const statuses = callsOf(told, 'FirmwareStatusNotification');
    expect(statuses.map(({ payload, atS }) => [payload.status, Math.round(atS)])).toEqual(
      steps.map(([status, atS]) => [status, Number(atS) + 20]),
    );
  });

  test('a transaction ends with the restart', async () => {
    const told = await send([update(10, location, timeAt(0))], {
      dialect,
      fleet: { ...fleet, life: BUSY },
    });
    const [stopped] = callsOf(told, 'StopTransaction');
    expect(stopped.atS).toBeCloseTo(26, 0);
    expect(stopped.payload.reason).toBe(dialect === 'standard' ? 'Reboot' : undefined);
  });

  test('a second order replaces the first', async () => {
    const orders = [update(10, location, timeAt(20)), update(12, location, timeAt(30))];
    const told = await send(orders, { dialect, fleet });
    expect(callsOf(told, 'FirmwareStatusNotification')).toHaveLength(steps.length);
  });
});

test('a trigger tells the step that it is at', async () => {
  const trigger = (atS: number): Order => [
    atS,
    'TriggerMessage',
    { requestedMessage: 'FirmwareStatusNotification' },
  ];
  const told = await send(
    [trigger(5), update(10, LOCATIONS.standard, timeAt(0)), trigger(12), trigger(18), trigger(50)],
    { fleet: { firmware: { download: '5s', install: '10s' } } },
  );
  const triggered = callsOf(told, 'FirmwareStatusNotification').filter(({ atS }) =>
    [5, 12, 18, 50].includes(Math.floor(atS)),
  );
  expect(triggered.map(({ payload }) => payload.status)).toEqual([
    ...['Idle', 'Downloading', 'Installing', 'Idle'],
  ]);
});
