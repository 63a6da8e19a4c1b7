import { expect, test } from 'vitest';
import { fleetConfiguration } from '../../src/plan/configuration.ts';
import { goodFleet } from '../scenario/fixture.ts';

function valuesOf(changes: object, ...keys: string[]): (string | undefined)[] {
  const configuration = fleetConfiguration(goodFleet(changes));
  return keys.map((name) => configuration.find(({ key }) => key === name)?.value);
}

test("without options it is the model's own", () => {
  const fleet = goodFleet();
  expect(fleetConfiguration(fleet)).toEqual(fleet.model.configuration);
});

test('keys are preset by name, read-only ones too, and stay in their places', () => {
  const changed = { LocalAuthorizeOffline: 'true', LocalAuthListMaxLength: '5' };
  const fleet = goodFleet({ configuration: changed });
  const configuration = fleetConfiguration(fleet);
  expect(configuration).toEqual(
    fleet.model.configuration.map((each) => ({
      ...each,
      value: (changed as Record<string, string>)[each.key] ?? each.value,
    })),
  );
  expect(fleet.model.configuration).not.toEqual(configuration);
});

test('both names of one setting change together', () => {
  const names = ['MeterValueInterval', 'MeterValueSampleInterval'];
  for (const name of names) {
    expect(valuesOf({ configuration: { [name]: '30' } }, ...names)).toEqual(['30', '30']);
  }
  expect(valuesOf({ meterInterval: '15s' }, ...names)).toEqual(['15', '15']);
});

test.each([
  [{ heartbeat: '90s' }, 'HeartbeatInterval', '90'],
  [{ heartbeat: 'boot' }, 'HeartbeatInterval', '60'],
  [{ heartbeat: 'off' }, 'HeartbeatInterval', '60'],
  [{ pingInterval: '2m' }, 'WebSocketPingInterval', '120'],
  [{ pingInterval: 'off' }, 'WebSocketPingInterval', '0'],
  // Keys know whole seconds only.
  [{ meterInterval: '200ms' }, 'MeterValueSampleInterval', '1'],
  [{ meterInterval: '1.6s' }, 'MeterValueSampleInterval', '2'],
] as const)('%o', (changes, key, value) => {
  expect(valuesOf(changes, key)).toEqual([value]);
});
