import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodFleet, goodScenario, mistakeOf } from './fixture.ts';

/** Of 20 chargers with 30 connectors in two fleets. */
const fleets = [
  goodFleet({ chargers: 10, model: generic1_6({ connectors: 2 }) }),
  goodFleet({ name: 'b', chargers: 10 }),
];
const validate = (metric: string, each: unknown) => () =>
  validateScenario(goodScenario({ fleets, thresholds: { [metric]: [each] } }), 'a.ts');

describe('what can never hold is a mistake', () => {
  test.each<[string, string, string]>([
    ['ocpp_chargers_connected', 'value>=500', 'the scenario has 20 chargers'],
    ['ocpp_chargers_connected', 'value>20', 'the scenario has 20 chargers'],
    ['ocpp_chargers_connected', 'value==21', 'the scenario has 20 chargers'],
    ['ocpp_chargers_charging', 'value>30', 'the scenario has 30 connectors'],
    ['ocpp_chargers_booted', 'count>20', 'the scenario has 20 chargers'],
    ['ocpp_chargers_reached', 'count>=21', 'the scenario has 20 chargers'],
    ['ocpp_call_duration', 'max<0', 'ocpp_call_duration is never below 0'],
    ['ocpp_call_duration', 'p(99)<=-1', 'ocpp_call_duration is never below 0'],
    ['ocpp_calls', 'count<0', 'ocpp_calls is never below 0'],
    ['ocpp_calls', 'rate==-5', 'ocpp_calls is never below 0'],
    ['ocpp_call_failed', 'rate<0', 'ocpp_call_failed is never below 0'],
    ['ocpp_charger_booted', 'rate>1', 'a share is never above 1'],
  ])('%s %s', (metric, expression, why) => {
    const text = mistakeOf(validate(metric, expression));
    expect(text).toContain(`a.ts: thresholds['${metric}'][0] can never hold`);
    expect(text).toContain(why);
    const long = mistakeOf(validate(metric, { threshold: expression }));
    expect(long).toContain(`thresholds['${metric}'][0].threshold can never hold`);
  });
});

test.each([
  ['ocpp_chargers_connected', 'value>=20'],
  ['ocpp_chargers_connected', 'value==20'],
  ['ocpp_chargers_connected', 'value<500'],
  ['ocpp_chargers_connected', 'value!=500'],
  ['ocpp_chargers_charging', 'value>29'],
  ['ocpp_chargers_booted', 'rate>30'],
  ['ocpp_calls', 'count>1000000'],
  ['ocpp_calls', 'count<=0'],
  ['ocpp_calls', 'count>-1'],
  ['ocpp_call_duration', 'max!=-1'],
  ['ocpp_charger_booted', 'rate>=1'],
])('%s %s may hold', (metric, expression) => {
  expect(validate(metric, expression)).not.toThrow();
});
