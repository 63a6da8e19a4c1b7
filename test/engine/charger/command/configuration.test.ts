import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../../src/chargers/generic.ts';
import type { CommandAnswer } from '../../../../src/engine/charger/command/answer.ts';
import { changeConfiguration } from '../../../../src/engine/charger/command/configuration.ts';
import { timesOf } from '../../../sim/read.ts';
import { shardOf } from '../fixture.ts';
import {
  BUSY,
  type Commanded,
  callsOf,
  countsOfCommand,
  DIALECTS,
  type Order,
  send,
} from './send.ts';

const get = (atS: number, ...key: string[]): Order => [
  atS,
  'GetConfiguration',
  key.length > 0 ? { key } : {},
];
const change = (atS: number, key: string, value: string): Order => [
  atS,
  'ChangeConfiguration',
  { key, value },
];

interface Shown {
  readonly key: string;
  readonly value: string;
  readonly readonly: boolean;
}
const keysOf = (told: Commanded, n: number): readonly Shown[] =>
  told.answers[n]?.payload.configurationKey;
const valuesOf = (told: Commanded, n: number) =>
  Object.fromEntries(keysOf(told, n).map(({ key, value }) => [key, value]));

/** In the order of exchange 5. */
const LOGGED_KEYS = [
  ...['GetConfigurationMaxKeys', 'Pilot_Number', 'CurrentPrice', 'Language', 'MaxCurrent'],
  ...['ChargerMode', 'Local_Ip', 'HeartbeatInterval', 'MeterValueInterval', 'Over_Temper'],
  ...['RemoteStartAuthorize', 'LocalAuthorize', 'LocalPreAuthorize', 'ConnectNumber'],
  ...['Wifi_Name', 'Wifi_Password', 'Rate_Price1', 'Rate_Time1', 'Rate_Price2', 'Rate_Time2'],
  ...['Rate_Price3', 'Rate_Time3', 'Rate_Price4', 'Rate_Time4', 'J_RateCurrency'],
];

describe('GetConfiguration', () => {
  test('as-logged: the 25 keys of the log in its order, whatever was asked', async () => {
    const told = await send([get(1, 'Wifi_Name', 'Nonsense'), get(2)], { dialect: 'as-logged' });
    expect(keysOf(told, 0).map(({ key }) => key)).toEqual(LOGGED_KEYS);
    expect(told.answers[0]?.payload.unknownKey).toBeUndefined();
    expect(keysOf(told, 1)).toEqual(keysOf(told, 0));
    expect(keysOf(told, 0).slice(0, 3)).toEqual([
      { key: 'GetConfigurationMaxKeys', value: '25', readonly: true },
      { key: 'Pilot_Number', value: '2103252100000001', readonly: true },
      { key: 'CurrentPrice', value: '0.60', readonly: false },
    ]);
  });

  test('standard: the keys asked for, and the others as unknownKey', async () => {
    const told = await send([get(1, 'HeartbeatInterval', 'Nonsense', 'Pilot_Number', 'nonsense')]);
    expect(valuesOf(told, 0)).toEqual({
      HeartbeatInterval: '60',
      Pilot_Number: '2103252100000001',
    });
    expect(told.answers[0]?.payload.unknownKey).toEqual(['Nonsense', 'nonsense']);
  });

  test('standard: nothing unknown, no unknownKey; an empty list asks for all keys', async () => {
    const told = await send([get(1, 'MaxCurrent'), [2, 'GetConfiguration', { key: [] }], get(3)]);
    expect(told.answers[0]?.payload).not.toHaveProperty('unknownKey');
    expect(keysOf(told, 1).length).toBeGreaterThan(40);
    expect(keysOf(told, 2)).toEqual(keysOf(told, 1));
    expect(valuesOf(told, 2)).toHaveProperty('MeterValueSampleInterval', '60');
  });
});

