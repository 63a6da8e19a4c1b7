import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../../src/chargers/generic.ts';
import {
  BUSY,
  callsOf,
  countsOfCommand,
  DIALECTS,
  effectOf,
  type Order,
  send,
  storyOf,
} from './send.ts';

const trigger = (atS: number, requestedMessage: string, more: object = {}): Order => [
  atS,
  'TriggerMessage',
  { requestedMessage, ...more },
];

describe.each(DIALECTS)('%s', (dialect) => {
  test.each([
    ['Heartbeat', {}],
    ['StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' }],
    ['DiagnosticsStatusNotification', { status: 'Idle' }],
    ['FirmwareStatusNotification', { status: 'Idle' }],
  ])('%s: Accepted, and the message follows', async (message, payload) => {
    const told = await send([trigger(5, message, { connectorId: 1 })], { dialect });
    expect(told.statuses).toEqual(['Accepted']);
    const [call] = callsOf(told, message, 5);
    expect(call.payload).toEqual(payload);
    expect(call.atS).toBeCloseTo(5.011, 3);
    expect(callsOf(told, message, 5)).toHaveLength(1);
    expect(effectOf(told, 'TriggerMessage')).toMatchObject({ count: 1 });
    expect(effectOf(told, 'TriggerMessage').ms).toBeCloseTo(20, 0);
  });

  test('BootNotification: again, as-logged with id 100 again (exchange 15)', async () => {
    const told = await send([trigger(5, 'BootNotification'), trigger(6, 'Heartbeat')], { dialect });
    expect(told.statuses).toEqual(['Accepted', 'Accepted']);
    const logged = dialect === 'as-logged';
    expect(callsOf(told, 'BootNotification').map(({ id }) => id)).toEqual([
      '100',
      logged ? '100' : '102',
    ]);
    expect(callsOf(told, 'Heartbeat')[0].id).toBe(logged ? '101' : '103');
    // The life goes on: no second Available.
    expect(storyOf(told)).toEqual([
      ...['BootNotification', 'Available', 'BootNotification', 'Heartbeat'],
    ]);
    expect(effectOf(told, 'TriggerMessage').count).toBe(2);
  });

  test('MeterValues while charging: context Trigger, beside the samples', async () => {
    const told = await send([trigger(30, 'MeterValues')], { dialect, fleet: { life: BUSY } });
    expect(told.statuses).toEqual(['Accepted']);
    const [values] = callsOf(told, 'MeterValues', 30);
    expect(values.payload.transactionId).toBe(1);
    const [energy, current] = values.payload.meterValue[0].sampledValue;
    expect(energy.context).toBe('Trigger');
    // 11 kW for 30 s.
    expect(Number(energy.value)).toBeCloseTo(0.09, 2);
    expect(Number(current.value)).toBeCloseTo(15.9, 0);
  });

  test('MeterValues while idle: as-logged Rejected (exchange 15)', async () => {
    const told = await send([trigger(5, 'MeterValues')], { dialect });
    expect(told.statuses).toEqual([dialect === 'standard' ? 'Accepted' : 'Rejected']);
    expect(callsOf(told, 'MeterValues')).toHaveLength(dialect === 'standard' ? 1 : 0);
    expect(countsOfCommand(told, 'TriggerMessage').refused).toBe(dialect === 'standard' ? 0 : 1);
  });

  test('an unknown message is no TriggerMessage, an unknown connector none of ours', async () => {
    const told = await send(
      [trigger(5, 'Nonsense'), trigger(6, 'Heartbeat', { connectorId: 99 })],
      {
        dialect,
        mayBreak: 'CALLERROR',
      },
    );
    expect(told.answers[0]?.code).toBe('PropertyConstraintViolation');
    expect(told.statuses[1]).toBe('Rejected');
  });

  test('what is asked for while a CALL is outstanding waits for it', async () => {
    const told = await send(
      ['Heartbeat', 'StatusNotification', 'FirmwareStatusNotification'].map((message) =>
        trigger(5, message),
      ),
      { dialect, behaviour: { thinkMs: [2000, 2000] } },
    );
    const times = told.calls.filter(({ atS }) => atS > 4.5).map(({ atS }) => Math.round(atS));
    expect(times).toEqual([5, 7, 9]);
  });

  test('while the boot is pending: it is sent, and nothing else', async () => {
    const told = await send(
      [
        trigger(2, 'StatusNotification'),
        trigger(3, 'Heartbeat'),
        trigger(4, 'BootNotification'),
        trigger(5, 'DiagnosticsStatusNotification'),
      ],
      { dialect, behaviour: { pendingBoots: 1, bootIntervalS: 20 } },
    );
    expect(told.statuses).toEqual(Array(4).fill('Accepted'));
    expect(told.calls.map(({ action, atS }) => [action, Math.round(atS)])).toEqual([
      ['BootNotification', 0],
      ['StatusNotification', 2],
      ['Heartbeat', 3],
      ['BootNotification', 4],
      ['DiagnosticsStatusNotification', 5],
      // The interval of the last answer.
      ['BootNotification', 24],
      ['BootNotification', 44],
    ]);
  });

  test('a triggered boot that is refused makes the charger wait', async () => {
    const told = await send([trigger(5, 'BootNotification'), [12, 'ClearCache', {}]], {
      dialect,
      fleet: { heartbeat: '2s' },
      behaviour: {
        onCall(call, peer) {
          if (call.action !== 'BootNotification' || call.nth !== 2) return false;
          const payload = { currentTime: '2026-01-05T08:00:05Z', interval: 20, status: 'Rejected' };
          peer.send(JSON.stringify([3, call.id, payload]));
          return true;
        },
      },
    });
    // Silent until 25 s.
    expect(told.statuses).toEqual(['Accepted', undefined]);
    const between = told.calls.filter(({ atS }) => atS > 5.1 && atS < 25);
    expect(between).toEqual([]);
    expect(callsOf(told, 'BootNotification').map(({ atS }) => Math.round(atS))).toEqual([0, 5, 25]);
    expect(callsOf(told, 'Heartbeat', 26).length).toBeGreaterThan(10);
  });
});

test('connector 0 is the charge point as a whole', async () => {
  const told = await send(
    [
      trigger(5, 'StatusNotification', { connectorId: 0 }),
      trigger(6, 'StatusNotification', { connectorId: 2 }),
    ],
    { fleet: { model: generic1_6({ connectors: 2 }) } },
  );
  const statuses = callsOf(told, 'StatusNotification', 5).map(({ payload }) => payload);
  expect(statuses).toMatchObject([{ connectorId: 0 }, { connectorId: 2 }]);
});
