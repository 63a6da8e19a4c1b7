import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { DIALECTS } from '../../src/chargers/model.ts';
import { createTemplateWriter, writeTemplate } from '../../src/engine/frame/template.ts';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { TemplateIndex } from '../../src/plan/plan.ts';
import { lifeTemplates } from '../../src/plan/template.ts';
import { life } from '../../src/scenario/life.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { maxPowerW } from '../../src/scenario/validate-model.ts';
import { decodeText } from '../engine/frame/decode.ts';
import { CLOCKS } from '../engine/frame/messages.ts';
import { asciiTag, sayings } from '../engine/frame/sayings.ts';
import { allTemplates, valuesOf } from '../engine/frame/writers.ts';
import { goodScenario, mistakeOf } from '../scenario/fixture.ts';
import { validateCall } from '../support/schemas.ts';

const kinds = [
  ['single phase', '3.7kW', generic1_6({ maxPower: '3.7kW' })],
  ['three phases', '22kW', generic1_6({ connectors: 2 })],
  ['DC', '350kW', generic1_6({ connectors: 4, maxPower: '350kW', vendor: 'Maker' })],
] as const;

describe.each(kinds)('%s', (_, power, model) => {
  // It has no charging record.
  const templates = allTemplates('standard', model).filter(({ name }) => name !== 'record');

  test.each(templates)('$name passes the official 1.6 schema', (template) => {
    const writer = createTemplateWriter(template, CLOCKS.standard, 0x5a);
    fc.assert(
      fc.property(sayings(asciiTag), (say) => {
        const text = decodeText(writeTemplate(writer, valuesOf(say)));
        const [type, id, action, payload, ...others] = JSON.parse(text);
        const actionOfTemplate = ACTIONS[template.action];
        expect([type, id, action, others]).toEqual([2, String(say.id), actionOfTemplate, []]);
        expect(validateCall(action, payload)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('is a model that a scenario takes, with all of its power', () => {
    const session = life().boot().session({ duration: '1m', power });
    const scenario = goodScenario({}, { model, life: session, remoteCharge: { power } });
    expect(() => validateScenario(scenario, 'a.ts')).not.toThrow();
  });

  test('both dialects are the standard one', () => {
    for (const dialect of DIALECTS) {
      expect(model.dialects[dialect]).toBe(model.dialects.standard);
    }
    expect(model.dialects.standard).toMatchObject({ utcOffsetMin: 0, zone: 'Z' });
  });
});

test('what a MeterValues says', () => {
  const measurandsOf = (model: ReturnType<typeof generic1_6>) => {
    const text = model.dialects.standard.meterValue.replace(/<\w+>/g, '1');
    const { sampledValue } = JSON.parse(text) as { sampledValue: Record<string, string>[] };
    return sampledValue.map(({ measurand, phase = '', unit }) => `${measurand} ${phase} ${unit}`);
  };
  const [one, three] = [measurandsOf(kinds[0][2]), measurandsOf(kinds[1][2])];
  expect(one).toEqual([
    'Energy.Active.Import.Register  Wh',
    'Power.Active.Import  W',
    'Current.Import  A',
    'Voltage  V',
  ]);
  expect(three.slice(2)).toEqual([
    ...['Current.Import L1 A', 'Current.Import L2 A', 'Current.Import L3 A'],
    ...['Voltage L1-N V', 'Voltage L2-N V', 'Voltage L3-N V'],
  ]);
});

test('a reservation is named only where there is one', () => {
  const templates = lifeTemplates(generic1_6().dialects.standard);
  expect(templates[TemplateIndex.start].slots).not.toContain('reservationId');
  expect(templates[TemplateIndex.startReserved].slots).toContain('reservationId');
});

test.each([
  ['3.7kW', 1, 230],
  ['7.4kW', 1, 230],
  ['11kW', 3, 230],
  ['43kW', 3, 230],
  ['50kW', 1, 400],
  ['200kW', 1, 400],
  ['350kW', 1, 920],
] as const)('%s: %i phases, %i V', (maxPower, phases, volts) => {
  const model = generic1_6({ maxPower });
  expect([model.phases, model.voltageV[0]]).toEqual([phases, volts]);
  expect(model.maxCurrentA).toBeLessThanOrEqual(500);
});

test('phases x voltage x current is the power, rounded up to 0.01 A', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3_700, max: 350_000 }), (powerW) => {
      const model = generic1_6({ maxPower: `${powerW}W` });
      expect(maxPowerW(model)).toBeGreaterThanOrEqual(powerW - 1e-6);
      expect(maxPowerW(model)).toBeLessThan(powerW + 0.01 * 920 + 1e-6);
    }),
  );
});

test('its keys: none twice, all visible, no more than it says', () => {
  const { configuration } = generic1_6({ connectors: 3 });
  const names = configuration.map(({ key }) => key);
  expect(new Set(names).size).toBe(names.length);
  expect(configuration.some(({ hidden }) => hidden)).toBe(false);
  const textOf = (name: string) => configuration.find(({ key }) => key === name)?.value;
  expect(names.length).toBeLessThanOrEqual(Number(textOf('GetConfigurationMaxKeys')));
  expect(textOf('NumberOfConnectors')).toBe('3');
  // OCPP 1.6, 9.1: what the Core profile requires.
  const required = [
    ...['AuthorizeRemoteTxRequests', 'ClockAlignedDataInterval', 'ConnectionTimeOut'],
    ...['ConnectorPhaseRotation', 'GetConfigurationMaxKeys', 'HeartbeatInterval'],
    ...['LocalAuthorizeOffline', 'LocalPreAuthorize', 'MeterValuesAlignedData'],
    ...['MeterValuesSampledData', 'MeterValueSampleInterval', 'NumberOfConnectors'],
    ...['ResetRetries', 'StopTransactionOnEVSideDisconnect', 'StopTransactionOnInvalidId'],
    ...['StopTxnAlignedData', 'StopTxnSampledData', 'SupportedFeatureProfiles'],
    ...['TransactionMessageAttempts', 'TransactionMessageRetryInterval'],
    'UnlockConnectorOnEVSideDisconnect',
  ];
  expect(required.filter((name) => !names.includes(name))).toEqual([]);
});

test.each([
  [{ connectors: 0 }, 'connectors is 0'],
  [{ connectors: 2.5 }, 'a whole number from 1 to 4'],
  [{ maxPower: '3kW' }, "from '3.7kW' to '350kW'"],
  [{ maxPower: '400kW' }, 'maxPower is 400kW'],
  [{ maxPower: '22' as '22kW' }, 'maxPower is 22'],
  [{ vendor: 'A "name"' }, 'vendor is A "name"'],
  [{ chargePointModel: 'x'.repeat(21) }, '1 to 20 letters'],
] as const)('%o', (options, expected) => {
  expect(mistakeOf(() => generic1_6(options))).toContain(expected);
});
