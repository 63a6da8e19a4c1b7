import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS, type Command, CommandIndexOf, OTHER_COMMAND } from '../../src/ocpp/commands.ts';
import { callErrorText, callResultText, readCommand } from '../../src/ocpp/read-command.ts';
import { CALL_ERROR_CODES } from '../../src/ocpp/vocabulary.ts';
import { parseLog } from '../support/log.ts';
import { FULL_COMMANDS } from './command-payloads.ts';

const MAX_DESCRIPTION_CHARS = 255; // OCPP-J 1.6, 4.2.3
const call = (name: unknown, payload: unknown, id: unknown = '1') =>
  JSON.stringify([2, id, name, payload]);
const refusal = (text: string) => {
  const read = readCommand(text);
  return read.kind === 'refused' ? [read.command, read.code, read.description] : read.kind;
};

const file = new URL('../reference/tonly-charger.log', import.meta.url);
const logged = parseLog(readFileSync(file, 'utf8'))
  .filter((frame) => frame.direction === 'csms' && frame.text.startsWith('[2,'))
  // The firmware command of line 135 has characters of another one behind it.
  .map(({ lineNumber, text }) => ({ lineNumber, text: text.replace(/\}\]7"\}\]$/, '}]') }));

describe('the commands of the reference log', () => {
  test('are 15', () => expect(logged).toHaveLength(15));

  test.each(logged)('line $lineNumber', ({ text }) => {
    const [, id, name, payload] = JSON.parse(text);
    const command = CommandIndexOf[name as Command];
    expect(readCommand(text)).toEqual({ kind: 'command', id, command, payload });
  });
});

test.each(COMMANDS)('%s reads as a command', (name) => {
  const payload = FULL_COMMANDS[name];
  const id = 'x'.repeat(36);
  const command = CommandIndexOf[name];
  expect(readCommand(call(name, payload, id))).toEqual({ kind: 'command', id, command, payload });
});

describe('refused', () => {
  const { Reset, ClearCache, TriggerMessage } = CommandIndexOf;
  test.each<[string, unknown[]]>([
    [call('Nonsense', {}), [OTHER_COMMAND, 'NotImplemented', 'not a command of OCPP 1.6']],
    [call('Heartbeat', {}), [OTHER_COMMAND, 'NotImplemented', 'not a command of OCPP 1.6']],
    [call('toString', {}), [OTHER_COMMAND, 'NotImplemented', 'not a command of OCPP 1.6']],
    [call('__proto__', {}), [OTHER_COMMAND, 'NotImplemented', 'not a command of OCPP 1.6']],
    [call(7, {}), [OTHER_COMMAND, 'FormationViolation', 'the action is no text']],
    ['[2,"1"]', [OTHER_COMMAND, 'FormationViolation', 'the action is no text']],
    ['[2,"1","Reset"]', [Reset, 'FormationViolation', 'the payload is no JSON object']],
    [call('Reset', null), [Reset, 'FormationViolation', 'the payload is no JSON object']],
    [call('ClearCache', []), [ClearCache, 'FormationViolation', 'the payload is no JSON object']],
    ['[2,"1","ClearCache",{},0]', [ClearCache, 'FormationViolation', 'a CALL has 4 elements']],
    [call('ClearCache', { x: 1 }), [ClearCache, 'FormationViolation', 'x is not a field of it']],
    [call('Reset', {}), [Reset, 'OccurenceConstraintViolation', 'type is missing']],
    [call('Reset', { type: 1 }), [Reset, 'TypeConstraintViolation', 'type must be a string']],
    [
      call('Reset', { type: 'hard' }),
      [Reset, 'PropertyConstraintViolation', 'type must be one of Hard, Soft'],
    ],
    [
      call('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: '1' }),
      [TriggerMessage, 'TypeConstraintViolation', 'connectorId must be an integer'],
    ],
  ])('%s', (text, expected) => expect(refusal(text)).toEqual(expected));

  test('under the id of the command', () => {
    expect(readCommand(call('Nonsense', {}, 'é"\\'))).toMatchObject({ id: 'é"\\' });
  });
});

test.each([
  ...['', ' ', 'null', '7', '"x"', '{}', '[]', '[2]', '[2,"1"', `${call('Reset', {})}]`],
  ...[call('ClearCache', {}, ''), call('ClearCache', {}, 'x'.repeat(37))],
  ...[call('ClearCache', {}, 7), call('ClearCache', {}, null), call('ClearCache', {}, ['1'])],
  ...['[3,"1",{}]', '[4,"1","GenericError","",{}]', '["2","1","ClearCache",{}]'],
  ...['[5,"1","ClearCache",{}]', '[[2],"1","ClearCache",{}]'],
])('unanswerable: %s', (text) => expect(readCommand(text)).toEqual({ kind: 'unanswerable' }));

describe('a hostile central system', () => {
  const DEPTH = 200_000;
  const deep = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;
  const long = 'x'.repeat(1_000_000);
  const many = Array.from({ length: 200_000 }, (_, i) => `k${i}`);

  test('deep JSON in a field of any shape, an unknown field and a list', () => {
    expect(readCommand(`[2,"1","DataTransfer",{"vendorId":"x","data":${deep}}]`).kind).toBe(
      'command',
    );
    expect(refusal(`[2,"1","ClearCache",{"x":${deep}}]`)).toMatchObject({
      1: 'FormationViolation',
    });
    expect(readCommand('['.repeat(1_000_000)).kind).toBe('unanswerable');
  });

  test.each<[string, Command, unknown, string]>([
    ['a long text', 'ChangeConfiguration', { key: long, value: '' }, 'PropertyConstraint'],
    ['a long name', 'ClearCache', { [long]: 1 }, 'Formation'],
    ['many names', 'ClearCache', Object.fromEntries(many.map((k) => [k, 1])), 'Formation'],
    ['many items', 'GetConfiguration', { key: [...many, 1] }, 'TypeConstraint'],
    ['a long time', 'ReserveNow', { ...FULL_COMMANDS.ReserveNow, expiryDate: long }, 'Property'],
  ])('%s', (_, name, payload, code) => {
    const read = readCommand(call(name, payload));
    expect(read).toMatchObject({ kind: 'refused', code: expect.stringContaining(code) });
    expect(read.kind === 'refused' && read.description.length).toBeLessThan(100);
  });

  test('a long action', () => {
    expect(refusal(call(long, {}))).toMatchObject({ 1: 'NotImplemented' });
  });
});

describe('any text', () => {
  const element = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(2, '1', ...COMMANDS));
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(element, { maxLength: 5 }).map((parts) => JSON.stringify([2, ...parts])),
    fc.tuple(fc.constantFrom(...COMMANDS), fc.jsonValue()).map(([name, p]) => call(name, p)),
    fc
      .tuple(fc.constantFrom(...COMMANDS), fc.string(), fc.jsonValue())
      .map(([name, key, value]) => call(name, { ...FULL_COMMANDS[name], [key]: value })),
  );

  test('gives a message that can be answered, or none', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(text, (received) => {
        const read = readCommand(received);
        kinds.add(read.kind);
        if (read.kind === 'unanswerable') return;
        expect(read.id).toBe(JSON.parse(received)[1]);
        if (read.kind === 'command') {
          expect(COMMANDS[read.command]).toBe(JSON.parse(received)[2]);
          return;
        }
        expect(read.command).toBeLessThanOrEqual(OTHER_COMMAND);
        expect(CALL_ERROR_CODES).toContain(read.code);
        expect(read.description.length).toBeLessThanOrEqual(MAX_DESCRIPTION_CHARS);
      }),
      { numRuns: 1000 },
    );
    expect(kinds.size).toBeGreaterThan(1);
  });
});

test('an answer is the JSON of its parts', () => {
  const unit = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(unit, unit, fc.constantFrom(...CALL_ERROR_CODES), (id, description, code) => {
      const text = callErrorText(id, code, description);
      expect(JSON.parse(text)).toEqual([4, id, code, description, {}]);
      const payload = { data: description };
      expect(JSON.parse(callResultText(id, JSON.stringify(payload)))).toEqual([3, id, payload]);
    }),
  );
  expect(callResultText('1', '{"status":"Accepted"}')).toBe('[3,"1",{"status":"Accepted"}]');
  expect(callErrorText('1', 'NotImplemented', 'x')).toBe('[4,"1","NotImplemented","x",{}]');
});