describe.each(DIALECTS)('ChangeConfiguration, %s', (dialect) => {
  test('the tariff array of exchange 6 is shown by a later GetConfiguration', async () => {
    const tariff = [
      { key: 'Rate_Price1', value: '0.55' },
      { key: 'Rate_Time1', value: '00:00-06:30' },
      { key: 'Rate_Price4', value: '1.75' },
      { key: 'Rate_Time4', value: '18:00-00:00' },
    ];
    const told = await send([get(1), change(2, 'config', JSON.stringify(tariff)), get(3)], {
      dialect,
    });
    expect(told.statuses[1]).toBe('Accepted');
    expect(valuesOf(told, 2)).toEqual({
      ...valuesOf(told, 0),
      ...Object.fromEntries(tariff.map(({ key, value }) => [key, value])),
    });
  });

  test.each([
    ['no JSON', 'Rate_Price1=0.5'],
    ['no array', '{"key":"Rate_Price1","value":"1"}'],
    ['an empty one', '[]'],
    ['an entry without a value', '[{"key":"Rate_Price1"}]'],
    ['a value that is no text', '[{"key":"Rate_Price1","value":1}]'],
    ['an unknown key', '[{"key":"Rate_Price1","value":"9"},{"key":"Rate_Price9","value":"1"}]'],
    ['a read-only key', '[{"key":"Rate_Price1","value":"9"},{"key":"ConnectNumber","value":"2"}]'],
  ])('a table with %s is rejected, and nothing of it taken', async (_, value) => {
    const told = await send([change(1, 'config', value), get(2)], { dialect });
    expect(told.statuses[0]).toBe('Rejected');
    expect(valuesOf(told, 1)).toMatchObject({ Rate_Price1: '0.50', ConnectNumber: '1' });
  });

  test('read-only: Rejected; unknown: NotSupported; no number: Rejected', async () => {
    const told = await send(
      [
        change(1, 'ConnectNumber', '2'),
        change(1, 'Nonsense', '2'),
        change(1, 'HeartbeatInterval', 'often'),
        change(1, 'HeartbeatInterval', '-1'),
        change(1, 'TransactionMessageAttempts', '0'),
        change(1, 'LocalAuthorizeOffline', 'maybe'),
        change(1, 'LocalAuthorizeOffline', 'TRUE'),
        change(1, 'Wifi_Name', ''),
        get(2),
      ],
      { dialect },
    );
    expect(told.statuses.slice(0, -1)).toEqual([
      ...['Rejected', 'NotSupported', 'Rejected', 'Rejected', 'Rejected', 'Rejected'],
      ...['Accepted', 'Accepted'],
    ]);
    expect(valuesOf(told, 8)).toMatchObject({ HeartbeatInterval: '60', Wifi_Name: '' });
    expect(countsOfCommand(told, 'ChangeConfiguration')).toMatchObject({ answered: 8, refused: 6 });
  });

  test('HeartbeatInterval: the next one so much later, 0 none', async () => {
    const told = await send(
      [change(10, 'HeartbeatInterval', '7'), change(30, 'HeartbeatInterval', '0'), get(40)],
      { dialect, fleet: { heartbeat: 'boot' } },
    );
    expect(told.statuses.slice(0, 2)).toEqual(['Accepted', 'Accepted']);
    const times = callsOf(told, 'Heartbeat').map(({ atS }) => atS);
    expect(times.map((atS) => Math.round(atS * 1000))).toEqual([17_011, 24_011]);
    expect(valuesOf(told, 2)).toHaveProperty('HeartbeatInterval', '0');
  });

  test.each(['MeterValueInterval', 'MeterValueSampleInterval'])(
    '%s: the samples of the running transaction come at whole intervals from its start',
    async (key) => {
      const orders = [change(10, key, '8'), change(41, key, '0'), get(50)];
      const told = await send(orders, { dialect, fleet: { life: BUSY, meterInterval: '60s' } });
      const startS = callsOf(told, 'StartTransaction')[0].atS;
      const samples = callsOf(told, 'MeterValues').map(({ atS }) => Math.round(atS - startS));
      expect(samples).toEqual([0, 16, 24, 32, 40]);
      expect(valuesOf(told, 2)).toHaveProperty('MeterValueInterval', '0');
    },
  );

  test('ClockAlignedDataInterval: values at whole intervals of the clock, 0 none', async () => {
    const told = await send(
      [change(11, 'ClockAlignedDataInterval', '10'), change(44, 'ClockAlignedDataInterval', '0')],
      { dialect },
    );
    const values = callsOf(told, 'MeterValues');
    expect(values.map(({ atS }) => Math.round(atS))).toEqual([20, 30, 40]);
    const [value] = values[0].payload.meterValue;
    expect(value.sampledValue[0].context).toBe('Sample.Clock');
    const time = dialect === 'standard' ? '2026-01-05T08:00:20Z' : '2026-01-05T16:00:20';
    expect(value.timestamp).toBe(time);
    expect(values[0].payload).not.toHaveProperty('transactionId');
  });

  test('the retry ladder: attempts and interval of messages made from then on', async () => {
    const told = await send(
      [
        change(1, 'TransactionMessageAttempts', '2'),
        change(1, 'TransactionMessageRetryInterval', '5'),
        [2, 'RemoteStartTransaction', { idTag: 'REMOTE' }],
      ],
      {
        dialect,
        behaviour: {
          onCall(call, peer) {
            if (call.action !== 'StartTransaction') return false;
            peer.send(JSON.stringify([4, call.id, 'InternalError', 'no', {}]));
            return true;
          },
        },
        // These rules know the values of the plan.
        mayBreak: 'StartTransaction',
      },
    );
    const times = callsOf(told, 'StartTransaction').map(({ atS }) => atS);
    expect(times).toHaveLength(2);
    expect(times[1] - times[0]).toBeCloseTo(5.002, 2);
  });

  test('WebSocketPingInterval: pings from then on', async () => {
    const told = await send(
      [change(10, 'WebSocketPingInterval', '15'), change(50, 'WebSocketPingInterval', '0')],
      { dialect },
    );
    expect(timesOf(told.run, 'ping').map(Math.round)).toEqual([25, 40]);
  });

  test('AuthorizationKey is kept for the next connect, and never shown', async () => {
    const told = await send([change(1, 'AuthorizationKey', 'secret-secret-16'), get(2)], {
      dialect,
    });
    expect(told.statuses[0]).toBe('Accepted');
    expect(JSON.stringify(told.answers[1]?.payload)).not.toContain('secret-secret-16');

    const shard = shardOf(dialect);
    const payload = { key: 'AuthorizationKey', value: 'secret-secret-16' };
    const at = { arrivedNs: shard.startNs, nowNs: shard.startNs };
    const answer: CommandAnswer = changeConfiguration({ shard, c: 2, payload, ...at });
    expect(answer).toMatchObject({ payload: { status: 'Accepted' }, refused: false });
    expect([...shard.passwords]).toEqual([[2, 'secret-secret-16']]);
  });

  test("one charger's change is not another's", async () => {
    const told = await send([change(1, 'Language', 'Deutsch'), get(2)], {
      dialect,
      fleet: { chargers: 2 },
      behaviour: {
        onCall: ({ charger, action }, peer) => {
          // The first charger's link is the last one heard: orders go to it.
          if (charger === 1 && action === 'BootNotification')
            peer.after(20_000, () => peer.send(READ));
          return false;
        },
      },
    });
    const languages = told.run.entries
      .filter(({ kind, text }) => kind === '>' && text.includes('"Language"'))
      .map(({ charger, text }) => [charger, /"Language","value":"(\w+)"/.exec(text)?.[1]]);
    expect(new Set(languages.map(([, language]) => language))).toEqual(
      new Set(['Deutsch', 'English']),
    );
  });
});

const READ = '[2,"read","GetConfiguration",{"key":["Language"]}]';

test('a generic charger has no tariff table', async () => {
  const told = await send([change(1, 'config', '[]'), change(1, 'config', '{"no":"table"}')], {
    fleet: { model: generic1_6() },
  });
  expect(told.statuses).toEqual(['NotSupported', 'NotSupported']);
});
