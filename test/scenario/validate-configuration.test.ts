import { expect, test } from 'vitest';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodScenario, mistakeOf } from './fixture.ts';

const validate = (configuration: unknown, fleet: object = {}) =>
  validateScenario(goodScenario({}, { configuration, ...fleet }), 'a.ts');

test.each<[object, object?]>([
  [{}],
  [{ LocalAuthorizeOffline: 'true', MeterValueSampleInterval: '0' }],
  [{ MeterValueInterval: '30', MeterValueSampleInterval: '30' }],
  [{ LocalAuthListMaxLength: '10' }],
  [{ HeartbeatInterval: '30' }, { heartbeat: 'boot' }],
  [{ ReserveConnectorZeroSupported: 'false' }, { model: generic1_6() }],
])('%o passes', (configuration, fleet) => {
  expect(() => validate(configuration, fleet)).not.toThrow();
});

test.each<[unknown, string, object?]>([
  [[], 'fleets[0].configuration must be an object'],
  [{ LocalAuthoriseOffline: 'true' }, 'did you mean `LocalAuthorizeOffline`?'],
  [{ Xyzzy: '1' }, 'the model takes:\n  GetConfigurationMaxKeys'],
  // Another model, other keys.
  [{ MeterValueInterval: '30' }, 'MeterValueInterval is not an option', { model: generic1_6() }],
  [{ ResetRetries: 3 }, "write '3'"],
  [{ ResetRetries: '-1' }, 'configuration.ResetRetries must be a whole number from 0 on'],
  [{ ClockAlignedDataInterval: '60s' }, 'must be a whole number'],
  [{ TransactionMessageAttempts: '0' }, 'must be a whole number from 1 on'],
  [{ StopTransactionOnInvalidId: 'yes' }, "must be 'true' or 'false'"],
  [{ AuthorizationKey: 'x' }, 'set identities: { password } instead'],
  [{ Language: 'x'.repeat(501) }, 'at most 500 characters'],
  [{ MeterValueSampleInterval: '5' }, "the fleet's meterInterval sets it too", interval('5s')],
  [{ MeterValueInterval: '5' }, "the fleet's meterInterval sets it too", interval('5s')],
  [{ HeartbeatInterval: '5' }, "the fleet's heartbeat sets it too", { heartbeat: '5s' }],
  [{ WebSocketPingInterval: '5' }, "the fleet's pingInterval sets it", { pingInterval: 'off' }],
  [
    { MeterValueInterval: '5', MeterValueSampleInterval: '6' },
    'it is the same setting as MeterValueSampleInterval',
  ],
])('%o: %s', (configuration, expected, fleet) => {
  expect(mistakeOf(() => validate(configuration, fleet))).toContain(expected);
});

test('a password is not shown', () => {
  expect(mistakeOf(() => validate({ AuthorizationKey: 'tops3cret' }))).not.toContain('tops3cret');
});

test('of what is no model nothing is said but that', () => {
  const text = mistakeOf(() => validate({ Xyzzy: '1' }, { model: 'TONLY' }));
  expect(text).toContain('fleets[0].model must be a charger model');
  expect(text).not.toContain('Xyzzy');
});

function interval(meterInterval: string): object {
  return { meterInterval };
}
