import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DIALECTS, SLOTS } from '../../src/chargers/model.ts';
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
  const { frames, status } = model.dialects[dialect];

  test('every frame is a CALL with a message id, and has known slots only', () => {
    for (const text of [...Object.values(frames), status]) {
      expect(text.startsWith('[2,"<id>","')).toBe(true);
      const [type, id, action, payload, ...others] = JSON.parse(filled(text));
      expect([type, id, typeof action, typeof payload]).toEqual([2, '1', 'string', 'object']);
      expect(others).toEqual([]);
    }
    const slots = [...Object.values(frames), status].flatMap(slotsOf);
    const known = new Set<string>([...SLOTS, 'status', 'errorCode']);
    expect(slots.filter((slot) => !known.has(slot))).toEqual([]);
    expect(SLOTS.filter((slot) => !slots.includes(slot))).toEqual([]);
  });

  test('MeterValues samples eight values', () => {
    const [, , , { meterValue }] = JSON.parse(filled(frames.meterValues));
    expect(meterValue).toHaveLength(1);
    const measurands = meterValue[0].sampledValue.map(
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
  const dataOf = (text: string) => JSON.parse(filled(text))[3].data;
  expect(JSON.parse(dataOf(standard.frames.record))).toEqual(dataOf(logged.frames.record));
});
