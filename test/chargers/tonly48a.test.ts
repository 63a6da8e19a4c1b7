import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ConfigurationKey, DIALECTS, SLOTS } from '../../src/chargers/model.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { parseLog } from '../support/log.ts';

const model = tonly48A();
const log = readFileSync(new URL('../reference/tonly-charger.log', import.meta.url), 'utf8');
const slotsOf = (text: string) => Array.from(text.matchAll(/<(\w+)>/g), ([, slot]) => slot);
const filled = (text: string) => text.replace(/<\w+>/g, '1');

test('the handshake of the log', () => {
  const identity = /GET \/(\S+) HTTP/.exec(log)?.[1] ?? '';
  expect(model.origin?.replace('{id}', identity)).toBe(/Origin: (\S+)/.exec(log)?.[1]);
  const basic = /Authorization: Basic (\S+)/.exec(log)?.[1] ?? '';
  const [user, password] = Buffer.from(basic, 'base64').toString().split(':');
  expect(user).toBe(identity);
  expect(model.password).toBe(password);
  expect(model.identity.replace('{n:8}', identity.slice(-8))).toBe(identity);
  expect(identity).toHaveLength(16);
});

test('its ids, voltages, fault and price are those of the log', () => {
  const frames = parseLog(log).filter(({ direction, json }) => direction === 'charger' && json);
  expect(frames[0].json?.[1]).toBe(String(model.firstMessageId));
  const meterValues = frames.find(({ json }) => json?.[2] === 'MeterValues')?.text ?? '';
  const volts = Array.from(meterValues.matchAll(/"value":"(2\d\d\.\d)"/g), ([, v]) => Number(v));
  expect(model.voltageV).toEqual(volts);
  expect(model.phases).toBe(volts.length);
  const configuration = frames.find(({ text }) => text.includes('CurrentPrice'))?.text ?? '';
  const settingOf = (key: string) =>
    new RegExp(`"key":"${key}","value":"([^"]*)"`).exec(configuration)?.[1];
  expect(Number(settingOf('CurrentPrice'))).toBe(model.pricePerKwh);
  expect(Number(settingOf('MaxCurrent'))).toBe(model.maxCurrentA);
  expect(log).toContain(`"errorCode":"${model.faultCode}","status":"Faulted"`);
});

describe.each(DIALECTS)('%s', (dialect) => {
  const { frames, status, meterValue } = model.dialects[dialect];

  test('every frame is a CALL with a message id, and has known slots only', () => {
    const texts = [...Object.values(frames), status].map((text) =>
      text.replace('<meterValue>', () => meterValue),
    );
    for (const text of texts) {
      expect(text.startsWith('[2,"<id>","')).toBe(true);
      const [type, id, action, payload, ...others] = JSON.parse(filled(text));
      expect([type, id, typeof action, typeof payload]).toEqual([2, '1', 'string', 'object']);
      expect(others).toEqual([]);
    }
    const slots = texts.flatMap(slotsOf);
    const known = new Set<string>([...SLOTS, 'status', 'errorCode', 'context']);
    expect(slots.filter((slot) => !known.has(slot))).toEqual([]);
    // Its register counts in kWh, and it measures no power.
    expect(SLOTS.filter((slot) => !slots.includes(slot))).toEqual(['energyWh', 'powerW']);
  });

  test('MeterValues samples eight values', () => {
    const measurands = JSON.parse(filled(meterValue)).sampledValue.map(
      ({ measurand, phase = '' }: { measurand: string; phase?: string }) => measurand + phase,
    );
    expect(measurands).toEqual([
      'Energy.Active.Import.Register',
      ...['Current.ExportL1', 'Current.ExportL2', 'Current.ExportL3'],
      ...['VoltageL1', 'VoltageL2', 'VoltageL3'],
      'Temperature',
    ]);
  });
});

test('the dialects differ in time and in how the record is wrapped, in nothing else', () => {
  const [logged, standard] = [model.dialects['as-logged'], model.dialects.standard];
  expect([logged.utcOffsetMin, logged.zone]).toEqual([480, '']);
  expect([standard.utcOffsetMin, standard.zone]).toEqual([0, 'Z']);
  expect(standard.status).toBe(logged.status);
  expect({ ...standard.frames, record: '' }).toEqual({ ...logged.frames, record: '' });
  expect(standard.meterValue).toBe(logged.meterValue);
  const dataOf = (text = '') => JSON.parse(filled(text))[3].data;
  expect(JSON.parse(dataOf(standard.frames.record))).toEqual(dataOf(logged.frames.record));
});

describe('configuration', () => {
  const logged = parseLog(log).find(({ text }) => text.includes('GetConfigurationMaxKeys'));
  const [, , payload] = logged?.json ?? [];
  const { configurationKey } = payload as { configurationKey: ConfigurationKey[] };
  const shown = model.configuration.filter(({ hidden }) => !hidden);

  test('shows exactly the keys of exchange 5, in its order', () => {
    const identity = configurationKey[1].value;
    const filledIn = shown.map((each) => ({
      ...each,
      value: each.value.replace('{id}', identity),
    }));
    expect(filledIn).toEqual(configurationKey);
    expect(shown).toHaveLength(25);
  });

  test('hides the standard keys behind them; no key comes twice', () => {
    const names = model.configuration.map(({ key }) => key);
    expect(new Set(names).size).toBe(names.length);
    const hidden = names.slice(25);
    expect(hidden).toContain('MeterValueSampleInterval');
    expect(hidden).toContain('AuthorizationKey');
    expect(model.configuration.slice(25).every((each) => each.hidden)).toBe(true);
    const [[alias, name]] = Object.entries(model.configurationAliases);
    expect(shown.map(({ key }) => key)).toContain(alias);
    expect(hidden).toContain(name);
  });

  test('is answered as the log answers, byte for byte', () => {
    const identity = configurationKey[1].value;
    const text = JSON.stringify({
      configurationKey: shown.map(({ key, value, readonly }) => ({
        key,
        value: value.replace('{id}', identity),
        readonly,
      })),
    });
    expect(logged?.text).toContain(text);
  });
});
