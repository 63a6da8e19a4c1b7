import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { type Message, readMessage } from '../../src/csms/check.ts';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { parseLog } from '../support/log.ts';
import { FULL_PAYLOADS } from './payloads.ts';

const LOG = new URL('../reference/tonly-charger.log', import.meta.url);

describe('OCPP-J shape', () => {
  test.each<[string, Partial<Message>]>([
    ['', { kind: 'malformed', id: '-1' }],
    ['[2,"1","Heartbeat",{}', { kind: 'malformed', id: '-1' }],
    ['{"a":1}', { kind: 'malformed', id: '-1' }],
    ['null', { kind: 'malformed', id: '-1' }],
    ['[]', { kind: 'malformed', id: '-1' }],
    ['[2]', { kind: 'malformed', id: '-1' }],
    ['[2,7,"Heartbeat",{}]', { kind: 'malformed', id: '-1' }],
    ['["2","1","Heartbeat",{}]', { kind: 'malformed', id: '1' }],
    ['[5,"1","Heartbeat",{}]', { kind: 'malformed', id: '1' }],
    ['[2,"1","Heartbeat"]', { kind: 'malformed', id: '1' }],
    ['[2,"1","Heartbeat",{},{}]', { kind: 'malformed', id: '1' }],
    ['[2,"","Heartbeat",{}]', { kind: 'malformed', id: '' }],
    [`[2,"${'1'.repeat(37)}","Heartbeat",{}]`, { kind: 'malformed', id: '1'.repeat(37) }],
    [`[2,"${'1'.repeat(36)}","Heartbeat",{}]`, { kind: 'call' }],
    ['[2,"1",8,{}]', { kind: 'malformed', id: '1' }],
    ['[2,"1","Heartbeat",[]]', { kind: 'invalid', code: 'FormationViolation' }],
    ['[2,"1","Heartbeat",null]', { kind: 'invalid', code: 'FormationViolation' }],
    ['[2,"1","heartbeat",{}]', { kind: 'invalid', action: null, code: 'NotImplemented' }],
    ['[2,"1","Reset",{"type":"Soft"}]', { kind: 'invalid', code: 'NotImplemented' }],
    ['[2,"1","constructor",{}]', { kind: 'invalid', action: null, code: 'NotImplemented' }],
    ['[2,"1","Authorize",{}]', { kind: 'invalid', action: 'Authorize' }],
    ['[3,"1",{}]', { kind: 'response', id: '1', isError: false, payload: {} }],
    [
      '[4,"1","GenericError","",{}]',
      { kind: 'response', isError: true, payload: { code: 'GenericError' } },
    ],
    ['[3]', { kind: 'response', id: undefined }],
    [' [ 2 , "1" , "Heartbeat" , { } ] ', { kind: 'call', id: '1', action: 'Heartbeat' }],
  ])('%s', (text, expected) => expect(readMessage(text)).toMatchObject(expected));

  test('a description names the field and what is wanted', () => {
    expect(readMessage('[2,"1","Authorize",{"idTag":5}]')).toMatchObject({
      description: 'idTag must be a string',
    });
  });
});

test.each(['as-logged', 'standard'] as const)(
  'every frame of the model in %s passes',
  (dialect) => {
    const { frames, status, zone, meterValue } = tonly48A().dialects[dialect];
    const fill = (frame: string): string =>
      frame.replace(/<(\w+)>/g, (_, slot: string) => {
        if (slot === 'meterValue') return fill(meterValue);
        if (slot === 'context') return 'Sample.Periodic';
        if (slot === 'timestamp') return `2021-11-09T16:20:35${zone}`;
        if (slot === 'status') return 'Faulted';
        return slot === 'errorCode' ? 'ReaderFailure' : '1';
      });
    for (const frame of [...Object.values(frames), status].map(fill)) {
      expect(readMessage(frame), frame).toMatchObject({ kind: 'call' });
    }
  },
);

test('every CALL of the real charger passes', () => {
  const calls = parseLog(readFileSync(LOG, 'utf8')).filter(
    (frame) => frame.direction === 'charger' && frame.json?.[0] === 2,
  );
  expect(calls.length).toBeGreaterThan(10);
  for (const { text } of calls) expect(readMessage(text), text).toMatchObject({ kind: 'call' });
});

test('any text gives a message', () => {
  const element = fc.oneof(fc.jsonValue(), fc.constantFrom(2, 3, 4, ...ACTIONS, '1', {}));
  const json = fc.array(element).map((parts) => JSON.stringify(parts));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), json), (text) => {
      expect(['call', 'invalid', 'malformed', 'response']).toContain(readMessage(text).kind);
    }),
  );
});

test('a correct CALL is read as it was written, whatever its id', () => {
  const id = fc
    .string({ minLength: 1, maxLength: 36, unit: 'binary' })
    .filter((s) => s.length <= 36);
  fc.assert(
    fc.property(id, fc.constantFrom(...ACTIONS), (messageId, action) => {
      const payload = FULL_PAYLOADS[action];
      const text = JSON.stringify([2, messageId, action, payload]);
      expect(readMessage(text)).toEqual({ kind: 'call', id: messageId, action, payload });
    }),
  );
});
