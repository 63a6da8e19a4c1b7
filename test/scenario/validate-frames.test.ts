import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { DIALECTS } from '../../src/chargers/model.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import type { Check } from '../../src/scenario/checks.ts';
import type { Mistakes } from '../../src/scenario/mistakes.ts';
import { checkFrames, checkMeterValue, checkStatus } from '../../src/scenario/validate-frames.ts';

function mistakesOf(check: Check, value: unknown): string {
  const mistakes: Mistakes = [];
  check(mistakes, 'x', value);
  return mistakes.map(({ message, hint }) => `${message}\n${hint}`).join('\n');
}

const good = tonly48A().dialects['as-logged'];
const withFrame = (name: string, text: string | undefined) =>
  mistakesOf(checkFrames, { ...good.frames, [name]: text });

test.each(DIALECTS)('the models that we ship pass, %s', (dialect) => {
  for (const model of [tonly48A(), generic1_6(), generic1_6({ maxPower: '50kW' })]) {
    const { frames, meterValue, status } = model.dialects[dialect];
    expect(mistakesOf(checkFrames, frames)).toBe('');
    expect(mistakesOf(checkMeterValue, meterValue)).toBe('');
    expect(mistakesOf(checkStatus, status)).toBe('');
  }
});

describe('frames', () => {
  test('record and startReserved may be missing, others not', () => {
    expect(withFrame('record', undefined)).toBe('');
    expect(withFrame('startReserved', undefined)).toBe('');
    for (const name of ['boot', 'heartbeat', 'authorize', 'start', 'meterValues', 'stop']) {
      expect(withFrame(name, undefined)).toContain(`x.${name} is missing`);
    }
    expect(withFrame('idleValues', undefined)).toContain('x.idleValues is missing');
  });

  test.each([
    ['boot', '[2,"<id>","BootNotification",{"x":<identity}]', 'x.boot is not JSON'],
    ['boot', '[2,"<id>","BootNotification",{}]]', 'x.boot is not JSON'],
    ['boot', '[2,"<id>","Heartbeat",{}]', 'x.boot must be a CALL of BootNotification'],
    ['heartbeat', '[2,"100","Heartbeat",{}]', '[2,"<id>","Heartbeat",{ … }]'],
    ['heartbeat', '[2,<id>,"Heartbeat",{}]', 'must be a CALL of Heartbeat'],
    ['heartbeat', '[2,"<id>","Heartbeat",{},{}]', 'must be a CALL of Heartbeat'],
    ['heartbeat', '{}', 'must be a CALL of Heartbeat'],
    ['startReserved', '[2,"<id>","StartTransaction",[]]', 'must be a CALL of StartTransaction'],
    ['record', '[2,"<id>","StopTransaction",{}]', 'must be a CALL of DataTransfer'],
    ['stop', '[2,"<id>","StopTransaction",{"idTag":"<idtag>"}]', 'did you mean <idTag>?'],
    ['stop', '[2,"<id>","StopTransaction",{"x":"<status>"}]', 'x.stop has an unknown slot'],
    ['meterValues', '[2,"<id>","MeterValues",{}]', 'x.meterValues has no <meterValue>'],
    ['idleValues', '[2,"<id>","MeterValues",{}]', 'x.idleValues has no <meterValue>'],
  ])('%s %s: %s', (name, text, expected) => {
    expect(withFrame(name, text)).toContain(expected);
  });
});

test.each<[unknown, string]>([
  ['["<context>"]', 'must be an element of meterValue'],
  ['{}', 'has no <context>'],
  ['{"context":<context>', 'is not JSON'],
  [5, 'must be a text'],
])('meterValue %s: %s', (value, expected) => {
  expect(mistakesOf(checkMeterValue, value)).toContain(expected);
});

test('a status needs both of its slots', () => {
  const text = mistakesOf(checkStatus, '[2,"<id>","StatusNotification",{"status":"<status>"}]');
  expect(text).toContain('has no <errorCode>');
});
