import { expect, test } from 'vitest';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { life } from '../../src/scenario/life.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { maxPowerW } from '../../src/scenario/validate-model.ts';
import { goodScenario, mistakeOf } from './fixture.ts';

const good = tonly48A();
const mistake = (model: unknown) =>
  mistakeOf(() => validateScenario(goodScenario({}, { model }), 'a.ts'));

function withDialect(changes: object) {
  const changed = { ...good.dialects['as-logged'], ...changes };
  return { ...good, dialects: { ...good.dialects, 'as-logged': changed } };
}

const withFrame = (text: string) =>
  withDialect({ frames: { ...good.dialects['as-logged'].frames, boot: text } });

const key = { key: 'Language', value: 'English', readonly: false };

test.each<[unknown, string]>([
  ['tonly48A', 'such as tonly48A()'],
  [{ ...good, phases: 4 }, 'fleets[0].model.phases'],
  [{ ...good, phasen: 3 }, 'did you mean `phases`?'],
  [{ ...good, voltageV: [230] }, 'must be three voltages'],
  [{ ...good, faultCode: 'ReaderFault' }, 'fleets[0].model.faultCode'],
  [{ ...good, dialects: { standard: good.dialects.standard } }, 'dialects.as-logged is missing'],
  [withFrame('[2,"<id>","BootNotification",{"x":"<identiy>"}]'), 'did you mean <identity>?'],
  [withDialect({ manners: { listsAllKeys: true } }), 'manners.listsHiddenKeys is missing'],
  [{ ...good, connectors: 5 }, 'model.connectors must be a whole number from 1 to 4'],
  [{ ...good, register: 'life' }, 'one of: session, lifetime'],
  [{ ...good, configuration: [key, key] }, 'configuration[1].key comes twice'],
  [{ ...good, configuration: [{ key: 'Language' }] }, 'configuration[0].value is missing'],
  [{ ...good, configurationAliases: { Sprache: 'Language' } }, 'add Sprache to the config'],
])('%#: %s', (model, expected) => {
  expect(mistake(model)).toContain(expected);
});

test('the most that a model can deliver', () => {
  expect(maxPowerW(good)).toBeCloseTo((230.8 + 230.1 + 230.6) * 48, 6);
  expect(maxPowerW({ ...good, phases: 1 })).toBeCloseTo(230.8 * 48, 6);
  expect(maxPowerW('no model')).toBe(Number.POSITIVE_INFINITY);
  expect(maxPowerW({})).toBe(Number.POSITIVE_INFINITY);
});

test('a session above that is a mistake', () => {
  const one = { ...good, phases: 1 };
  const session = life().boot().session({ duration: '5s', power: '22kW' });
  const act = (model: object) => () =>
    validateScenario(goodScenario({}, { model, life: session }), 'a.ts');
  expect(act(good)).not.toThrow();
  expect(mistakeOf(act(one))).toContain(
    "fleets[0].life.session.power must be at most what the model can: '11kW'",
  );
});
